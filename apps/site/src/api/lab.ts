import { type Host, siteJobs } from '@broadsheet/newsroom/host';
import {
  askForRun,
  cancelRun,
  findRecorded,
  findRun,
  followRun,
  laboratoryOf,
  listClaims,
  recordedRuns,
  resultOf,
  type StoredRun,
} from '@broadsheet/newsroom/lab';
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import { factsOf } from '../../player/view/facts.ts';
import { pointsCsv } from '../../player/view/links.ts';
import type { ApiEnv } from './index.ts';
import { Problem } from './problem.ts';
import { json, refusal } from './shapes.ts';

/** A proxy closes a connection on which nothing is said for a minute. */
const STILL_HERE_MS = 15_000;

const sizeShape = z.enum(['live', 'full', 'paper']);
const valueShape = z.union([z.number(), z.string().max(2_000), z.array(z.number()).max(1_000)]);
export const runShape = z
  .object({
    id: z.string(),
    experiment: z.string(),
    size: sizeShape,
    parameters: z.record(z.string(), valueShape),
    seeds: z.number().int(),
    state: z.enum(['queued', 'running', 'done', 'failed', 'cancelled']),
    createdAt: z.string(),
    startedAt: z.string().nullable(),
    finishedAt: z.string().nullable(),
    attempts: z
      .number()
      .int()
      .openapi({ description: 'How often its process was started; more than once after a crash.' }),
    progress: z.object({ fraction: z.number(), secondsLeft: z.number().nullable(), label: z.string() }).nullable(),
    said: z.string().nullable().openapi({ description: 'Why it failed or was ended.' }),
    page: z.string(),
    events: z.string(),
    result: z.string().nullable(),
  })
  .openapi('LabRun');
const verdictShape = z
  .object({
    claim: z.string(),
    verdict: z.enum(['supported', 'not supported', 'inconclusive', 'not run']),
    interval: z.object({ mean: z.number(), low: z.number(), high: z.number() }).nullable(),
    seeds: z.number().int(),
    failedSeeds: z.number().int(),
    sentence: z.string(),
  })
  .openapi('Verdict');
const idParam = z.object({ id: z.string().max(80) });

const experiments = createRoute({
  method: 'get',
  path: '/lab/experiments',
  summary: 'Every experiment that runs here: parameters with their ranges, claims and what is known of each',
  responses: {
    200: {
      description: 'One object an experiment.',
      content: {
        'application/json': {
          schema: z.array(
            z.object({
              id: z.string(),
              paper: z.object({ arXivId: z.string(), title: z.string() }),
              question: z.string(),
              parameters: z.array(z.record(z.string(), z.unknown())),
              sizes: z.record(z.string(), z.object({ label: z.string(), seeds: z.number().int() })),
              claims: z.array(
                z.object({
                  id: z.string(),
                  statement: z.string(),
                  measure: z.string(),
                  comparison: z.enum(['above', 'below', 'within']),
                  threshold: z.number(),
                  verdict: verdictShape.nullable(),
                  size: sizeShape.nullable(),
                  isStale: z.boolean(),
                }),
              ),
              recorded: z.array(z.object({ id: z.string(), size: sizeShape, isStale: z.boolean() })),
            }),
          ),
        },
      },
    },
  },
});

export const askShape = z.object({
  experiment: z.string().max(80),
  size: z.string().max(20).default('live'),
  seeds: z.number().optional(),
  parameters: z.record(z.string(), z.unknown()).optional(),
});
export const askResponses = {
  202: json(runShape, 'It is taken.'),
  403: refusal('This site runs nothing on its server.'),
  422: refusal('Values that cannot be used, each named with its range.'),
  429: refusal('Too much is in hand; Retry-After says when to come back.'),
};
const askRoute = createRoute({
  method: 'post',
  path: '/lab/runs',
  summary: 'Has an experiment run on the server',
  description: 'Parameters that are not given have the values of the size. The answer names where to follow the run.',
  request: { body: { required: true, content: { 'application/json': { schema: askShape } } } },
  responses: { ...askResponses, 404: refusal('There is no such experiment.') },
});

