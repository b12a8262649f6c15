import { requireRole } from '@broadsheet/newsroom/accounts';
import type { Host } from '@broadsheet/newsroom/host';
import { GuardError, lookUp, parseNamed, type Refusal, submitPaper } from '@broadsheet/newsroom/submissions';
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { ApiEnv } from './index.ts';
import { Problem } from './problem.ts';
import { json, refusal } from './shapes.ts';

const submit = createRoute({
  method: 'post',
  path: '/papers/submit',
  summary: 'Proposes a paper for an edition; as on Hugging Face, and a DOI or an address will do as well',
  request: {
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z.object({
            paper_id: z.string().max(2_000),
            comment: z.string().max(2_000).optional(),
            media_urls: z.array(z.string().max(2_000)).max(1).optional(),
          }),
        },
      },
    },
  },
  responses: {
    201: json(z.object({ id: z.number().int(), paper: z.string(), state: z.literal('waiting') }), 'Editors decide.'),
    401: refusal('Nobody is signed in.'),
    403: refusal('The rule on who may propose, or the token lacks the scope "submit".'),
    422: refusal('A rule refuses it; `rule` names it.'),
    429: refusal('As many as one may propose within a day.'),
  },
});

const index = createRoute({
  method: 'post',
  path: '/papers/index',
  summary: 'Has an arXiv paper learnt, so that it has a page here',
  request: {
    body: {
      required: true,
      content: {
        'application/json': { schema: z.object({ arxivId: z.string().regex(/^\d{4}\.\d{4,5}$/) }) },
      },
    },
  },
  responses: {
    200: json(z.object({ paper: z.string() }), 'It is here.'),
    401: refusal('Nobody is signed in.'),
    422: refusal('It could not be learnt; `detail` says why.'),
    429: refusal('Too often.'),
  },
});

const STATUS = {
  who: 403,
  'account age': 403,
  'daily cap': 429,
  'paper age': 422,
  'only once': 422,
  'not understood': 422,
  'not found': 422,
} as const satisfies Record<Refusal['rule'], number>;

/** Proposing papers, in Hugging Face's shapes. */
export function submissionsApi(host: () => Host, createApp: () => OpenAPIHono<ApiEnv>): OpenAPIHono<ApiEnv> {
  const app = createApp();
  app.openapi(submit, async (c) => {
    const { paper_id: what, comment, media_urls: media } = c.req.valid('json');
    const reader = requireRole(c.var.acting, 'reader');
    const role = c.var.acting.role ?? 'reader';
    const outcome = await submitPaper(host(), { reader, role, what, comment, mediaUrl: media?.[0] });
    if ('refused' in outcome) {
      const { refused, rule } = outcome;
      throw new Problem(STATUS[rule], 'Not taken', refused, { extra: { rule } });
    }
    return c.json({ id: outcome.id, paper: outcome.paperKey, state: 'waiting' as const }, 201);
  });
  app.openapi(index, async (c) => {
    const reader = requireRole(c.var.acting, 'reader');
    const named = parseNamed(c.req.valid('json').arxivId);
    if (!named || !('arxivId' in named)) throw new Problem(422, 'Not an arXiv id', 'Send one such as 2410.06535.');
    try {
      return c.json({ paper: (await lookUp(host(), named, { askedBy: reader.id })).key }, 200);
    } catch (error) {
      if (error instanceof GuardError) throw new Problem(422, 'Not learnt', error.message);
      throw error;
    }
  });
  return app;
}
