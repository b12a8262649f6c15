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
const VECTOR_WEIGHT = 1.2;
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
  const { isReady, index, vectors } = siteIndex(host);
  if (!isReady) return [];
  const filter = filterOf(filters, await topicGroups(host));
  const isInFilter = index.allowing(filter);
  const isAllowed = (id: number) => id !== paper.id && isInFilter(id);
  const text = plainText(`${paper.title}. ${paper.title}. ${paper.abstract ?? ''} ${paper.keywords.join(' ')}`);
  const byWords = index.similar(text, { limit: CANDIDATES, except: paper.id, filter });
  const signs = await Promise.all(
    SIGNS.map(async (sign) => ({ weight: sign.weight, found: await sign.of(host, paper.id) })),
  );
  const own = vectors?.get(paper.id);
  const query = own && Float32Array.from(own, (x) => x * stepOf(own.length));
  const near = vectors && query ? nearest(vectors, { query, isAllowed }, CANDIDATES) : [];
  const ids = [
    ...new Set([...byWords.hits, ...near].map((hit) => hit.id).concat(signs.flatMap((s) => [...s.found.keys()]))),
  ].filter(isAllowed);
  const cosines = vectors && query ? vectors.similarities(query, ids) : undefined;
  const best = byWords.hits[0]?.score ?? 1;
  const shareOf = new Map(byWords.hits.map(({ id, score }) => [id, score / best]));
  const ranked = ids
    .map((id, i) => ({
      id,
      similarity: cosines?.[i],
      score:
        (shareOf.get(id) ?? 0) +
        VECTOR_WEIGHT * (cosines?.[i] ?? 0) +
        signs.reduce((sum, { weight, found }) => sum + weight * (found.get(id)?.share ?? 0), 0),
    }))
    .sort((a, b) => b.score - a.score || b.id - a.id)
    .slice(0, MOST_SIMILAR);
  const similarityOf = new Map(ranked.map(({ id, similarity }) => [id, similarity]));
  const found = [...similarityOf.keys()];
  const inOrder = order === 'newest' || order === 'votes' ? index.ordered(found, order) : found;
  const bare = await entriesByIds(host.database.db, inOrder.slice(offset, offset + limit), readerId);
  const entries = await withTopics(host, bare);
  return entries.map((entry, i) => ({
    ...entry,
    rank: offset + i + 1,
    sharedWords: byWords.sharedWords(entry.id),
    sharedSigns: signs.flatMap((s) => s.found.get(entry.id)?.words ?? []),
    similarity: similarityOf.get(entry.id),
  }));
}

/** "shares graphs, walks; written by Ada Löwe too; near in meaning (0.61)" */
export function sharedInWords({ sharedWords, sharedSigns, similarity }: SimilarPaper): string {
  return [
    ...(sharedWords.length > 0 ? [`shares ${sharedWords.join(', ')}`] : []),
    ...sharedSigns,
    ...(similarity === undefined || similarity <= 0 ? [] : [`near in meaning (${similarity.toFixed(2)})`]),
  ].join('; ');
}