const getRun = createRoute({
  method: 'get',
  path: '/lab/runs/{id}',
  summary: 'How a run is doing',
  request: { params: idParam },
  responses: {
    200: { description: 'The run.', content: { 'application/json': { schema: runShape } } },
    404: refusal('There is no such run.'),
  },
});

const cancel = createRoute({
  method: 'delete',
  path: '/lab/runs/{id}',
  summary: 'Ends a run; knowing its id is the right to do so',
  request: { params: idParam },
  responses: {
    200: {
      description: 'The run; one that goes on ends within a second.',
      content: { 'application/json': { schema: runShape } },
    },
    404: refusal('There is no such run.'),
  },
});

const getResult = createRoute({
  method: 'get',
  path: '/lab/runs/{id}/result',
  summary: 'The result of a finished or recorded run, with everything that was drawn',
  request: { params: idParam },
  responses: {
    200: { description: 'The result.', content: { 'application/json': { schema: z.record(z.string(), z.unknown()) } } },
    404: refusal('There is no such result, or not yet.'),
  },
});

const getPoints = createRoute({
  method: 'get',
  path: '/lab/runs/{id}/points.csv',
  summary: 'The drawn points of a finished or recorded run as CSV',
  request: { params: idParam },
  responses: {
    200: { description: 'figure, series, seed, x, y.', content: { 'text/csv': { schema: z.string() } } },
    404: refusal('There is no such result, or not yet.'),
  },
});

const events = createRoute({
  method: 'get',
  path: '/lab/runs/{id}/events',
  summary: 'What a run tells as it goes, as server-sent events',
  description:
    'Events named batch hold a JSON array of points, rows, progress and verdicts; one named end closes the stream. Last-Event-ID, or since, goes on after a lost connection.',
  request: { params: idParam, query: z.object({ since: z.coerce.number().int().min(0).optional() }) },
  responses: {
    200: { description: 'A stream of events.', content: { 'text/event-stream': { schema: z.string() } } },
    404: refusal('There is no such run.'),
  },
});

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** What is plain JSON already, for a router whose types know no read-only lists. */
function plainJson(value: object): Record<string, Json> {
  return value as Record<string, Json>;
}

/** The lab: experiments, runs on the server and what they tell. */
export function labApi(host: () => Host, createApp: () => OpenAPIHono<ApiEnv>): OpenAPIHono<ApiEnv> {
  const app = createApp();
  const known = async (id: string): Promise<StoredRun> => {
    const run = await findRun(host(), id);
    if (!run) throw new Problem(404, 'No such run', `There is no run ${id} here; finished runs are kept for 90 days.`);
    return run;
  };
  const result = async (id: string) => {
    const found = findRecorded(host(), id)?.result ?? (await resultOf(host(), id));
    if (found) return found;
    const run = await known(id);
    throw new Problem(
      404,
      'No result',
      `The run is ${run.state}${run.said ? `: ${run.said}` : ''}; only a run that is done has a result.`,
    );
  };

  app.openapi(experiments, async (c) => {
    const listed = await listClaims(host());
    return c.json(
      listed.map(({ experiment, claims }) => {
        const { id, paper, question, parameters, sizes } = factsOf(experiment);
        return {
          ...{ id, paper, question },
          parameters: parameters.map((parameter) => plainJson(parameter)),
          sizes: Object.fromEntries(Object.entries(sizes).map(([size, { label, seeds }]) => [size, { label, seeds }])),
          claims: claims.map(({ claim, verdict, size, isStale }) => ({
            ...{ id: claim.id, statement: claim.statement, measure: claim.measure },
            ...{ comparison: claim.comparison, threshold: claim.threshold },
            ...{ verdict: verdict ?? null, size: size ?? null, isStale: isStale ?? false },
          })),
          recorded: recordedRuns(host(), id).map((run) => ({
            id: run.id,
            size: run.result.size,
            isStale: run.isStale,
          })),
        };
      }),
      200,
    );
  });

  app.openapi(askRoute, async (c) => {
    const run = await takeRun(host(), c, c.req.valid('json'));
    c.header('Location', `/api/lab/runs/${run.id}`);
    return c.json(shownRun(host(), run), 202);
  });

  app.openapi(getRun, async (c) => c.json(shownRun(host(), await known(c.req.valid('param').id)), 200));

  app.openapi(cancel, async (c) => {
    const { id } = await known(c.req.valid('param').id);
    return c.json(shownRun(host(), (await cancelRun(host(), id)) as StoredRun), 200);
  });

  app.openapi(getResult, async (c) => c.json(plainJson(await result(c.req.valid('param').id)), 200));

  app.openapi(getPoints, async (c) => {
    const csv = pointsCsv(await result(c.req.valid('param').id));
    return c.text(csv, 200, { 'content-type': 'text/csv; charset=utf-8' });
  });

  app.openapi(events, async (c) => {
    const { id } = await known(c.req.valid('param').id);
    // A browser that connects again says what it has seen; it wins over what the address said at first.
    const seen = Number(c.req.header('last-event-id'));
    const since = Number.isInteger(seen) && seen > 0 ? seen : (c.req.valid('query').since ?? 0);
    c.header('X-Accel-Buffering', 'no');
    return streamSSE(c, async (stream) => {
      const gone = new AbortController();
      stream.onAbort(() => gone.abort());
      const stillHere = setInterval(
        () => void stream.write(': still here\n\n').catch(() => gone.abort()),
        STILL_HERE_MS,
      );
      try {
        for await (const batch of followRun(host(), id, { since, signal: gone.signal })) {
          if ('ended' in batch) {
            const { state, said } = batch.ended;
            await stream.writeSSE({ event: 'end', data: JSON.stringify({ state, said }) });
          } else await stream.writeSSE({ event: 'batch', id: String(batch.seq), data: JSON.stringify(batch.events) });
        }
      } finally {
        clearInterval(stillHere);
      }
    });
  });
  return app;
}

