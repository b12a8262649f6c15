import { type Hit, parseCategories, QueryTooLong, type SearchAnswer } from '@broadsheet/search-index';
import type { FeedFilters, FeedQuery, SearchFacts } from '../editions/index.ts';
import type { Host } from '../host/index.ts';
import { recognised } from './recognise.ts';
import { siteIndex } from './site-index.ts';
import { searchStore } from './store-search.ts';

export interface FoundPapers extends SearchFacts {
  hits: { id: number; why?: string }[];
  total: number;
  notes: string[];
}

interface Asked {
  text: string;
  offset: number;
  limit: number;
  typing?: boolean;
}

const NOTHING: FoundPapers = { hits: [], total: 0, notes: [], matched: [], hasAll: false, meant: [], isCut: false };

/** What a search finds: by an id that it names, by the index, or by the store's words while there is no index yet. */
export async function find(host: Host, query: FeedQuery, asked: Asked): Promise<FoundPapers> {
  const { text, offset, limit } = asked;
  if (text.trim() === '') return NOTHING;
  const { paperId, meant } = await recognised(host, text);
  if (paperId !== undefined)
    return { ...NOTHING, hits: offset === 0 ? [{ id: paperId, why: 'this is its id' }] : [], total: 1, hasAll: true };
  const site = siteIndex(host);
  if (!site.isReady) return { ...(await inStore(host, query, asked)), meant };
  try {
    const answer = site.index.search(text, {
      offset,
      limit,
      typing: asked.typing,
      sort: query.order === 'newest' || query.order === 'votes' ? query.order : 'relevance',
      filter: filterOf(query.filters),
      counted: true,
    });
    return { ...fromIndex(answer), meant };
  } catch (error) {
    if (error instanceof QueryTooLong) return { ...NOTHING, notes: [error.message] };
    throw error;
  }
}

function fromIndex({ hits, total, notes, matched, hasAll, facets, isCut }: SearchAnswer): Omit<FoundPapers, 'meant'> {
  return {
    hits: hits.map((hit) => ({ id: hit.id, why: reasons(hit.why) })),
    total: total ?? hits.length,
    notes,
    matched,
    hasAll,
    facets,
    isCut,
  };
}

function filterOf({ category, from, until, minVotes, hasCode, hasExperiment }: FeedFilters) {
  return {
    from,
    until,
    minVotes,
    hasCode,
    hasExperiment,
    categories: category ? parseCategories(category) : undefined,
  };
}

async function inStore(host: Host, query: FeedQuery, { text, offset, limit }: Asked): Promise<FoundPapers> {
  const ids = await searchStore(host.database.db, text, query.filters, { offset, limit });
  return {
    ...NOTHING,
    hits: ids.map((id) => ({ id })),
    total: offset + ids.length,
    hasAll: ids.length > 0,
    notes: ['The search index is being built; until then words are found as they are written, the newest first.'],
  };
}

/** "found by graph (5.1), transformer as “transform” (3.2)" */
function reasons(why: Hit['why']): string | undefined {
  if (why.length === 0) return undefined;
  return `found by ${why.map((w) => `${w.text}${isNear(w) ? '' : ` as “${w.matched}”`} (${w.points.toFixed(1)})`).join(', ')}`;
}

function isNear({ text, matched }: { text: string; matched: string }): boolean {
  return text.toLowerCase().startsWith(matched.slice(0, 3));
}
