import { requireRole } from '@broadsheet/newsroom/accounts';
import type { Host } from '@broadsheet/newsroom/host';
import { sourceStatus } from '@broadsheet/newsroom/sources';
import { setVote } from '@broadsheet/newsroom/votes';
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { noteOf } from '../lib/server/vote-note.ts';
import type { ApiEnv } from './index.ts';
import { Problem } from './problem.ts';
import { refusal } from './shapes.ts';

const editions = createRoute({
  method: 'get',
  path: '/editions',
  summary: 'The days that have a closed edition, newest first',
  request: {
    query: z.object({ before: z.iso.date().optional(), limit: z.coerce.number().int().min(1).max(500).default(100) }),
  },
  responses: {
    200: {
      description: 'Days with their number; each is at /papers/date/{day} in every rendering.',
      content: {
        'application/json': {
          schema: z.array(z.object({ day: z.string(), number: z.number().int(), closedAt: z.string() })),
        },
      },
    },
  },
});

const status = createRoute({
  method: 'get',
  path: '/status',
  summary: 'How each source does',
  responses: {
    200: {
      description: 'One object a source.',
      content: {
        'application/json': {
          schema: z.array(
            z.object({
              id: z.string(),
              title: z.string(),
              isOn: z.boolean(),
              isFailing: z.boolean(),
              lastSuccessAt: z.number().optional(),
              lastFailureAt: z.number().optional(),
              lastError: z.string().optional(),
              recordsRead: z.number(),
              papersNew: z.number(),
              nextAt: z.number().optional(),
            }),
          ),
        },
      },
    },
  },
});

const votes = createRoute({
  method: 'post',
  path: '/votes',
  summary: 'Sets a vote on or off; saying the same twice changes nothing',
  request: {
    body: {
      required: true,
      content: { 'application/json': { schema: z.object({ paper: z.string().max(64), on: z.boolean() }) } },
    },
  },
  responses: {
    200: {
      description: 'The vote as it is stored.',
      content: {
        'application/json': {
          schema: z.object({
            votes: z.number().int(),
            voted: z.boolean(),
            standing: z.enum(['waiting', 'held']).optional(),
            note: z.string().optional(),
          }),
        },
      },
    },
    401: refusal('Nobody is signed in.'),
    409: refusal('The vote was set aside.'),
    404: refusal('There is no such paper here.'),
  },
});

/** Our own routes: editions, votes, status. */
export function siteApi(host: () => Host, createApp: () => OpenAPIHono<ApiEnv>): OpenAPIHono<ApiEnv> {
  const app = createApp();
  app.openapi(editions, async (c) => {
    const { before, limit } = c.req.valid('query');
    let query = host()
      .database.db.selectFrom('edition')
      .select(['day', 'number', 'closed_at'])
      .where('closed_at', 'is not', null);
    if (before) query = query.where('day', '<', before);
    const rows = await query.orderBy('day', 'desc').limit(limit).execute();
    const last = rows.at(-1);
    if (rows.length === limit && last) {
      const url = new URL(c.req.url);
      url.searchParams.set('before', last.day);
      c.header('Link', `<${url.href}>; rel="next"`);
    }
    return c.json(
      rows.map((row) => ({
        day: row.day,
        number: row.number,
        closedAt: new Date(row.closed_at as number).toISOString(),
      })),
      200,
    );
  });
  app.openapi(status, async (c) =>
    c.json(
      (await sourceStatus(host())).map(({ about: _about, ...source }) => source),
      200,
    ),
  );
  app.openapi(votes, async (c) => {
    const { paper, on } = c.req.valid('json');
    const { id: readerId } = requireRole(c.var.acting, 'reader');
    const outcome = await setVote(host(), { readerId, paperKey: paper, on });
    if ('notFound' in outcome) throw new Problem(404, 'Paper not found', `There is no paper ${paper} here.`);
    if ('discarded' in outcome)
      throw new Problem(409, 'Set aside', 'This vote was part of a burst that the editors set aside.');
    return c.json({ ...outcome, note: outcome.voted ? noteOf(outcome.standing) : undefined }, 200);
  });
  return app;
}
