import { CursorError } from '@broadsheet/newsroom/editions';
import type { Host } from '@broadsheet/newsroom/host';
import { loadSearchOrFeed } from '@broadsheet/newsroom/search';
import {
  findTopic,
  listTopics,
  type Topic,
  type TopicChip,
  type TopicSummary,
  topicStages,
  topicsOfPapers,
} from '@broadsheet/newsroom/topics';
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { ApiEnv } from './index.ts';
import { Problem } from './problem.ts';
import { hfPaper, json, refusal, topicOfPaper } from './shapes.ts';
import { toHfPaper } from './translate.ts';

const link = z.object({ id: z.number().int(), name: z.string() });
const topicShape = z
  .object({
    id: z.number().int(),
    name: z.string(),
    words: z.array(z.string()),
    state: z.enum(['active', 'dormant', 'hidden']),
    papers: z.number().int().openapi({ description: 'Papers that this site has.' }),
    counted: z.number().int().openapi({ description: 'Papers that were counted in stages.' }),
    share: z.number().openapi({ description: 'Of the papers of the newest stage.' }),
    growth: z.number().openapi({ description: 'log₂ of its share lately against its share before; 0 is steady.' }),
    bornOn: z.string(),
    isNew: z.boolean(),
    url: z.string(),
  })
  .openapi('Topic');
const topicRecord = topicShape.extend({
  names: z.array(z.object({ name: z.string(), since: z.string(), why: z.string(), words: z.array(z.string()) })),
  nameByEditor: z.string().optional(),
  bornFrom: z
    .object({
      papers: z.number().int(),
      statistic: z.number(),
      nearest: link.optional(),
      cosine: z.number().optional(),
      isWithin: z.boolean().optional().openapi({ description: 'It split off from the nearest topic.' }),
    })
    .optional(),
  mergedHere: z.array(link),
  neighbours: z.array(link.extend({ cosine: z.number() })),
  history: z.array(
    z.object({
      stage: z.number().int(),
      kind: z.enum(['month', 'week']),
      from: z.string(),
      until: z.string(),
      papers: z.number().int(),
      share: z.number(),
    }),
  ),
});
const stageShape = z
  .object({
    id: z.number().int(),
    kind: z.enum(['month', 'week']),
    from: z.string(),
    until: z.string(),
    state: z.enum(['done', 'rolled-back']),
    verdict: z.enum(['first', 'empty', 'nothing-new', 'born']),
    papers: z.number().int(),
    candidates: z.number().int(),
    share: z.number(),
    usualShare: z.number(),
    statistic: z.number().openapi({ description: 'z of the excess; above 3 is one.' }),
    born: z.array(link),
    finishedAt: z.string(),
  })
  .openapi('TopicStage');

const id = z.object({ id: z.coerce.number().int().min(1).max(999_999_999).openapi({ example: 12 }) });
const limit = z.coerce.number().int().min(1).max(100).default(50);
const missing = {
  308: { description: 'It was merged into another; Location leads there.' },
  404: refusal('There is no such topic here.'),
};

const list = createRoute({
  method: 'get',
  path: '/topics',
  summary: 'The topics that papers are filed under',
  request: {
    query: z.object({
      sort: z.enum(['largest', 'new', 'growing', 'fading', 'name']).default('largest'),
      q: z.string().max(100).optional().openapi({ description: 'In its name or words.' }),
      dormant: z.stringbool().default(false),
      after: z.coerce.number().int().min(1).optional(),
      limit,
    }),
  },
  responses: { 200: json(z.array(topicShape), '`Link` leads to the next page.'), 400: refusal('Not usable.') },
});
const stages = createRoute({
  method: 'get',
  path: '/topics/stages',
  summary: 'What was found in each stage, the newest first; that nothing was is an answer too',
  request: { query: z.object({ before: z.coerce.number().int().min(1).optional(), limit }) },
  responses: { 200: json(z.array(stageShape), '`Link` leads to older ones.'), 400: refusal('Not usable.') },
});
const one = createRoute({
  method: 'get',
  path: '/topics/{id}',
  summary: 'One topic with its names, its neighbours and its history',
  request: { params: id },
  responses: { 200: json(topicRecord, 'The topic.'), 400: refusal('Not usable.'), ...missing },
});
const papers = createRoute({
  method: 'get',
  path: '/topics/{id}/papers',
  summary: 'The papers of a topic, the newest first, each with how sure it is',
  request: { params: id, query: z.object({ cursor: z.string().max(500).optional(), limit }) },
  responses: {
    200: json(z.array(hfPaper.extend({ topic: topicOfPaper.optional() })), '`Link` leads to the next page.'),
    400: refusal('Not usable.'),
    ...missing,
  },
});