/** Has a run taken in for whoever asks. @throws {Problem} where it is not */
export async function takeRun(
  host: Host,
  c: Context<ApiEnv>,
  wanted: Parameters<typeof askForRun>[2],
): Promise<StoredRun> {
  const address = (c.env as { clientAddress?: string } | undefined)?.clientAddress ?? 'unknown';
  const { reader, via } = c.var.acting;
  // The one local reader of a site without accounts is everybody.
  const readerId = via === 'local' ? undefined : reader?.id;
  const asked = await askForRun(host, await siteJobs(host), wanted, { address, readerId });
  if ('refusal' in asked) {
    const { refusal } = asked;
    switch (refusal.kind) {
      case 'off':
        throw new Problem(
          403,
          'Server runs are off',
          'This site runs nothing on its server; it can run in your browser.',
        );
      case 'unknown':
        throw new Problem(404, 'No such experiment', refusal.said);
      case 'faults':
        throw new Problem(422, 'Parameters out of range', refusal.faults.map((fault) => fault.message).join(' '), {
          extra: { errors: refusal.faults },
        });
      case 'busy':
        throw new Problem(429, 'Too much in hand', refusal.said, {
          headers: { 'retry-after': String(refusal.retryAfterSeconds) },
        });
    }
  }
  return asked.run;
}

/** A run as the API shows it. */
export function shownRun(host: Host, run: StoredRun): z.output<typeof runShape> {
  const at = (time: number | null) => (time === null ? null : new Date(time).toISOString());
  const arXivId = laboratoryOf(host)
    .list()
    .find((e) => e.id === run.experiment)?.arXivId;
  const { id, experiment, size, parameters, seeds, state, attempts, progress, said } = run;
  return {
    ...{ id, experiment, size, seeds, state, attempts, progress, said },
    parameters: Object.fromEntries(
      Object.entries(parameters).map(([k, v]) => [k, Array.isArray(v) ? [...v] : v]),
    ) as Record<string, number | string | number[]>,
    createdAt: new Date(run.createdAt).toISOString(),
    startedAt: at(run.startedAt),
    finishedAt: at(run.finishedAt),
    page: `/papers/${arXivId}/lab?run=${id}`,
    events: `/api/lab/runs/${id}/events`,
    result: state === 'done' ? `/api/lab/runs/${id}/result` : null,
  };
}
