import type { Rng } from '../../../packages/engine/stats/index.ts';
import { type Weights, weightsOf } from './weights.ts';

/** A small network above the sum: y = m + O · max(0, I m), m the sum of length one. O begins as 0. */
export class Residual {
  readonly #d: number;
  /** [hidden, dimensions] both; O is kept transposed */
  readonly #in: Weights;
  readonly #out: Weights;
  readonly #unit: Float32Array;
  readonly #hidden: Float32Array;
  #length = 0;

  constructor(dimensions: number, hidden: number, rng: Rng) {
    this.#d = dimensions;
    this.#in = weightsOf(Float32Array.from({ length: hidden * dimensions }, () => rng.normal()));
    this.#out = weightsOf(new Float32Array(hidden * dimensions));
    this.#unit = new Float32Array(dimensions);
    this.#hidden = new Float32Array(hidden);
  }

  get weights(): Weights[] {
    return [this.#in, this.#out];
  }

  forward(sum: Float32Array): Float32Array {
    const d = this.#d;
    let square = 1e-12;
    for (let k = 0; k < d; k++) square += sum[k] * sum[k];
    this.#length = Math.sqrt(square);
    const unit = this.#unit;
    for (let k = 0; k < d; k++) unit[k] = sum[k] / this.#length;
    const y = unit.slice();
    for (let h = 0; h < this.#hidden.length; h++) {
      let x = 0;
      for (let k = 0, at = h * d; k < d; k++) x += this.#in.values[at + k] * unit[k];
      this.#hidden[h] = Math.max(0, x);
      if (x > 0) for (let k = 0, at = h * d; k < d; k++) y[k] += x * this.#out.values[at + k];
    }
    return y;
  }

  /** After `forward`. @returns the gradient of the sum */
  backward(toY: Float32Array): Float32Array {
    const d = this.#d;
    const unit = this.#unit;
    const toUnit = toY.slice();
    for (let h = 0; h < this.#hidden.length; h++) {
      const x = this.#hidden[h];
      if (x === 0) continue;
      let toX = 0;
      for (let k = 0, at = h * d; k < d; k++) {
        toX += this.#out.values[at + k] * toY[k];
        this.#out.gradient[at + k] += x * toY[k];
      }
      for (let k = 0, at = h * d; k < d; k++) {
        this.#in.gradient[at + k] += toX * unit[k];
        toUnit[k] += toX * this.#in.values[at + k];
      }
    }
    let along = 0;
    for (let k = 0; k < d; k++) along += toUnit[k] * unit[k];
    for (let k = 0; k < d; k++) toUnit[k] = (toUnit[k] - along * unit[k]) / this.#length;
    return toUnit;
  }
}
