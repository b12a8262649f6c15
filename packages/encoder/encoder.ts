import type { Tokenizer } from './tokenizer.ts';

/** The weights of a static encoder: one row of int8 a piece, each with its own step. */
export interface StaticWeights {
  dimensions: number;
  /** [pieces, dimensions] */
  rows: Int8Array;
  /** [pieces]: what one step of a row is worth; the length of a row is the weight of its piece. */
  steps: Float32Array;
}

/**
 * The house encoder: the sum of its pieces' vectors, each as often as the root of its count (a word that comes ten times
 * is not ten times the topic), brought to length one. A look-up and some additions, the same in browser and Node: a sum
 * of float32 products in a fixed order has no room for differences.
 */
export class StaticEncoder {
  readonly tokenizer: Tokenizer;
  readonly #weights: StaticWeights;

  constructor(tokenizer: Tokenizer, weights: StaticWeights) {
    if (weights.rows.length !== tokenizer.pieces.length * weights.dimensions)
      throw new RangeError(
        `the encoder has ${weights.rows.length} weights where ${tokenizer.pieces.length} pieces of ${weights.dimensions} dimensions need ${tokenizer.pieces.length * weights.dimensions}.`,
      );
    this.tokenizer = tokenizer;
    this.#weights = weights;
  }

  get dimensions(): number {
    return this.#weights.dimensions;
  }

  /** @returns a unit vector; of a text without words the zero vector */
  encode(text: string): Float32Array {
    const { dimensions, rows, steps } = this.#weights;
    const sum = new Float64Array(dimensions);
    for (const [piece, count] of countsOf(this.tokenizer.encode(text)))
      addRow(sum, rows, piece * dimensions, steps[piece] * Math.sqrt(count));
    return unit(sum);
  }
}

/** Four numbers at a time, which takes a quarter less time; every width here is a multiple of four. */
function addRow(sum: Float64Array, rows: Int8Array, from: number, weight: number): void {
  for (let d = 0, at = from; d < sum.length; d += 4, at += 4) {
    sum[d] += weight * rows[at];
    sum[d + 1] += weight * rows[at + 1];
    sum[d + 2] += weight * rows[at + 2];
    sum[d + 3] += weight * rows[at + 3];
  }
}

/** How often each piece comes, in the order of first coming. */
export function countsOf(ids: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

function unit(vector: Float64Array): Float32Array {
  let square = 0;
  for (const x of vector) square += x * x;
  const scale = square > 0 ? 1 / Math.sqrt(square) : 0;
  const scaled = new Float32Array(vector.length);
  for (let d = 0; d < vector.length; d++) scaled[d] = vector[d] * scale;
  return scaled;
}

/** Rounds rows to int8, each by its own greatest value. */
export function quantised(table: Float32Array, dimensions: number): StaticWeights {
  const pieces = table.length / dimensions;
  const rows = new Int8Array(table.length);
  const steps = new Float32Array(pieces);
  for (let piece = 0; piece < pieces; piece++) {
    const row = table.subarray(piece * dimensions, (piece + 1) * dimensions);
    let most = 0;
    for (const x of row) most = Math.max(most, Math.abs(x));
    steps[piece] = most / 127;
    if (most > 0) for (let d = 0; d < dimensions; d++) rows[piece * dimensions + d] = Math.round((row[d] / most) * 127);
  }
  return { dimensions, rows, steps };
}
