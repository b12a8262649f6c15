import { inputs } from '@broadsheet/newsroom/decisions';
import { createRoute, z } from '@hono/zod-openapi';
import { decisionShape, summaryShape } from './decision-shapes.ts';
import { json, refusal } from './shapes.ts';

export const id = z.object({ id: z.string().max(64) });
const key = z.string().min(8, 'has 8 to 80 characters').max(80, 'has 8 to 80 characters');
/** Sent again with the same key, nothing is done twice. */
export const headers = z.object({
  'idempotency-key': key
    .optional()
    .openapi({ description: 'Made by you, one for each request: what is sent twice is done once. Kept for a day.' }),
});
export const refusals = {
  400: refusal('It cannot be used; `detail` names the field.'),
  401: refusal('Nobody is signed in.'),
  403: refusal('Your role does not allow it, or the token lacks the scope "decide".'),
  404: refusal('There is no such decision that you may read.'),
  409: refusal('Not as things stand; `detail` says what is missing, and nothing was written.'),
  422: refusal('The Idempotency-Key was sent with another request.'),
};
export const body = <T extends z.ZodType>(schema: T) => ({
  required: true as const,
  content: { 'application/json': { schema } },
});
export const now = json(decisionShape, 'The decision as it stands now.');
const { key: _, ...newDecision } = inputs.NewDecision.shape;

export const create = createRoute({
  method: 'post',
  path: '/decisions',
  summary: 'Begins a decision, with a paper’s abstract as its first evidence where a paper is named',
  request: { headers, body: body(z.object(newDecision)) },
  responses: { 201: now, ...refusals },
});
export const list = createRoute({
  method: 'get',
  path: '/decisions',
  summary: 'The decisions that you own or take part in, newest first',
  request: { query: z.object({ after: z.string().max(60).optional() }) },
  responses: {
    200: json(z.array(summaryShape), '`Link` leads to older ones.'),
    401: refusals[401],
    403: refusals[403],
  },
});
export const one = createRoute({
  method: 'get',
  path: '/decisions/{id}',
  summary: 'A decision, with the next step and what it takes',
  request: { params: id },
  responses: { 200: now, 401: refusals[401], 403: refusals[403], 404: refusals[404] },
});

const plain = <N extends string>(step: N) => z.object({ step: z.literal(step) });
const given = <N extends string, S extends z.ZodType>(step: N, input: S) => z.object({ step: z.literal(step), input });
export const stepShape = z.discriminatedUnion('step', [
  given('contract', inputs.Contract),
  given('freeze', inputs.Frozen),
  given('amend', inputs.Frozen),
  given('biases', inputs.Biases),
  plain('baseline'),
  plain('calibrate'),
  plain('confirm'),
  plain('recalibrate'),
  given('pause', inputs.Pause),
  plain('resume'),
  given('replace', inputs.Replace),
  given('continue', inputs.Continue),
  given('push', inputs.PushClaim),
  given('assumption', inputs.AssumptionInput),
  given('judge-assumption', inputs.JudgeAssumption),
  given('criterion', inputs.CriterionMet),
  given('reopen', inputs.Reopen),
  plain('ready'),
  plain('withdraw'),
  plain('cancel'),
]);
export const advance = createRoute({
  method: 'post',
  path: '/decisions/{id}/advance',
  summary: 'The next step, and what it takes',
  description:
    'Measuring, calibrating, confirming, replacing and getting ready take the model many calls: what is not done within three seconds goes on, and is `task` of the answer.',
  request: { params: id, headers, body: body(stepShape) },
  responses: { 200: now, 202: json(decisionShape, 'It is in hand; `task` says how far it is.'), ...refusals },
});

const turnShape = z
  .object({
    key: z.string().openapi({ description: 'Names the turn: your Idempotency-Key, else one that was made.' }),
    stream: z.string().openapi({ description: 'Where the answer comes, from where the record stood before it.' }),
  })
  .openapi('Turn');
