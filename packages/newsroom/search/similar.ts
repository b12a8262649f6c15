import { fuse, type Similar } from '@broadsheet/search-index';
import { stepOf } from '@broadsheet/search-index/vectors';
import { entriesByIds, type FeedEntry } from '../editions/index.ts';
import type { Host } from '../host/index.ts';
import { plainText } from '../papers/index.ts';
import { CANDIDATES, nearest } from './hybrid.ts';
import { type SiteIndex, siteIndex } from './site-index.ts';

export type SimilarPaper = FeedEntry & { sharedWords: string[] };

/** Papers that share the most telling words with a paper; none while the index is being built. */
export async function similarPapers(
  host: Host,
  paper: { id: number; title: string; abstract?: string; keywords: string[] },
  { limit = 10 }: { limit?: number } = {},
): Promise<SimilarPaper[]> {
  const site = siteIndex(host);
  if (!site.isReady) return [];
  const text = plainText(`${paper.title}. ${paper.title}. ${paper.abstract ?? ''} ${paper.keywords.join(' ')}`);
  const byWords = site.index.similar(text, { limit: CANDIDATES, except: paper.id });
  const wordsOf = new Map(byWords.map((f) => [f.id, f.words]));
  const found = alsoByMeaning(site, paper.id, byWords).slice(0, limit);
  const entries = await entriesByIds(host.database.db, found);
  return entries.map((entry, index) => ({ ...entry, rank: index + 1, sharedWords: wordsOf.get(entry.id) ?? [] }));
}

/** How much vectors say beside the words; the best of those tried on validation papers in benchmarks/search/quality.ts. */
const VECTOR_WEIGHT = 1.2;

/** Ids of similar papers, the most similar first, by words and, where there are vectors, by meaning. */
function alsoByMeaning({ index, vectors }: SiteIndex, id: number, byWords: Similar[]): number[] {
  const own = vectors?.get(id);
  if (!vectors || !own) return byWords.map((f) => f.id);
  const query = Float32Array.from(own, (x) => x * stepOf(own.length));
  const isIndexed = index.allowing({});
  const near = nearest(vectors, query, { limit: CANDIDATES, isAllowed: (other) => other !== id && isIndexed(other) });
  const sides = near.map((n) => ({ id: n.id, score: n.similarity }));
  return fuse(byWords, sides, { weight: VECTOR_WEIGHT, similaritiesOf: (ids) => vectors.similarities(query, ids) }).map(
    (f) => f.id,
  );
}
