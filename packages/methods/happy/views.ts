import type { Rng } from '@broadsheet/engine/stats';

/** Samples as stored views: row i has `views` vectors of the width, one after the other. */
export interface ViewPool {
  readonly data: Float32Array;
  readonly count: number;
  readonly width: number;
  readonly views: number;
}

/** Samples of one view each. */
export function singleViews(data: Float32Array, width: number): ViewPool {
  return { data, count: data.length / width, width, views: 1 };
}

/** The first view of every sample, [n, d]: what is clustered, tested and predicted on. */
export function plainViews({ data, count, width, views }: ViewPool): Float32Array {
  if (views === 1) return data;
  const out = new Float32Array(count * width);
  for (let i = 0; i < count; i++) out.set(data.subarray(i * views * width, (i * views + 1) * width), i * width);
  return out;
}

/** Where there is one view only, it is thinned: each entry is left out with this probability. */
export const DROPOUT = 0.2; // ours

/** Writes two different views of a sample at two places of a batch. */
export function writeViews(
  pool: ViewPool,
  sample: number,
  rng: Rng,
  into: Float32Array,
  first: number,
  second: number,
  dropout = DROPOUT,
): void {
  const { data, width, views } = pool;
  if (views === 1) {
    thin(data, sample * width, width, rng, into, first, dropout);
    thin(data, sample * width, width, rng, into, second, dropout);
    return;
  }
  const a = rng.integer(0, views);
  const b = (a + 1 + rng.integer(0, views - 1)) % views;
  const from = sample * views * width;
  into.set(data.subarray(from + a * width, from + (a + 1) * width), first);
  into.set(data.subarray(from + b * width, from + (b + 1) * width), second);
}

function thin(
  data: Float32Array,
  from: number,
  width: number,
  rng: Rng,
  into: Float32Array,
  at: number,
  dropout: number,
): void {
  const limit = dropout * 2 ** 32;
  let squares = 0;
  for (let k = 0; k < width; k++) {
    const value = rng.bits() < limit ? 0 : data[from + k];
    into[at + k] = value;
    squares += value * value;
  }
  const scale = 1 / (Math.sqrt(squares) || 1);
  for (let k = 0; k < width; k++) into[at + k] *= scale;
}
