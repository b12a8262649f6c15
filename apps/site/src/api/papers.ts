import {
  CursorError,
  type FeedQuery,
  isDay,
  loadFeed,
  MAX_QUERY_CHARS,
  monthSpan,
  weekSpan,
} from '@broadsheet/newsroom/editions';
import type { Host } from '@broadsheet/newsroom/host';
import { findPaper, type Paper, parseArxivId, plainText } from '@broadsheet/newsroom/papers';
import { highlight, loadSearchOrFeed, similarPapers } from '@broadsheet/newsroom/search';
import { topicsOfPapers } from '@broadsheet/newsroom/topics';
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { ApiEnv } from './index.ts';
import { Problem } from './problem.ts';
import { hfItem, hfPaper, hfSearchItem, hfSimilarItem, json, refusal, topicOfPaper } from './shapes.ts';
import { withTopic } from './topics.ts';
import { describedPaper, toHfItem, toHfPaper } from './translate.ts';

/** Lists ask for at most this much at once, as their model does. */
const MAX_LIMIT = 100;

const refusals = {
  400: refusal('Something in the request cannot be used; `detail` says what to send.'),
};
const notFound = {
  404: refusal('There is no such paper here.'),
};
const answer = <T extends z.ZodType>(schema: T, description: string) => ({
  200: json(schema, description),
});
const limit = (max: number, usual: number) => z.coerce.number().int().min(1).max(max).default(usual);

const daily = createRoute({
  method: 'get',
  path: '/daily_papers',
  summary: 'The papers of a day, week or month; the newest edition when none is named',
  request: {
    query: z.object({
      date: z.string().optional().openapi({ example: '2025-12-30' }),
      week: z.string().optional().openapi({ example: '2025-W52' }),
      month: z.string().optional().openapi({ example: '2025-12' }),
      submitter: z.string().max(100).optional(),
      sort: z.enum(['publishedAt', 'trending']).optional(),
      p: z.coerce.number().int().min(0).max(1_000).default(0),
      limit: limit(MAX_LIMIT, 50),
    }),
  },
  responses: {
    ...answer(z.array(hfItem), 'Papers in the order of the list; `Link` leads to the next page.'),
    ...refusals,
  },
});

const list = createRoute({
  method: 'get',
  path: '/papers',
  summary: 'Every paper, newest first',
  request: { query: z.object({ cursor: z.string().max(200).optional(), limit: limit(MAX_LIMIT, 50) }) },
  responses: { ...answer(z.array(hfPaper), 'Papers; `Link` leads to the next page.'), ...refusals },
});

const search = createRoute({
  method: 'get',
  path: '/papers/search',
  summary: 'Papers found by words, an author or an arXiv id; without words, the newest',
  // Clients leave q out for everything: `list_papers()` of huggingface_hub 2.0 asks here and not at /papers.
  request: {
    query: z.object({
      q: z.string().max(MAX_QUERY_CHARS).default(''),
      limit: limit(120, 20),
      // The last word is still being typed, and found by its beginning.
      typing: z.stringbool().default(false),
      mode: z.enum(['keyword', 'semantic', 'hybrid']).default('hybrid'),
    }),
  },
  responses: {
    ...answer(z.array(hfSearchItem), 'Papers, the best first, with what was found in double brackets.'),
    ...refusals,
  },
});

const one = createRoute({
  method: 'get',
  path: '/papers/{id}',
  summary: 'One paper',
  request: { params: z.object({ id: z.string().max(64).openapi({ example: '2310.08513' }) }) },
  responses: {
    ...answer(hfPaper.extend({ numComments: z.number().int(), topic: topicOfPaper.optional() }), 'The paper.'),
    ...refusals,
    ...notFound,
  },
});

const similar = createRoute({
  method: 'get',
  path: '/papers/{id}/similar',
  summary: 'Papers like one, the most similar first',
  request: {
    params: z.object({ id: z.string().max(64).openapi({ example: '2310.08513' }) }),
    query: z.object({ limit: limit(MAX_LIMIT, 10) }),
  },
  responses: {
    ...answer(z.array(hfSimilarItem), 'Papers, with what they share; none while the search index is being built.'),
    ...refusals,
    ...notFound,
  },
});

