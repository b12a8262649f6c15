import { type Facets, type Guess, QueryTooLong, type Reason, type SearchAnswer } from '@broadsheet/search-index';
import type { VectorIndex } from '@broadsheet/search-index/vectors';
import type { FeedQuery, SearchFacts } from '../editions/index.ts';
import type { Host } from '../host/index.ts';
import { filterOf } from './filter.ts';
import { CANDIDATES, type HybridHit, nearest, weightOfMeaning, withMeaning } from './hybrid.ts';
import { encodedQuery } from './query-encoder.ts';
import { recognised } from './recognise.ts';
import { type SiteIndex, siteIndex } from './site-index.ts';
import { searchStore } from './store-search.ts';
import { type TopicGroups, topicGroups } from './topic-groups.ts';

export interface FoundPapers extends SearchFacts {
  hits: FoundHit[];
  /** Absent where nobody asked to have them counted. */
  total?: number;
  notes: string[];
  /** What was taken for other words. */
  guesses: Guess[];
}

export interface FoundHit {
  id: number;
  /** What of the question it has. */
  reasons: Reason[];
  /** Cosine of question and paper, where vectors were asked. */
  similarity?: number;
  /** It was named by its id. */
  isNamed?: true;
  /** It has none of the words. */
  isByMeaning?: true;
}

interface Asked {
  text: string;
  offset: number;
  limit: number;
  typing?: boolean;
  /** Whether anybody looks at how many papers there are and what they are: counting them takes as long as finding. */
  isCounted: boolean;
}

interface InIndex extends Asked {
  groups: TopicGroups;
}

/** Beyond them nothing is near. */
const MOST_BY_MEANING = 200;
const NOT_ENCODED = 'Texts are not encoded here (yet), so this goes by words.';

const NOTHING: FoundPapers = {
  hits: [],
  total: 0,
  notes: [],
  guesses: [],
  matched: [],
  hasAll: false,
  meant: [],
  isCut: false,
  hasMeaning: false,
};

/** What a search finds: by an id that it names, by the index, or by the store's words while there is no index yet. */
export async function find(host: Host, query: FeedQuery, asked: Asked): Promise<FoundPapers> {
  const { text, offset } = asked;
  if (text.trim() === '') return NOTHING;
  const { paperId, meant } = await recognised(host, text);
  if (paperId !== undefined)
    return {
      ...NOTHING,
      hits: offset === 0 ? [{ id: paperId, reasons: [], isNamed: true }] : [],
      total: 1,
      hasAll: true,
    };
  const site = siteIndex(host);
  if (!site.isReady) return { ...(await inStore(host, query, asked)), meant };
  try {
    const hasMeaning = site.vectors !== undefined;
    const groups = await topicGroups(host);
    return { ...(await inIndex(host, site, query, { ...asked, groups })), meant, hasMeaning };
  } catch (error) {
    if (error instanceof QueryTooLong) return { ...NOTHING, notes: [error.message] };
    throw error;
  }
}

async function inIndex(host: Host, site: SiteIndex, query: FeedQuery, asked: InIndex): Promise<FoundPapers> {
  const { vectors } = site;
  const mode = query.mode ?? 'hybrid';
  if (mode === 'semantic') {
    const encoded = vectors && (await encodedQuery(host, asked.text));
    if (vectors && encoded) return byMeaning(site, vectors, encoded, query, asked);
    return byWords(site, query, asked, [NOT_ENCODED]);
  }
  if (mode === 'keyword' || sortOf(query) !== 'relevance' || !vectors) return byWords(site, query, asked);
  return byBoth(host, site, vectors, query, asked);
}

function byWords(site: SiteIndex, query: FeedQuery, asked: InIndex, notes: string[] = []): FoundPapers {
  const { text, groups, isCounted, ...page } = asked;
  const filter = filterOf(query.filters, groups);
  const options = { ...page, sort: sortOf(query), filter, counted: isCounted, groupOf: groups.of };
  const answer = site.index.search(text, options);
  const found = factsOf(answer, groups);
  return { ...found, notes: [...found.notes, ...notes], hits: answer.hits.map((hit) => explained(hit, answer)) };
}