/** Topics, their history, and which papers are filed under them. */
export function topicsApi(host: () => Host, createApp: () => OpenAPIHono<ApiEnv>): OpenAPIHono<ApiEnv> {
  const app = createApp();
  app.openapi(list, async (c) => {
    const { sort, q, dormant, after, limit } = c.req.valid('query');
    const found = await listTopics(host(), { sort, text: q, includeDormant: dormant, after, limit });
    if (found.next !== undefined) c.header('Link', nextLink(c.req.url, 'after', String(found.next)));
    const { origin } = new URL(c.req.url);
    return c.json(
      found.topics.map((topic) => inBrief(topic, origin)),
      200,
    );
  });
  app.openapi(stages, async (c) => {
    const { before, limit } = c.req.valid('query');
    const found = await topicStages(host(), { before, limit });
    const last = found.at(-1);
    if (last && found.length === limit) c.header('Link', nextLink(c.req.url, 'before', String(last.id)));
    return c.json(
      found.map(({ fromDay, toDay, finishedAt, report: _report, origin: _origin, ...stage }) => ({
        ...stage,
        from: fromDay,
        until: toDay,
        finishedAt: new Date(finishedAt).toISOString(),
      })),
      200,
    );
  });
  app.openapi(one, async (c) => {
    const topic = await filed(host(), c.req.valid('param').id);
    if ('movedTo' in topic) return c.redirect(`/api/topics/${topic.movedTo}`, 308);
    return c.json(inFull(topic, new URL(c.req.url).origin), 200);
  });
  app.openapi(papers, async (c) => {
    const { cursor, limit } = c.req.valid('query');
    const topic = await filed(host(), c.req.valid('param').id);
    const { origin, search } = new URL(c.req.url);
    if ('movedTo' in topic) return c.redirect(`/api/topics/${topic.movedTo}/papers${search}`, 308);
    try {
      const query = { window: { kind: 'all' as const }, order: 'newest' as const, filters: { topic: topic.id } };
      const feed = await loadSearchOrFeed(host(), query, { limit, cursor });
      const chips = await topicsOfPapers(
        host(),
        feed.entries.map((entry) => entry.id),
      );
      if (feed.nextCursor) c.header('Link', nextLink(c.req.url, 'cursor', feed.nextCursor));
      return c.json(
        feed.entries.map((entry) => ({ ...toHfPaper(entry), ...withTopic(chips.get(entry.id), origin) })),
        200,
      );
    } catch (error) {
      if (error instanceof CursorError) throw new Problem(400, 'Unknown cursor', error.message);
      throw error;
    }
  });
  return app;
}

/** A paper's assignment as a field of its own, which clients of other sites pass over. */
export function withTopic(chip: TopicChip | undefined, origin: string): { topic?: z.infer<typeof topicOfPaper> } {
  if (!chip) return {};
  const { topicId, ...facts } = chip;
  return { topic: { id: topicId, ...facts, url: `${origin}/topics/${topicId}` } };
}

async function filed(host: Host, id: number): Promise<Topic | { movedTo: number }> {
  const topic = await findTopic(host, id);
  if (!topic || ('state' in topic && topic.state === 'hidden'))
    throw new Problem(404, 'Topic not found', `There is no topic ${id} here; GET /api/topics lists those there are.`);
  return topic;
}

function inBrief(topic: TopicSummary, origin: string): z.infer<typeof topicShape> {
  const { id, name, words, state, papers, counted, share, growth, bornOn, isNew } = topic;
  const url = `${origin}/topics/${id}`;
  return { id, name, words, state, papers, counted, share, growth, bornOn, isNew, url };
}

function inFull(topic: Topic, origin: string): z.infer<typeof topicRecord> {
  const { names, nameByEditor, bornFrom, mergedHere, neighbours, history } = topic;
  return {
    ...inBrief(topic, origin),
    names: names.map(({ name, fromDay, why, words }) => ({ name, since: fromDay, why, words })),
    nameByEditor,
    bornFrom,
    mergedHere,
    neighbours,
    history: history.map(({ stageId, kind, fromDay, toDay, papers, share }) => ({
      ...{ stage: stageId, kind, papers, share },
      from: fromDay,
      until: toDay,
    })),
  };
}

function nextLink(address: string, name: string, value: string): string {
  const url = new URL(address);
  url.searchParams.set(name, value);
  return `<${url.href}>; rel="next"`;
}
