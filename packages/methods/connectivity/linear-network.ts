import { frobeniusNorm, type Matrix, type MatrixLike, matrix } from '@broadsheet/engine/linalg';

/** The two-layer linear network of `theory.ts` and its state: W₁ [h, d], w₂ [h]. */
export interface LinearNetwork {
  readonly w1: Matrix;
  readonly w2: Float64Array;
}

export interface DescentOptions {
  readonly learningRate: number;
  readonly mostSteps: number;
  /** Ends when ½‖β − W₁ᵀw₂‖² is below. */
  readonly goal?: number;
}

/**
 * Gradient descent on ½‖β − W₁ᵀw₂‖² (whitened data), both layers from the old values:
 * e = β − W₁ᵀw₂; W₁ += lr w₂eᵀ; w₂ += lr W₁e. The network given is not changed.
 */
export function descend(
  start: { w1: MatrixLike; w2: ArrayLike<number> },
  beta: ArrayLike<number>,
  { learningRate, mostSteps, goal = 0 }: DescentOptions,
): LinearNetwork & { steps: number; loss: number } {
  const [h, d] = start.w1.shape;
  const w1 = Float64Array.from(start.w1.data);
  const w2 = Float64Array.from(start.w2);
  const error = new Float64Array(d);
  let steps = 0;
  let loss = lossInto(error, w1, w2, beta);
  for (; steps < mostSteps && loss > goal; steps++) {
    for (let i = 0; i < h; i++) {
      const factor = learningRate * w2[i];
      let along = 0;
      for (let j = 0, at = i * d; j < d; j++, at++) {
        along += w1[at] * error[j];
        w1[at] += factor * error[j];
      }
      w2[i] += learningRate * along;
    }
    loss = lossInto(error, w1, w2, beta);
  }
  return { w1: matrix(h, d, w1), w2, steps, loss };
}

/** Writes e = β − W₁ᵀw₂ and gives ½‖e‖². */
function lossInto(error: Float64Array, w1: Float64Array, w2: Float64Array, beta: ArrayLike<number>): number {
  const d = error.length;
  for (let j = 0; j < d; j++) error[j] = beta[j];
  for (let i = 0, at = 0; i < w2.length; i++) {
    const factor = w2[i];
    for (let j = 0; j < d; j++, at++) error[j] -= factor * w1[at];
  }
  return frobeniusNorm(error) ** 2 / 2;
}

/** ‖(W₁W₁ᵀ − w₂w₂ᵀ) − the same before‖: zero along the flow, O(learning rate) in steps. */
export function conservedDrift(
  before: { w1: MatrixLike; w2: ArrayLike<number> },
  after: { w1: MatrixLike; w2: ArrayLike<number> },
): number {
  const [h, d] = before.w1.shape;
  let squares = 0;
  const entry = ({ w1, w2 }: typeof before, i: number, k: number) => {
    let inner = -w2[i] * w2[k];
    for (let j = 0; j < d; j++) inner += w1.data[i * d + j] * w1.data[k * d + j];
    return inner;
  };
  for (let i = 0; i < h; i++) for (let k = 0; k < h; k++) squares += (entry(after, i, k) - entry(before, i, k)) ** 2;
  return Math.sqrt(squares);
}
