import type { Array as JaxArray } from '@jax-js/jax';
import type { Rng } from '../stats/index.ts';
import type { Tensor } from '../tensor.ts';
import { normal } from './init.ts';

export type Embedding<T> = {
  /** [count, width] */
  table: T;
};

export function initEmbedding(rng: Rng, { count, width }: { count: number; width: number }): Embedding<Tensor> {
  return { table: normal(rng, [count, width]) };
}

/**
 * One row of the table for each index.
 * @param indices int32 [...], each from 0 to count − 1; others fail where the program runs
 * @returns float32 [..., width]
 */
export function embedding({ table }: Embedding<JaxArray>, indices: JaxArray): JaxArray {
  return table.ref.slice(indices.ref);
}
