import { parseCategories, QueryTooLong, type SearchAnswer } from '@broadsheet/search-index';
import type { FeedFilters, FeedQuery, SearchFacts } from '../editions/index.ts';
import type { Host } from '../host/index.ts';
import { CANDIDATES, type HybridHit, nearest, withMeaning } from './hybrid.ts';
import { encodedQuery } from './query-encoder.ts';
import { recognised } from './recognise.ts';
import { type SiteIndex, siteIndex } from './site-index.ts';
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
  mode?: SearchMode;
}

/** By words, by meaning, or by words with meaning where it is known to help. */
export type SearchMode = 'keyword' | 'semantic' | 'hybrid';

/** Beyond them nothing is near. */
const MOST_BY_MEANING = 200;

const NOTHING: FoundPapers = { hits: [], total: 0, notes: [], matched: [], hasAll: false, meant: [], isCut: false };

/** What a search finds: by an id that it names, by the index, or by the store's words while there is no index yet. */
export async function find(host: Host, query: FeedQuery, asked: Asked): Promise<FoundPapers> {
  const { text, offset } = asked;
  if (text.trim() === '') return NOTHING;
  const { paperId, meant } = await recognised(host, text);
  if (paperId !== undefined)
    return { ...NOTHING, hits: offset === 0 ? [{ id: paperId, why: 'this is its id' }] : [], total: 1, hasAll: true };
  const site = siteIndex(host);
  if (!site.isReady) return { ...(await inStore(host, query, asked)), meant };
  try {
    return { ...(await inIndex(host, site, query, asked)), meant };
  } catch (error) {
    if (error instanceof QueryTooLong) return { ...NOTHING, notes: [error.message] };
    throw error;
  }
}

async function inIndex(host: Host, site: SiteIndex, query: FeedQuery, asked: Asked): Promise<FoundPapers> {
  const { text, offset, limit, typing, mode = 'hybrid' } = asked;
  const filter = filterOf(query.filters);
  const sort = query.order === 'newest' || query.order === 'votes' ? query.order : 'relevance';
  const { vectors } = site;
  if (mode === 'keyword' || sort !== 'relevance' || !vectors)
    return fromIndex(
      site.index.search(text, { offset, limit, typing, sort, filter, counted: true }),
      mode === 'semantic',
    );
  const answer = site.index.search(text, { limit: CANDIDATES, typing, filter, counted: true });
  const query256 = await encodedQuery(host, text);
  if (!query256) return fromIndex(site.index.search(text, { offset, limit, typing, filter, counted: true }), true);
  const isAllowed = site.index.allowing(filter);
  const first: HybridHit[] =
    mode === 'semantic'
      ? nearest(vectors, query256, { limit: MOST_BY_MEANING, isAllowed }).map((hit) => ({
          ...hit,
          why: answer.hits.find((h) => h.id === hit.id)?.why ?? [],
        }))
      : withMeaning(answer, vectors, { query: query256, isAllowed });
  const page = first.slice(offset, offset + limit);
  // Behind those that were looked at together come the others, by their words.
  const rest =
    mode === 'hybrid' && page.length < limit && answer.hits.length === CANDIDATES
      ? site.index.search(text, {
          offset: CANDIDATES + Math.max(0, offset - first.length),
          limit: limit - page.length,
          typing,
          filter,
        }).hits
      : [];
  const found = fromIndex({ ...answer, hits: [] }, false);
  return {
    ...found,
    total: mode === 'semantic' ? first.length : found.total,
    hits: [...page, ...rest.filter((hit) => !first.some((f) => f.id === hit.id))].map((hit) => ({
      id: hit.id,
      why: reasons(hit),
    })),
  };
}

function fromIndex(
  { hits, total, notes, matched, hasAll, facets, isCut }: SearchAnswer,
  lacksVectors: boolean,
): FoundPapers {
  return {
    hits: hits.map((hit) => ({ id: hit.id, why: reasons(hit) })),
    total: total ?? hits.length,
    notes: lacksVectors ? [...notes, 'Texts are not encoded here (yet), so this goes by words.'] : notes,
    matched,
    hasAll,
    facets,
    meant: [],
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

/** "found by graph (5.1), transformer as “transform” (3.2); near in meaning (0.61)" */
function reasons({ why, similarity }: HybridHit): string | undefined {
  const words = why.map((w) => `${w.text}${isNear(w) ? '' : ` as “${w.matched}”`} (${w.points.toFixed(1)})`).join(', ');
  const meaning = similarity === undefined ? '' : `near in meaning (${similarity.toFixed(2)})`;
  if (words === '') return meaning === '' ? undefined : `shares none of the words, but is ${meaning}`;
  return `found by ${words}${meaning === '' ? '' : `; ${meaning}`}`;
}

function isNear({ text, matched }: { text: string; matched: string }): boolean {
  return text.toLowerCase().startsWith(matched.slice(0, 3));
}
