import type { Filter, Hit } from '@broadsheet/search-index';
import { stepOf } from '@broadsheet/search-index/vectors';
import { entriesByIds, type FeedEntry, type FeedFilters, type FeedQuery, withTopics } from '../editions/index.ts';
import type { Host } from '../host/index.ts';
import { plainText } from '../papers/index.ts';
import { filterOf } from './filter.ts';
import { CANDIDATES, nearest } from './hybrid.ts';
import { SIGNS } from './similar-signs.ts';
import { siteIndex } from './site-index.ts';
import { topicGroups } from './topic-groups.ts';

export type SimilarPaper = FeedEntry & {
  /** The most telling words that both have. */
  sharedWords: string[];
  /** What else both have, in words: "written by Ada Löwe too". */
  sharedSigns: string[];
  /** Cosine of the two; absent while papers are not encoded. */
  similarity?: number;
};

export interface SimilarOptions {
  limit?: number;
  offset?: number;
  order?: FeedQuery['order'];
  filters?: FeedFilters;
  readerId?: number;
}

/** How much vectors say beside the words; the best of those tried on validation papers in benchmarks/search/quality.ts. */
const VECTOR_WEIGHT = 1.6;
/** Behind them nothing is like it. */
export const MOST_SIMILAR = 100;

/**
 * Papers like one: that share its telling words, are near it in meaning, or share other signs with it.
 * @returns none while the index is being built
 */
export async function similarPapers(
  host: Host,
  paper: { id: number; title: string; abstract?: string; keywords: string[] },
  { limit = 10, offset = 0, order = 'top', filters = {}, readerId }: SimilarOptions = {},
): Promise<SimilarPaper[]> {
  const { isReady, index } = siteIndex(host);
  if (!isReady) return [];
  const text = plainText(`${paper.title}. ${paper.title}. ${paper.abstract ?? ''} ${paper.keywords.join(' ')}`);
  const filter = filterOf(filters, await topicGroups(host));
  const byWords = index.similar(text, { limit: CANDIDATES, except: paper.id, filter });
  const ranked = (await rank(host, paper.id, byWords.hits, filter)).slice(0, MOST_SIMILAR);
  const rankedOf = new Map(ranked.map((one) => [one.id, one]));
  const found = ranked.map(({ id }) => id);
  const inOrder = order === 'newest' || order === 'votes' ? index.ordered(found, order) : found;
  const page = await entriesByIds(host.database.db, inOrder.slice(offset, offset + limit), readerId);
  const entries = await withTopics(host, page);
  return entries.map((entry, i) => ({
    ...entry,
    rank: offset + i + 1,
    sharedWords: byWords.sharedWords(entry.id),
    sharedSigns: rankedOf.get(entry.id)?.signs ?? [],
    similarity: rankedOf.get(entry.id)?.similarity,
  }));
}

/** Puts together what words, vectors and signs say of papers like one, the most similar first. */
async function rank(
  host: Host,
  paperId: number,
  byWords: readonly Hit[],
  filter: Filter,
): Promise<{ id: number; score: number; similarity?: number; signs: string[] }[]> {
  const { index, vectors } = siteIndex(host);
  const isInFilter = index.allowing(filter);
  const isAllowed = (id: number) => id !== paperId && isInFilter(id);
  const own = vectors?.get(paperId);
  const query = own && Float32Array.from(own, (x) => x * stepOf(own.length));
  const near = vectors && query ? nearest(vectors, { query, isAllowed }, CANDIDATES) : [];
  const candidates = [...new Set([...byWords, ...near].map((hit) => hit.id))];
  const signs = await Promise.all(
    SIGNS.map(async ({ weight, of }) => ({ weight, found: await of(host, paperId, candidates) })),
  );
  const brought = signs.flatMap(({ found }) => [...found.keys()]).filter(isAllowed);
  const ids = [...new Set([...candidates, ...brought])];
  const cosines = vectors && query ? vectors.similarities(query, ids) : undefined;
  const best = byWords[0]?.score ?? 1;
  const shareOf = new Map(byWords.map(({ id, score }) => [id, score / best]));
  return ids
    .map((id, i) => {
      const shared = signs.map(({ weight, found }) => weight * (found.get(id)?.share ?? 0));
      const score = (shareOf.get(id) ?? 0) + VECTOR_WEIGHT * (cosines?.[i] ?? 0) + shared.reduce((a, b) => a + b, 0);
      return { id, score, similarity: cosines?.[i], signs: signs.flatMap(({ found }) => found.get(id)?.words ?? []) };
    })
    .sort((a, b) => b.score - a.score || b.id - a.id);
}

/** "shares graphs, walks; written by Ada Löwe too; near in meaning (0.61)" */
export function sharedInWords({ sharedWords, sharedSigns, similarity }: SimilarPaper): string {
  return [
    ...(sharedWords.length > 0 ? [`shares ${sharedWords.join(', ')}`] : []),
    ...sharedSigns,
    ...(similarity === undefined || similarity <= 0 ? [] : [`near in meaning (${similarity.toFixed(2)})`]),
  ].join('; ');
}
