import { fuse, type Gate, gateWeight, type Hit, type SearchAnswer } from '@broadsheet/search-index';
import type { VectorIndex } from '@broadsheet/search-index/vectors';

/** Of both sides so many are looked at; what comes behind them comes in the order of the words. */
export const CANDIDATES = 100;
/** Above so many vectors signs are looked at first: docs/benchmarks.md. */
const SIGNS_FIRST_FROM = 400_000;
const SIGNS_FACTOR = 30;

/**
 * How much vectors may say, by how many words were asked and how many of them the best paper has; learned on the
 * validation questions of benchmarks/search/quality.ts, where 0 means that words alone did better there.
 */
const GATE: Gate = [
  [0, 0, 0],
  [0, 0.8, 0],
  [1.2, 2, 0],
];

/** A paper that words, vectors or both found. */
export interface HybridHit {
  id: number;
  why: Hit['why'];
  /** Cosine of question and paper, where vectors were asked. */
  similarity?: number;
}

/** The papers nearest in meaning, whatever their words. */
export function nearest(
  vectors: VectorIndex,
  query: Float32Array,
  { limit, isAllowed }: { limit: number; isAllowed(id: number): boolean },
) {
  const signsFirst = vectors.size > SIGNS_FIRST_FROM ? SIGNS_FACTOR : undefined;
  return vectors.near(query, { limit, isAllowed, signsFirst });
}

/** The first papers of a search by words, put in order with what is near in meaning; the words' order where that serves better. */
export function withMeaning(
  answer: Pick<SearchAnswer, 'hits' | 'words' | 'coverage'>,
  vectors: VectorIndex,
  { query, isAllowed }: { query: Float32Array; isAllowed(id: number): boolean },
): HybridHit[] {
  const weight = gateWeight(GATE, answer);
  if (weight === 0) return answer.hits;
  const near = nearest(vectors, query, { limit: CANDIDATES, isAllowed });
  const whyOf = new Map(answer.hits.map((hit) => [hit.id, hit.why]));
  const sides = near.map(({ id, similarity }) => ({ id, score: similarity }));
  return fuse(answer.hits, sides, { weight, similaritiesOf: (ids) => vectors.similarities(query, ids) }).map(
    ({ id, similarity }) => ({ id, similarity, why: whyOf.get(id) ?? [] }),
  );
}
