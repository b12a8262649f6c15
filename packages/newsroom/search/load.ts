import { QueryTooLong } from '@broadsheet/search-index';
import { changedAt } from '../editions/changed-at.ts';
import { readCursor, writeCursor } from '../editions/cursor.ts';
import { addressWith, entriesByIds, type Feed, type FeedQuery, type LoadOptions, loadFeed } from '../editions/index.ts';
import type { Host } from '../host/index.ts';
import { parseArxivId } from '../papers/index.ts';
import { siteIndex } from './site-index.ts';
import { searchStore } from './store-search.ts';

const PAGE = 50;
/** As many as are filtered through: beyond the first thousand nobody pages. */
const MAX_FOUND = 1_000;

/** A feed by its query: one with words is a search, any other comes from the editions. */
export async function loadSearchOrFeed(host: Host, query: FeedQuery, options: LoadOptions = {}): Promise<Feed> {
  return query.filters.text === undefined
    ? loadFeed(host, query, options)
    : searchFeed(host, query, query.filters.text, options);
}

async function searchFeed(
  host: Host,
  query: FeedQuery,
  text: string,
  { limit = PAGE, cursor, readerId }: LoadOptions,
): Promise<Feed> {
  const after = readCursor(cursor, 'n')?.after ?? 0;
  const found = await find(host, text);
  const hits = await passing(host, query, found.hits);
  const page = hits.slice(after, after + limit);
  const whyOf = new Map(page.map((hit) => [hit.id, hit.why]));
  const entries = await entriesByIds(
    host.database.db,
    page.map((hit) => hit.id),
    readerId,
  );
  const isFiltered = hits.length !== found.hits.length;
  return {
    query,
    title: text ? `“${text}”` : 'Search',
    address: addressWith(`/papers?q=${encodeURIComponent(text)}`, query),
    entries: entries.map((entry, index) => ({ ...entry, rank: after + index + 1, why: whyOf.get(entry.id) })),
    total: isFiltered ? hits.length : found.total,
    nextCursor: hits.length > after + limit ? writeCursor({ k: 'n', after: after + limit }) : undefined,
    notes: found.notes,
    matched: found.matched,
    changedAt: changedAt({ entries }, host.now()),
  };
}

interface FoundPapers {
  hits: { id: number; why?: string }[];
  total: number;
  notes: string[];
  matched: string[];
}

async function find(host: Host, text: string): Promise<FoundPapers> {
  const nothing = { hits: [], total: 0, notes: [], matched: [] };
  if (text.trim() === '') return nothing;
  const arxiv = parseArxivId(text);
  if (arxiv) {
    const paper = await host.database.db
      .selectFrom('paper')
      .select('id')
      .where('arxiv_id', '=', arxiv.id)
      .executeTakeFirst();
    if (paper) return { ...nothing, hits: [{ id: paper.id, why: 'this arXiv id' }], total: 1 };
  }
  const site = siteIndex(host);
  if (!site.isReady) {
    const ids = await searchStore(host.database.db, text, MAX_FOUND);
    const notes = ['The search index is being built; until then words are found as they are written.'];
    return { ...nothing, hits: ids.map((id) => ({ id })), total: ids.length, notes };
  }
  try {
    const answer = site.index.search(text, { limit: MAX_FOUND, counted: true });
    return {
      hits: answer.hits.map((hit) => ({ id: hit.id, why: reasons(hit.why) })),
      total: answer.total ?? answer.hits.length,
      notes: answer.notes,
      matched: answer.matched,
    };
  } catch (error) {
    if (error instanceof QueryTooLong) return { ...nothing, notes: [error.message] };
    throw error;
  }
}

/** "graph (5.1), transformer as transform (3.2)" */
function reasons(why: { text: string; matched: string; points: number }[]): string {
  return `found by ${why.map((w) => `${w.text}${isNear(w) ? '' : ` as “${w.matched}”`} (${w.points.toFixed(1)})`).join(', ')}`;
}

function isNear({ text, matched }: { text: string; matched: string }): boolean {
  return text.toLowerCase().startsWith(matched.slice(0, 3));
}

/** Those of the found papers that the feed's other filters let through, in its order. */
async function passing<Hit extends { id: number }>(
  host: Host,
  { filters, order }: FeedQuery,
  hits: Hit[],
): Promise<Hit[]> {
  const isWhole = !filters.hasCode && !filters.hasExperiment && !filters.category;
  if (hits.length === 0 || (isWhole && order !== 'newest')) return hits;
  const hitOf = new Map(hits.map((hit) => [hit.id, hit]));
  let query = host.database.db
    .selectFrom('paper')
    .select('id')
    .where('id', 'in', [...hitOf.keys()])
    .orderBy('listed_on', 'desc')
    .orderBy('id', 'desc');
  if (filters.hasCode) query = query.where('repository', 'is not', null);
  if (filters.hasExperiment) query = query.where('experiment', 'is not', null);
  const { category } = filters;
  if (category)
    query = query.where('id', 'in', (s) =>
      s.selectFrom('paper_category').select('paper_id').where('category', '=', category),
    );
  const newestFirst = (await query.execute()).map((row) => hitOf.get(row.id) as Hit);
  if (order === 'newest') return newestFirst;
  const allowed = new Set(newestFirst);
  return hits.filter((hit) => allowed.has(hit));
}
