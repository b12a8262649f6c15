import { type Weights, weightsOf } from './weights.ts';

/**
 * A convolution over three rows that keeps dimensions apart, as a gate: h_t = v_t ⊙ (1 + a ⊙ v_{t−1} + b ⊙ v_{t+1}). Without
 * the product it would be a sum that the table can learn by itself.
 */
export class Neighbourhood {
  readonly #before: Weights;
  readonly #after: Weights;
  readonly #d: number;
  /** The rows as they came. */
  #rows = new Float32Array();
  #count = 0;

  constructor(dimensions: number) {
    this.#d = dimensions;
    this.#before = weightsOf(new Float32Array(dimensions));
    this.#after = weightsOf(new Float32Array(dimensions));
  }

  get weights(): Weights[] {
    return [this.#before, this.#after];
  }

  /** Changes the rows where they lie. */
  forward(rows: Float32Array, count: number): void {
    const d = this.#d;
    const end = count * d;
    if (this.#rows.length < end) this.#rows = new Float32Array(end * 2);
    const v = this.#rows;
    this.#count = count;
    v.set(rows.subarray(0, end));
    const [a, b] = [this.#before.values, this.#after.values];
    for (let from = 0; from < end; from += d) {
      if (from > 0) for (let k = 0; k < d; k++) rows[from + k] += v[from + k] * a[k] * v[from - d + k];
      if (from + d < end) for (let k = 0; k < d; k++) rows[from + k] += v[from + k] * b[k] * v[from + d + k];
    }
  }

  /** After `forward`. Changes the gradient of what it gave into that of what it took. */
  backward(toRows: Float32Array): void {
    const d = this.#d;
    const end = this.#count * d;
    const v = this.#rows;
    const to = toRows.slice(0, end);
    const [a, b] = [this.#before.values, this.#after.values];
    const [toA, toB] = [this.#before.gradient, this.#after.gradient];
    for (let from = 0; from + d < end; from += d) {
      const next = from + d;
      for (let k = 0; k < d; k++) {
        // Of the pair (t, t + 1): its first row is gated by b, its second by a.
        const gFirst = to[from + k];
        const gSecond = to[next + k];
        const both = gFirst * b[k] + gSecond * a[k];
        toRows[from + k] += both * v[next + k];
        toRows[next + k] += both * v[from + k];
        toB[k] += gFirst * v[from + k] * v[next + k];
        toA[k] += gSecond * v[from + k] * v[next + k];
      }
    }
  }
}