/** The nearest papers, whatever their words; operators are obeyed all the same. */
function byMeaning(
  site: SiteIndex,
  vectors: VectorIndex,
  encoded: Float32Array,
  query: FeedQuery,
  { text, offset, limit, typing, groups, isCounted }: InIndex,
): FoundPapers {
  const filter = filterOf(query.filters, groups);
  const answer = site.index.search(text, { limit: 1, typing, filter });
  const isInFilter = site.index.allowing(filter);
  const isAllowed = (id: number) => isInFilter(id) && (answer.words === 0 || answer.obeys(id));
  const near = nearest(vectors, { query: encoded, isAllowed }, MOST_BY_MEANING).filter((n) => n.similarity > 0);
  const similarityOf = new Map(near.map(({ id, similarity }) => [id, similarity]));
  const ids = [...similarityOf.keys()];
  const sort = sortOf(query);
  const page = (sort === 'relevance' ? ids : site.index.ordered(ids, sort)).slice(offset, offset + limit);
  return {
    ...factsOf(answer, groups),
    hits: page.map((id) => explained({ id, similarity: similarityOf.get(id) }, answer)),
    total: ids.length,
    // Which words there are, or are not, is no matter here.
    notes: [],
    guesses: [],
    hasAll: false,
    facets: isCounted ? withNames(site.index.facetsOf(ids, groups.of), groups) : undefined,
  };
}

async function byBoth(
  host: Host,
  site: SiteIndex,
  vectors: VectorIndex,
  query: FeedQuery,
  asked: InIndex,
): Promise<FoundPapers> {
  const { text, offset, limit, typing, groups, isCounted } = asked;
  const filter = filterOf(query.filters, groups);
  const until = offset + limit;
  const options = { limit: Math.max(CANDIDATES, until), typing, filter, counted: isCounted, groupOf: groups.of };
  const answer = site.index.search(text, options);
  const weight = weightOfMeaning(answer);
  const encoded = weight > 0 ? await encodedQuery(host, text) : undefined;
  const found = factsOf(answer, groups);
  const shown = (hits: HybridHit[]) => hits.slice(offset, until).map((hit) => explained(hit, answer));
  if (!encoded)
    return { ...found, notes: [...found.notes, ...(weight > 0 ? [NOT_ENCODED] : [])], hits: shown(answer.hits) };
  const isInFilter = site.index.allowing(filter);
  const isAllowed = (id: number) => isInFilter(id) && answer.obeys(id);
  const first = withMeaning(answer.hits.slice(0, CANDIDATES), vectors, { query: encoded, isAllowed }, weight);
  // Behind those that were looked at together come the others, by their words.
  const known = new Set(first.map((hit) => hit.id));
  const more = answer.hits.slice(CANDIDATES).filter((hit) => !known.has(hit.id));
  return { ...found, hits: shown([...first, ...more.map(({ id }) => ({ id }))]) };
}

function sortOf({ order }: FeedQuery): 'relevance' | 'newest' | 'votes' {
  return order === 'newest' || order === 'votes' ? order : 'relevance';
}

function factsOf(
  { total, notes, guesses, matched, hasAll, facets, isCut }: SearchAnswer,
  groups: TopicGroups,
): FoundPapers {
  const named = facets && withNames(facets, groups);
  return { ...NOTHING, total, notes, guesses, matched, hasAll, facets: named, isCut };
}

function withNames({ groups: counts, ...facets }: Facets, groups: TopicGroups): SearchFacts['facets'] {
  return { ...facets, topics: groups.named(counts) };
}

async function inStore(host: Host, query: FeedQuery, { text, offset, limit }: Asked): Promise<FoundPapers> {
  const ids = await searchStore(host.database.db, text, query.filters, { offset, limit });
  return {
    ...NOTHING,
    hits: ids.map((id) => ({ id, reasons: [] })),
    total: offset + ids.length,
    hasAll: ids.length > 0,
    notes: ['The search index is being built; until then words are found as they are written, the newest first.'],
  };
}

function explained({ id, similarity }: HybridHit, answer: SearchAnswer): FoundHit {
  const reasons = answer.explain(id);
  const isByMeaning = similarity !== undefined && reasons.length === 0;
  return { id, reasons, similarity, ...(isByMeaning ? { isByMeaning } : {}) };
}
