import type { Rng } from '@broadsheet/engine/stats';
import type { Tokenizer } from './tokenizer.ts';

/** A paper to learn from. */
export interface TrainingPaper {
  title: string;
  abstract: string;
}

/** A paper's pieces, sentence by sentence. */
export interface PaperPieces {
  title: number[];
  sentences: number[][];
}

/** Share of pairs that are a sentence and the rest of its abstract; the others are a title and its abstract. */
const FRAGMENTS = 0.4;
/** Share of pieces left out of either text, so that no single one is relied on. */
const DROPPED = 0.1;

export function piecesOf({ title, abstract }: TrainingPaper, tokenizer: Tokenizer): PaperPieces {
  return {
    title: tokenizer.encode(title),
    sentences: abstract
      .split(/(?<=[.!?])\s+/)
      .map((sentence) => tokenizer.encode(sentence))
      .filter((ids) => ids.length > 3),
  };
}

/** The same papers, each followed by those of its neighbours that have not come yet. */
export function withNeighbours(order: Int32Array, neighbours?: readonly (readonly number[])[]): Int32Array {
  if (!neighbours) return order;
  const hasCome = new Uint8Array(order.length);
  const result = new Int32Array(order.length);
  let count = 0;
  for (const paper of order)
    for (const next of [paper, ...neighbours[paper]]) {
      if (hasCome[next]) continue;
      hasCome[next] = 1;
      result[count++] = next;
    }
  return result;
}

/** Two texts that belong together: title and abstract, or a sentence and what is left of its abstract. */
export function pairOf({ title, sentences }: PaperPieces, rng: Rng): [number[], number[]] {
  const isFragment = sentences.length > 2 && rng.uniform() < FRAGMENTS;
  const picked = isFragment ? rng.integer(0, sentences.length) : -1;
  const whole = sentences.flatMap((ids, i) => (i === picked ? [] : ids));
  const fragment = isFragment ? sentences[picked] : title;
  return [thinned(fragment, rng), thinned(whole, rng)];
}

function thinned(ids: number[], rng: Rng): number[] {
  const kept = ids.filter(() => rng.uniform() >= DROPPED);
  return kept.length > 0 ? kept : ids;
}