/** Lists and papers in the shapes that existing clients of Hugging Face's API read. */
export function papersApi(host: () => Host, createApp: () => OpenAPIHono<ApiEnv>): OpenAPIHono<ApiEnv> {
  const app = createApp();
  app.openapi(daily, async (c) => {
    const { p, limit: size, ...asked } = c.req.valid('query');
    // Submitters of other sites are not kept; nobody here has submitted yet.
    if (asked.submitter !== undefined) return c.json([], 200);
    const entries = await pageOf(host(), windowOf(asked), p, size);
    const origin = new URL(c.req.url).origin;
    if (entries.hasMore) c.header('Link', nextLink(c.req.url, 'p', String(p + 1)));
    return c.json(
      entries.papers.map((paper) => toHfItem(paper, origin)),
      200,
    );
  });
  app.openapi(search, async (c) => {
    const { q, limit: size, typing, mode } = c.req.valid('query');
    const origin = new URL(c.req.url).origin;
    const query: FeedQuery = q.trim()
      ? { window: { kind: 'all' }, order: 'top', filters: { text: q }, ...(mode === 'hybrid' ? {} : { mode }) }
      : { window: { kind: 'all' }, order: 'newest', filters: {} };
    const feed = await loadSearchOrFeed(host(), query, { limit: size, typing, isBare: true });
    const marked = (text: string) =>
      highlight(text, feed.search?.matched ?? [])
        .map((s) => (s.isHit ? `[[${s.text}]]` : s.text))
        .join('');
    return c.json(
      feed.entries.map((paper) => ({
        ...toHfItem(paper, origin),
        highlightedTitle: marked(plainText(paper.title)),
        highlightedSummary: marked(plainText(paper.abstract ?? '')),
        ...(paper.why === undefined ? {} : { why: paper.why }),
        ...(paper.isByMeaning ? { isByMeaning: true } : {}),
      })),
      200,
    );
  });
  app.openapi(list, async (c) => {
    const { cursor, limit: size } = c.req.valid('query');
    try {
      const feed = await loadFeed(
        host(),
        { window: { kind: 'all' }, order: 'newest', filters: {} },
        { limit: size, cursor },
      );
      if (feed.nextCursor) c.header('Link', nextLink(c.req.url, 'cursor', feed.nextCursor));
      return c.json(feed.entries.map(toHfPaper), 200);
    } catch (error) {
      if (error instanceof CursorError) throw new Problem(400, 'Unknown cursor', error.message);
      throw error;
    }
  });
  app.openapi(one, async (c) => {
    const paper = await paperOf(host(), c.req.valid('param').id);
    const topic = withTopic((await topicsOfPapers(host(), [paper.id])).get(paper.id), new URL(c.req.url).origin);
    return c.json({ ...toHfPaper(describedPaper(paper)), numComments: paper.comments, ...topic }, 200);
  });
  app.openapi(similar, async (c) => {
    const paper = await paperOf(host(), c.req.valid('param').id);
    const origin = new URL(c.req.url).origin;
    const found = await similarPapers(host(), paper, { limit: c.req.valid('query').limit });
    return c.json(
      found.map((other) => ({
        ...toHfItem(other, origin),
        sharedWords: other.sharedWords,
        shared: other.sharedSigns,
        ...(other.similarity === undefined ? {} : { similarity: other.similarity }),
      })),
      200,
    );
  });
  return app;
}

async function paperOf(host: Host, id: string): Promise<Paper> {
  if (!parseArxivId(id) && !/^[a-km-np-z2-9]{10}$/.test(id))
    throw new Problem(400, 'Not a paper id', `"${id}" is no paper id; send an arXiv id such as 2310.08513.`);
  const { db } = host.database;
  let paper = await findPaper(db, id);
  if (paper && 'movedTo' in paper) paper = await findPaper(db, paper.movedTo);
  if (!paper || 'movedTo' in paper)
    throw new Problem(404, 'Paper not found', `There is no paper ${id} here; GET /api/papers lists those there are.`);
  return paper;
}

function windowOf({
  date,
  week,
  month,
  sort,
}: {
  date?: string;
  week?: string;
  month?: string;
  sort?: string;
}): FeedQuery {
  const order = sort === 'trending' ? 'trending' : 'top';
  const query = (window: FeedQuery['window']): FeedQuery => ({ window, order, filters: {} });
  if (date !== undefined) {
    if (!isDay(date)) throw new Problem(400, 'No such day', `date is "${date}"; send a day such as 2025-12-30.`);
    return query({ kind: 'day', day: date });
  }
  if (week !== undefined) {
    if (!weekSpan(week))
      throw new Problem(400, 'No such week', `week is "${week}"; send an ISO week such as 2025-W52.`);
    return query({ kind: 'week', week });
  }
  if (month !== undefined) {
    if (!monthSpan(month))
      throw new Problem(400, 'No such month', `month is "${month}"; send a month such as 2025-12.`);
    return query({ kind: 'month', month });
  }
  return query({ kind: 'latest' });
}

/** Pages are numbered in this shape; lists are short, so the page before is read to find where the next begins. */
async function pageOf(host: Host, query: FeedQuery, page: number, limit: number) {
  const wanted = (page + 1) * limit;
  const feed = await loadFeed(host, query, { limit: Math.min(wanted, MAX_NUMBERED) });
  return {
    papers: feed.entries.slice(page * limit, wanted),
    hasMore: feed.nextCursor !== undefined && wanted < MAX_NUMBERED,
  };
}

/** Numbered pages end here; a month has some seven hundred papers. */
const MAX_NUMBERED = 5_000;

function nextLink(address: string, name: string, value: string): string {
  const url = new URL(address);
  url.searchParams.set(name, value);
  return `<${url.href}>; rel="next"`;
}