export const turn = createRoute({
  method: 'post',
  path: '/decisions/{id}/turns',
  summary: 'Asks the model; the answer comes by the stream, and is then in `chat`',
  description:
    'Sent again with the same key it is the same turn, also after a crash; an answer that failed or was stopped is asked for anew. `advance` with "cancel" stops it.',
  request: { params: id, headers, body: body(z.object({ text: inputs.Say.shape.text })) },
  responses: { 202: json(turnShape, 'It is asked.'), ...refusals },
});
export const stream = createRoute({
  method: 'get',
  path: '/decisions/{id}/stream',
  summary: 'What happens to a decision, as server-sent events',
  description:
    '`turn`, `check`, `alarm` and `state` are events of the record, whose number is the event’s id: Last-Event-ID, or since, goes on after it. `token` is a piece of an answer from a position of its text on; `budget` is what was spent. With until=idle it ends once nothing is in hand.',
  request: {
    params: id,
    query: z.object({ since: z.coerce.number().int().min(0).optional(), until: z.enum(['idle']).optional() }),
  },
  responses: {
    200: { description: 'A stream of events.', content: { 'text/event-stream': { schema: z.string() } } },
    401: refusals[401],
    403: refusals[403],
    404: refusals[404],
  },
});

const write = <P extends string, S extends z.ZodType>(path: P, summary: string, schema: S) =>
  createRoute({
    method: 'post',
    path: `/decisions/{id}/${path}` as const,
    summary,
    request: { params: id, headers, body: body(schema) },
    responses: { 200: now, ...refusals },
  });
export const evidence = write(
  'evidence',
  'Adds evidence, word for word: the checks ask the model for its sentences',
  inputs.EvidenceInput,
);
export const forecasts = write(
  'forecasts',
  'Writes down what you expect: first sealed before any model text, later updates, and the final one',
  inputs.Forecast,
);
export const stakeholders = write(
  'stakeholders',
  'Adds somebody who is affected, or says anew what each option does to them',
  inputs.StakeholderInput,
);
export const commit = write('commit', 'Signs the decision', inputs.Sign);
export const dissolve = write('dissolve', 'Stops the decision; a record of equal rank', inputs.Dissolve);
export const override = write('override', 'Goes on in spite of alarms, with a reason that is printed', inputs.Override);
export const review = write('review', 'Says what came of it; forecasts are then scored', inputs.Review);

export const withdrawEvidence = createRoute({
  method: 'delete',
  path: '/decisions/{id}/evidence/{eid}',
  summary: 'Withdraws evidence; claims that rested on it are open again',
  request: {
    params: id.extend({ eid: inputs.WithdrawEvidence.shape.id }),
    query: z.object({ reason: inputs.WithdrawEvidence.shape.reason }),
  },
  responses: { 200: now, ...refusals },
});
export const claim = createRoute({
  method: 'post',
  path: '/decisions/{id}/claims/{cid}',
  summary: 'Says how a claim that rests on nothing was settled',
  request: { params: id.extend({ cid: z.string().max(60) }), headers, body: body(inputs.Claim) },
  responses: { 200: now, ...refusals },
});
export const challenge = createRoute({
  method: 'post',
  path: '/decisions/{id}/challenges',
  summary: 'Has the second model make a challenge, of a kind not used yet',
  request: {
    params: id,
    headers,
    body: { required: false, content: { 'application/json': { schema: z.object({}) } } },
  },
  responses: { 200: now, 202: json(decisionShape, 'It is being written.'), ...refusals },
});
export const resolve = createRoute({
  method: 'post',
  path: '/decisions/{id}/challenges/{hid}',
  summary: 'Answers a challenge: accepted, rebutted with evidence, or deferred to a day',
  request: { params: id.extend({ hid: z.string().max(60) }), headers, body: body(inputs.AnswerChallenge) },
  responses: { 200: now, 202: json(decisionShape, 'It is on record; a judge reads it.'), ...refusals },
});
export const exported = createRoute({
  method: 'get',
  path: '/decisions/{id}/export',
  summary: 'The record: JSON with its chain, or Markdown on MADR’s skeleton',
  request: { params: id, query: z.object({ format: z.enum(['json', 'md']).default('json') }) },
  responses: {
    200: {
      description: '`broadsheet decisions verify FILE` checks the JSON.',
      content: { 'application/json': { schema: z.string() }, 'text/markdown': { schema: z.string() } },
    },
    401: refusals[401],
    403: refusal('You are still to write down what you expect; the record holds what the others do.'),
    404: refusals[404],
  },
});
