import { randomUUID } from 'node:crypto';
import { AccessError, requireRole } from '@broadsheet/newsroom/accounts';
import {
  actorOf,
  askForTask,
  createDecision,
  type DecisionForm,
  exportJson,
  exportMarkdown,
  followDecision,
  isBlind,
  KeyRefused,
  listDecisions,
  MayNotTalk,
  namesOf,
  once,
  peopleIn,
  Refused,
  readDecision,
  readEvents,
  refuseSilence,
  requireNeed,
  requireRoleIn,
  roleIn,
  StaleDecision,
  taskOf,
  UnknownDecision,
} from '@broadsheet/newsroom/decisions';
import { type Host, siteJobs } from '@broadsheet/newsroom/host';
import type { OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import { ACTS, type DecisionActor } from '../lib/server/decision-acts.ts';
import { evidenceOf, paperOf } from '../lib/server/decision-begin.ts';
import { decisionView } from '../lib/server/decision-view.ts';
import * as routes from './decision-routes.ts';
import { shapedDecision } from './decision-shapes.ts';
import type { ApiEnv } from './index.ts';
import { Problem } from './problem.ts';

/** A proxy closes a connection on which nothing is said for a minute; a model may think for longer. */
const STILL_HERE_MS = 15_000;

type Asked = Context<ApiEnv>;
type Given<At extends DecisionForm> = z.output<(typeof ACTS)[At]['input']>;

/** Decisions for programs: the same acts as the forms of the pages, by the same rules. */
export function decisionsApi(host: () => Host, createApp: () => OpenAPIHono<ApiEnv>): OpenAPIHono<ApiEnv> {
  const app = createApp();

  // Before anything that was sent is looked at: what is not theirs is not there, whatever they send.
  app.use('/decisions/:id/*', async (c, next) => {
    const id = c.req.param('id');
    const reader = requireRole(c.var.acting, 'reader');
    const role = await requireRoleIn(host(), id, c.var.acting).catch((refused) => {
      throw refused instanceof UnknownDecision ? new Problem(404, 'No such decision', refused.message) : refused;
    });
    const state = await readDecision(host().database.db, id);
    if (!state) throw new Problem(404, 'No such decision', `There is no decision ${id} that you may read.`);
    if (!['GET', 'HEAD'].includes(c.req.method) && role === 'observer') requireNeed(role, 'say');
    c.set('decision', { host: host(), state, role, readerId: reader.id, actor: actorOf(reader.id) });
    return next();
  });
  const opened = (c: Asked): DecisionActor => {
    if (!c.var.decision) throw new Error(`decisionsApi: ${c.req.path} opened no decision.`);
    return { ...c.var.decision, signal: c.req.raw.signal };
  };

  /** The decision as it stands now, and whether a model is at work on it. */
  const standing = async (c: Asked, id: string) => {
    const reader = requireRole(c.var.acting, 'reader');
    const role = await requireRoleIn(host(), id, c.var.acting);
    const state = await readDecision(host().database.db, id);
    if (!state) throw new UnknownDecision(`There is no decision ${id} that you may read.`);
    const view = await decisionView(host(), state, { readerId: reader.id, role });
    return { shown: shapedDecision(view, new URL(c.req.url).origin), isInHand: view.task?.isInHand === true };
  };

  /** Does what a form of the pages does, once for each key. */
  const perform = async <At extends DecisionForm>(c: Asked, at: At, given: Given<At>) => {
    const by = opened(c);
    requireNeed(by.role, at);
    const work = ACTS[at].work as (by: DecisionActor, given: Given<At>) => Promise<unknown>;
    const request = {
      readerId: by.readerId,
      key: c.req.header('idempotency-key') ?? null,
      what: `${c.req.method} ${c.req.path} ${JSON.stringify(given)}`,
    };
    try {
      if (await once(by.host, by.state, request, () => work(by, given))) c.header('Idempotency-Replayed', 'true');
    } catch (refused) {
      throw problemOf(refused);
    }
    return standing(c, by.state.id);
  };

  app.openapi(routes.create, async (c) => {
    const owner = requireRole(c.var.acting, 'reader');
    const asked = c.req.valid('json');
    const paper = await paperOf(host(), asked.paperId);
    if (asked.paperId && !paper) throw new Problem(404, 'Paper not found', `There is no paper ${asked.paperId} here.`);
    const key = c.req.valid('header')['idempotency-key'] ?? randomUUID();
    const { id } = await createDecision(host(), owner, { ...asked, key }, evidenceOf(paper)).catch((refused) => {
      throw problemOf(refused);
    });
    c.header('Location', `/api/decisions/${id}`);
    return c.json((await standing(c, id)).shown, 201);
  });

  app.openapi(routes.list, async (c) => {
    const { decisions, next } = await listDecisions(host(), c.var.acting, c.req.valid('query').after ?? null);
    const url = new URL(c.req.url);
    if (next) {
      url.searchParams.set('after', next);
      c.header('Link', `<${url.href}>; rel="next"`);
    }
    return c.json(
      decisions.map(({ updatedAt, ...decision }) => ({
        ...decision,
        updatedAt: new Date(updatedAt).toISOString(),
        url: `${url.origin}/decisions/${decision.id}`,
      })),
      200,
    );
  });

  app.openapi(routes.one, async (c) => c.json((await standing(c, opened(c).state.id)).shown, 200));

  app.openapi(routes.advance, async (c) => {
    const given = c.req.valid('json');
    const done = await perform(c, given.step, ('input' in given ? given.input : undefined) as never);
    return done.isInHand ? c.json(done.shown, 202) : c.json(done.shown, 200);
  });

  app.openapi(routes.turn, async (c) => {
    const { state, role, readerId } = opened(c);
    requireNeed(role, 'say');
    const { text } = c.req.valid('json');
    const key = c.req.valid('header')['idempotency-key'] ?? randomUUID();
    const said = (await readEvents(host().database.db, state.id)).find(
      ({ type, payload }) => type === 'turn' && (payload as { key?: string } | null)?.key === key,
    );
    const mine = state.chat.filter((turn) => turn.key === key);
    if (mine.some((turn) => turn.role === 'human' && turn.text !== text))
      throw new Problem(422, 'Key was used', 'This key was sent with another text; make a new one for each turn.');
    const isAnswered = mine.some((turn) => turn.role === 'assistant' && turn.status !== 'aborted');
    const task = await taskOf(host(), state.id);
    if (!isAnswered && !(task?.finishedAt === null && task.turnKey === key))
      try {
        refuseSilence(state);
        await askForTask(host(), await siteJobs(host()), state, readerId, { kind: 'turn', said: { text, key } });
      } catch (refused) {
        throw problemOf(refused);
      }
    const since = said ? said.seq - 1 : state.head.seq;
    const stream = `/api/decisions/${state.id}/stream?since=${since}&until=idle`;
    c.header('Location', stream);
    return c.json({ key, stream }, 202);
  });

  app.openapi(routes.stream, async (c) => {
    const { id } = opened(c).state;
    const { since: from, until } = c.req.valid('query');
    // A client that connects again says what it has heard; it wins over what the address said at first.
    const heard = Number(c.req.header('last-event-id'));
    const since = Number.isInteger(heard) && heard > 0 ? heard : (from ?? 0);
    c.header('X-Accel-Buffering', 'no');
    return streamSSE(c, async (sse) => {
      const gone = new AbortController();
      sse.onAbort(() => gone.abort());
      const stillHere = setInterval(() => void sse.write(': still here\n\n').catch(() => gone.abort()), STILL_HERE_MS);
      const mayHear = async () => (await roleIn(host(), id, c.var.acting)) !== null;
      try {
        const follow = { since, signal: gone.signal, mayHear, untilIdle: until === 'idle' };
        for await (const { event, data, ...more } of followDecision(host(), id, follow))
          await sse.writeSSE({
            event,
            data: JSON.stringify(data),
            ...('seq' in more ? { id: String(more.seq) } : {}),
          });
      } finally {
        clearInterval(stillHere);
      }
    });
  });

  app.openapi(routes.evidence, async (c) => c.json((await perform(c, 'evidence', c.req.valid('json'))).shown, 200));
  app.openapi(routes.withdrawEvidence, async (c) => {
    const given = { id: c.req.valid('param').eid, reason: c.req.valid('query').reason };
    return c.json((await perform(c, 'withdraw-evidence', given)).shown, 200);
  });
  app.openapi(routes.forecasts, async (c) => c.json((await perform(c, 'forecast', c.req.valid('json'))).shown, 200));
  app.openapi(routes.stakeholders, async (c) =>
    c.json((await perform(c, 'stakeholder', c.req.valid('json'))).shown, 200),
  );
  app.openapi(routes.claim, async (c) => {
    const given = { id: c.req.valid('param').cid, how: c.req.valid('json').how };
    return c.json((await perform(c, 'claim', given)).shown, 200);
  });
  app.openapi(routes.challenge, async (c) => {
    const { shown, isInHand } = await perform(c, 'challenge', undefined);
    return isInHand ? c.json(shown, 202) : c.json(shown, 200);
  });
  app.openapi(routes.resolve, async (c) => {
    const given = { id: c.req.valid('param').hid, ...c.req.valid('json') };
    const { shown, isInHand } = await perform(c, 'resolve', given);
    return isInHand ? c.json(shown, 202) : c.json(shown, 200);
  });
  app.openapi(routes.commit, async (c) => c.json((await perform(c, 'sign', c.req.valid('json'))).shown, 200));
  app.openapi(routes.dissolve, async (c) => c.json((await perform(c, 'dissolve', c.req.valid('json'))).shown, 200));
  app.openapi(routes.override, async (c) => c.json((await perform(c, 'override', c.req.valid('json'))).shown, 200));
  app.openapi(routes.review, async (c) => c.json((await perform(c, 'review', c.req.valid('json'))).shown, 200));

  app.openapi(routes.exported, async (c) => {
    const { state, actor, role } = opened(c);
    if (isBlind(state, actor, role))
      throw new Problem(403, 'Not yet', 'Write down what you expect first; the record holds what the others do.');
    if (c.req.valid('query').format === 'md')
      return c.body(exportMarkdown(state, await namesOf(host().database.db, peopleIn(state))), 200, {
        'content-type': 'text/markdown; charset=utf-8',
      });
    return c.body(await exportJson(host(), state), 200, { 'content-type': 'application/json' });
  });
  return app;
}

/** An expected refusal as a problem; what nobody foresaw stays what it is. */
function problemOf(refused: unknown): unknown {
  if (refused instanceof KeyRefused)
    return refused.why === 'used'
      ? new Problem(422, 'Key was used', refused.message)
      : new Problem(409, refused.why === 'lost' ? 'Not known whether it was done' : 'In hand', refused.message, {
          headers: refused.why === 'in hand' ? { 'retry-after': '1' } : {},
        });
  if (refused instanceof StaleDecision) return new Problem(409, 'Changed meanwhile', refused.message);
  if (refused instanceof Refused || refused instanceof MayNotTalk)
    return new Problem(409, 'Not as things stand', refused.message);
  return refused instanceof AccessError ? new Problem(refused.status, refused.title, refused.message) : refused;
}
