import { randomUUID } from 'node:crypto';
import { type DecisionForm, followDecision, requireNeed, roleIn } from '@broadsheet/newsroom/decisions';
import type { Host } from '@broadsheet/newsroom/host';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { DecisionActor } from '../lib/server/decision-acts.ts';
import {
  type Asking,
  askModel,
  beginDecision,
  type Given,
  listTheirs,
  openDecision,
  perform,
  recordOf,
  standingOf,
} from '../lib/server/decision-program.ts';
import { addPeople } from './decision-people.ts';
import * as routes from './decision-routes.ts';
import type { ApiEnv } from './index.ts';

/** A proxy closes a connection on which nothing is said for a minute; a model may think for longer. */
const STILL_HERE_MS = 15_000;

type Asked = Context<ApiEnv>;

/** What the routes of decisions share. */
export interface DecisionDoors {
  asking(c: Asked): Asking;
  opened(c: Asked): DecisionActor;
  did<At extends DecisionForm>(c: Asked, at: At, given: Given<At>): Promise<unknown>;
  done<At extends DecisionForm>(
    c: Asked,
    at: At,
    given: Given<At>,
  ): Promise<Awaited<ReturnType<typeof standingOf>> & { readonly outcome: unknown }>;
}

/** Decisions for programs: the same acts as the forms of the pages, by the same rules. */
export function decisionsApi(host: () => Host, createApp: () => OpenAPIHono<ApiEnv>): OpenAPIHono<ApiEnv> {
  const app = createApp();
  const asking = (c: Asked): Asking => ({ host: host(), acting: c.var.acting, origin: new URL(c.req.url).origin });

  // Before anything that was sent is looked at: what is not theirs is not there, whatever they send.
  app.use('/decisions/:id/*', async (c, next) => {
    const found = await openDecision(asking(c), c.req.param('id'));
    const isLeaving = c.req.method === 'DELETE' && c.req.path.endsWith('/members/me');
    if (!['GET', 'HEAD'].includes(c.req.method) && found.role === 'observer' && !isLeaving)
      requireNeed(found.role, 'say');
    c.set('decision', found);
    return next();
  });
  const opened = (c: Asked): DecisionActor => {
    if (!c.var.decision) throw new Error(`decisionsApi: ${c.req.path} opened no decision.`);
    return { ...c.var.decision, signal: c.req.raw.signal };
  };

  /** Does what a form of the pages does; what came of it, unless it was done before. */
  const did = async <At extends DecisionForm>(c: Asked, at: At, given: Given<At>) => {
    const asked = { key: c.req.header('idempotency-key') ?? null, what: `${c.req.method} ${c.req.path}` };
    const { isReplayed, outcome } = await perform(opened(c), at, given, asked);
    if (isReplayed) c.header('Idempotency-Replayed', 'true');
    return outcome;
  };
  /** The same, and the decision as it stands then. */
  const done = async <At extends DecisionForm>(c: Asked, at: At, given: Given<At>) => {
    const outcome = await did(c, at, given);
    return { ...(await standingOf(asking(c), opened(c).state.id)), outcome };
  };
  addPeople(app, { asking, opened, did, done });

  app.openapi(routes.create, async (c) => {
    const key = c.req.valid('header')['idempotency-key'] ?? randomUUID();
    const id = await beginDecision(asking(c), { ...c.req.valid('json'), key });
    c.header('Location', `/api/decisions/${id}`);
    return c.json((await standingOf(asking(c), id)).shown, 201);
  });

  app.openapi(routes.list, async (c) => {
    const { decisions, next } = await listTheirs(asking(c), c.req.valid('query').after ?? null);
    if (next) {
      const url = new URL(c.req.url);
      url.searchParams.set('after', next);
      c.header('Link', `<${url.href}>; rel="next"`);
    }
    return c.json(decisions, 200);
  });

  app.openapi(routes.one, async (c) => c.json((await standingOf(asking(c), opened(c).state.id)).shown, 200));

  app.openapi(routes.advance, async (c) => {
    const given = c.req.valid('json');
    const { shown, isInHand } = await done(c, given.step, ('input' in given ? given.input : undefined) as never);
    return isInHand ? c.json(shown, 202) : c.json(shown, 200);
  });

  app.openapi(routes.turn, async (c) => {
    const by = opened(c);
    const key = c.req.valid('header')['idempotency-key'] ?? randomUUID();
    const { since } = await askModel(by, { key, text: c.req.valid('json').text });
    const stream = `/api/decisions/${by.state.id}/stream?since=${since}&until=idle`;
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

  app.openapi(routes.evidence, async (c) => c.json((await done(c, 'evidence', c.req.valid('json'))).shown, 200));
  app.openapi(routes.withdrawEvidence, async (c) => {
    const given = { id: c.req.valid('param').eid, reason: c.req.valid('query').reason };
    return c.json((await done(c, 'withdraw-evidence', given)).shown, 200);
  });
  app.openapi(routes.forecasts, async (c) => c.json((await done(c, 'forecast', c.req.valid('json'))).shown, 200));
  app.openapi(routes.stakeholders, async (c) => c.json((await done(c, 'stakeholder', c.req.valid('json'))).shown, 200));
  app.openapi(routes.claim, async (c) => {
    const given = { id: c.req.valid('param').cid, how: c.req.valid('json').how };
    return c.json((await done(c, 'claim', given)).shown, 200);
  });
  app.openapi(routes.challenge, async (c) => {
    const { shown, isInHand } = await done(c, 'challenge', undefined);
    return isInHand ? c.json(shown, 202) : c.json(shown, 200);
  });
  app.openapi(routes.resolve, async (c) => {
    const given = { id: c.req.valid('param').hid, ...c.req.valid('json') };
    const { shown, isInHand } = await done(c, 'resolve', given);
    return isInHand ? c.json(shown, 202) : c.json(shown, 200);
  });
  app.openapi(routes.commit, async (c) => c.json((await done(c, 'sign', c.req.valid('json'))).shown, 200));
  app.openapi(routes.dissolve, async (c) => c.json((await done(c, 'dissolve', c.req.valid('json'))).shown, 200));
  app.openapi(routes.override, async (c) => c.json((await done(c, 'override', c.req.valid('json'))).shown, 200));
  app.openapi(routes.review, async (c) => c.json((await done(c, 'review', c.req.valid('json'))).shown, 200));

  app.openapi(routes.exported, async (c) => {
    const { format } = c.req.valid('query');
    const type = format === 'md' ? 'text/markdown; charset=utf-8' : 'application/json';
    return c.body(await recordOf(opened(c), format), 200, { 'content-type': type });
  });
  return app;
}
