import { fuse, type Gate, gateWeight, type Hit, type SearchAnswer } from '@broadsheet/search-index';
import type { VectorIndex } from '@broadsheet/search-index/vectors';
import { CELLS_FROM, CELLS_LOOKED_AT } from './cells.ts';

/** Of both sides so many are looked at; what comes behind them comes in the order of the words. */
export const CANDIDATES = 100;

/**
 * How much vectors may say, by how many words were asked (up to 3, 7, 12, more) and which share of them the best paper has
 * (below a half, three quarters, all, all); learned on the validation questions of benchmarks/search/quality.ts, where 0
 * means that words alone did not lose; a weight is the smallest that is as good as the best by one standard error.
 */
const GATE: Gate = [
  [0, 0, 0, 0],
  [0.4, 0.8, 0.3, 0],
  [0.4, 0.8, 0.3, 0],
  [0.8, 1.6, 1, 0],
];

/** A paper that words, vectors or both found. */
export interface HybridHit {
  id: number;
  /** Cosine of question and paper, where vectors were asked. */
  similarity?: number;
}

/** What is asked of the vectors. */
export interface NearQuestion {
  query: Float32Array;
  isAllowed(id: number): boolean;
}

/** The papers nearest in meaning, whatever their words. */
export function nearest(vectors: VectorIndex, { query, isAllowed }: NearQuestion, limit: number) {
  const cells = vectors.size < CELLS_FROM ? undefined : CELLS_LOOKED_AT;
  return vectors.near(query, { limit, isAllowed, cells });
}

/** How much the vectors may say beside what words have found; 0 where words alone serve better. */
export function weightOfMeaning(answer: SearchAnswer): number {
  return gateWeight(GATE, answer);
}

/** The first papers of a search by words, put in order with what is near in meaning. */
export function withMeaning(
  hits: readonly Hit[],
  vectors: VectorIndex,
  question: NearQuestion,
  weight: number,
): HybridHit[] {
  const near = nearest(vectors, question, CANDIDATES).map(({ id, similarity }) => ({ id, score: similarity }));
  const similaritiesOf = (ids: number[]) => vectors.similarities(question.query, ids);
  return fuse(hits, near, { weight, similaritiesOf }).map(({ id, similarity }) => ({ id, similarity }));
}
