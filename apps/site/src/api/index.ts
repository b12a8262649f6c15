import { AccessError, type Acting } from '@broadsheet/newsroom/accounts';
import { type Host, storeTrouble } from '@broadsheet/newsroom/host';
import { OpenAPIHono } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import { matchedRoutes } from 'hono/route';
import { admit, isFromElsewhere } from '../access.ts';
import type { DecisionActor } from '../lib/server/decision-acts.ts';
import { benchApi } from './bench.ts';
import { commentsApi } from './comments.ts';
import { decisionsApi } from './decisions.ts';
import { labApi } from './lab.ts';
import { papersApi } from './papers.ts';
import { Problem, problemAnswer } from './problem.ts';
import { siteApi } from './site.ts';
import { submissionsApi } from './submissions.ts';
import { topicsApi } from './topics.ts';

/** What every handler is given: who asks. */
export interface ApiEnv {
  Variables: {
    acting: Acting;
    /** On routes below /decisions/{id}: that decision, and who asks as what in it. */
    decision?: Omit<DecisionActor, 'signal'>;
  };
}

/** No request of ours needs more. */
const MAX_BODY_BYTES = 64 * 1024;

/**
 * The API under /api: each route's schema validates the request, types the handler and becomes the OpenAPI document.
 * @param readerOf who a request acts for; what they may do is in src/access.ts
 */
export function createApi({
  host,
  readerOf,
}: {
  host: () => Host;
  readerOf: (request: Request) => Promise<Acting>;
}): OpenAPIHono<ApiEnv> {
  const api = newApp().basePath('/api');
  api.use(
    '*',
    bodyLimit({
      maxSize: MAX_BODY_BYTES,
      onError: (c) => problemAnswer(c, new Problem(413, 'Body too large', `Send at most ${MAX_BODY_BYTES} bytes.`)),
    }),
  );
  api.use('*', async (c, next) => {
    const type = c.req.header('content-type') ?? '';
    if (c.req.method === 'POST' && !type.startsWith('application/json')) {
      return problemAnswer(
        c,
        new Problem(415, 'Unsupported content type', `Content-Type is "${type}"; send application/json.`),
      );
    }
    return next();
  });
  api.use('*', async (c, next) => {
    if (isFromElsewhere(c.req.raw))
      throw new AccessError(
        403,
        'Sent from another site',
        'Another site had this sent by a browser; nothing was done.',
      );
    const acting = await readerOf(c.req.raw);
    c.set('acting', acting);
    const route = matchedRoutes(c).findLast((matched) => matched.method !== 'ALL');
    if (route) admit(`${route.method} ${route.path}`, acting);
    await next();
    if (acting.via === 'session' || acting.via === 'token') c.header('cache-control', 'private, no-cache');
  });
  api.route('/', papersApi(host, newApp));
  api.route('/', benchApi(host, newApp));
  api.route('/', commentsApi(host, newApp));
  api.route('/', decisionsApi(host, newApp));
  api.route('/', labApi(host, newApp));
  api.route('/', submissionsApi(host, newApp));
  api.route('/', siteApi(host, newApp));
  api.route('/', topicsApi(host, newApp));
  api.doc31('/openapi.json', (c) => ({
    openapi: '3.1.0',
    info: {
      title: `${host().settings.siteName} API`,
      version: '0.1.0',
      description:
        'Papers, editions, votes, discussions, topics, experiments and decisions. The papers routes have the shapes of Hugging Face’s API.',
    },
    servers: [{ url: new URL(c.req.url).origin }],
  }));
  api.notFound((c) =>
    problemAnswer(
      c,
      new Problem(
        404,
        'No such route',
        `There is no ${c.req.method} ${new URL(c.req.url).pathname}; GET /api/openapi.json lists all routes.`,
      ),
    ),
  );
  api.onError((error, c) => {
    if (error instanceof Problem || error instanceof AccessError) return problemAnswer(c, error);
    // What the framework itself refuses: a body that is no JSON.
    if (error instanceof HTTPException && error.status < 500)
      return problemAnswer(
        c,
        new Problem(400, 'Not usable', `${error.message}. Send one JSON object as in /api/openapi.json.`),
      );
    host().log.error('API request failed', { path: c.req.path, error });
    const trouble = storeTrouble(error);
    if (trouble) return problemAnswer(c, new Problem(trouble.status, trouble.title, trouble.detail));
    return problemAnswer(
      c,
      new Problem(500, 'Something failed here', 'Nothing of yours was lost. Trying again may help.'),
    );
  });
  return api;
}

/** An app whose refused input says which field, and what is wanted. */
function newApp(): OpenAPIHono<ApiEnv> {
  return new OpenAPIHono<ApiEnv>({
    defaultHook: (result, c) => {
      if (result.success) return undefined;
      const said = result.error.issues
        .map((issue) => `${issue.path.join('.') || 'the body'}: ${issue.message}`)
        .join('; ');
      return problemAnswer(c, new Problem(400, 'Not usable', `${said}. See /api/openapi.json.`));
    },
  });
}
