import { countsOf } from '../../../packages/encoder/encoder.ts';
import type { Rng } from '../../../packages/engine/stats/index.ts';
import { Neighbourhood } from './neighbourhood.ts';
import { Residual } from './residual.ts';
import type { LearnedTable, Weights } from './weights.ts';

/** What may stand between the vectors of a text's pieces and its own, beside attention. */
export interface LayerShape {
  /** Multiplies each vector by those beside it. */
  neighbourhood?: boolean;
  /** Hidden units of a network above the sum. */
  residual?: number;
}

/**
 * A text's vector, and its gradient by hand: pieces → rows (each with its weight) → beside each other → summed → network.
 * Every part begins as no part at all, so that training starts where static vectors do. Going back does the way forth once
 * more instead of keeping it for a batch.
 */
export class Layer {
  readonly dimensions: number;
  readonly weights: Weights[];
  readonly #neighbourhood?: Neighbourhood;
  readonly #residual?: Residual;
  #rows = new Float32Array();

  constructor(dimensions: number, { neighbourhood, residual }: LayerShape, rng: Rng) {
    this.dimensions = dimensions;
    if (neighbourhood) this.#neighbourhood = new Neighbourhood(dimensions);
    if (residual) this.#residual = new Residual(dimensions, residual, rng);
    this.weights = [...(this.#neighbourhood?.weights ?? []), ...(this.#residual?.weights ?? [])];
  }

  /** @returns [dimensions], not of length one */
  forward(ids: readonly number[], table: Float32Array): Float32Array {
    return this.#forward(this.#placed(ids), table);
  }

  /** Adds what `toVector`, the gradient of the text's vector, asks of the table and of the weights. */
  backward(ids: readonly number[], toVector: Float32Array, table: LearnedTable): void {
    const d = this.dimensions;
    const text = this.#placed(ids);
    this.#forward(text, table.values);
    const toSum = this.#residual?.backward(toVector) ?? toVector;
    const toRows = new Float32Array(text.pieces.length * d);
    for (let t = 0; t < text.pieces.length; t++)
      for (let k = 0; k < d; k++) toRows[t * d + k] = text.weights[t] * toSum[k];
    this.#neighbourhood?.backward(toRows);
    for (let t = 0; t < text.pieces.length; t++) {
      const into = text.pieces[t] * d;
      table.touched.add(text.pieces[t]);
      for (let k = 0; k < d; k++) table.gradient[into + k] += toRows[t * d + k];
    }
  }

  #forward({ pieces, weights }: Placed, table: Float32Array): Float32Array {
    const d = this.dimensions;
    if (this.#rows.length < pieces.length * d) this.#rows = new Float32Array(pieces.length * d * 2);
    const rows = this.#rows;
    for (let t = 0; t < pieces.length; t++)
      for (let k = 0, from = pieces[t] * d; k < d; k++) rows[t * d + k] = table[from + k];
    this.#neighbourhood?.forward(rows, pieces.length);
    const sum = new Float32Array(d);
    for (let t = 0; t < pieces.length; t++) for (let k = 0; k < d; k++) sum[k] += weights[t] * rows[t * d + k];
    return this.#residual?.forward(sum) ?? sum;
  }

  /** In the order of the text where it matters; else each piece once. A piece counts as the root of how often it comes. */
  #placed(ids: readonly number[]): Placed {
    const counts = countsOf(ids);
    return this.#neighbourhood
      ? { pieces: ids, weights: Float32Array.from(ids, (id) => 1 / Math.sqrt(counts.get(id) as number)) }
      : { pieces: [...counts.keys()], weights: Float32Array.from(counts.values(), Math.sqrt) };
  }
}

interface Placed {
  pieces: readonly number[];
  weights: Float32Array;
}
