import { frobeniusNorm, type Matrix, type MatrixLike, matrix } from '@broadsheet/engine/linalg';
import { participationRatio } from '@broadsheet/engine/report';

/**
 * Two-layer linear network f(x) = w₂ᵀW₁x on whitened data, started small: what training does to its tangent kernel, in
 * closed form. The derivation is ours, under the assumptions of the paper's Theorem 1 and Proposition 1, whose wording
 * was not available. Conserved along the flow: W₁W₁ᵀ − w₂w₂ᵀ.
 */

/** K = XᵀW₁ᵀW₁X ⊗ I_C + XᵀX ⊗ W₂W₂ᵀ for W₁ [h, d], W₂ [C, h], X [d, samples]; rows (sample, output). */
export function linearKernel(w1: MatrixLike, w2: MatrixLike, x: MatrixLike): Matrix {
  const [h, d] = w1.shape;
  const [outputs] = w2.shape;
  const samples = x.shape[1];
  const hidden = matrix(h, samples);
  for (let i = 0; i < h; i++)
    for (let j = 0; j < d; j++)
      for (let s = 0; s < samples; s++) hidden.data[i * samples + s] += w1.data[i * d + j] * x.data[j * samples + s];
  const inner = (a: MatrixLike, rows: number, s: number, t: number) => {
    let sum = 0;
    for (let i = 0; i < rows; i++) sum += a.data[i * a.shape[1] + s] * a.data[i * a.shape[1] + t];
    return sum;
  };
  const out = matrix(samples * outputs, samples * outputs);
  for (let s = 0; s < samples; s++)
    for (let t = 0; t < samples; t++) {
      const [first, second] = [inner(hidden, h, s, t), inner(x, d, s, t)];
      for (let a = 0; a < outputs; a++)
        for (let b = 0; b < outputs; b++) {
          let read = 0;
          for (let i = 0; i < h; i++) read += w2.data[a * h + i] * w2.data[b * h + i];
          out.data[(s * outputs + a) * samples * outputs + t * outputs + b] = (a === b ? first : 0) + second * read;
        }
    }
  return out;
}

/** Scalar output on whitened data: K = W₁ᵀW₁ + ‖w₂‖² I, [d, d]. */
export function whitenedKernel(w1: MatrixLike, w2: ArrayLike<number>): Matrix {
  const [h, d] = w1.shape;
  const out = matrix(d, d);
  const a = frobeniusNorm(w2) ** 2;
  for (let i = 0; i < h; i++)
    for (let j = 0; j < d; j++)
      for (let k = 0; k < d; k++) out.data[j * d + k] += w1.data[i * d + j] * w1.data[i * d + k];
  for (let j = 0; j < d; j++) out.data[j * d + j] += a;
  return out;
}

/**
 * TKA(β) = (tr K₀ + β̂ᵀK₀β̂) / (‖K₀‖ √(d + 3)): from a small start K ends at ‖β‖(β̂β̂ᵀ + I), whatever it was.
 * Null for K₀ = 0.
 */
export function alignmentForTask(k0: MatrixLike, beta: ArrayLike<number>): number | null {
  const d = k0.shape[0];
  const norm = frobeniusNorm(k0.data) * Math.sqrt(d + 3);
  const length = frobeniusNorm(beta);
  let trace = 0;
  let along = 0;
  for (let i = 0; i < d; i++) {
    trace += k0.data[i * d + i];
    for (let j = 0; j < d; j++) along += (beta[i] * k0.data[i * d + j] * beta[j]) / (length * length);
  }
  return norm > 0 ? (trace + along) / norm : null;
}

/**
 * Its mean over tasks of random direction: (1 + 1/d) √(PR(K₀)/(d + 3)), K₀ = diag(spectrum) + aI. The initial spectrum
 * enters only through its participation ratio: higher effective rank is lazier.
 */
export function meanAlignment(spectrum: readonly number[], a: number): number | null {
  const d = spectrum.length;
  const ratio = participationRatio(spectrum.map((value) => value + a));
  return ratio === null ? null : (1 + 1 / d) * Math.sqrt(ratio / (d + 3));
}

/** The largest mean over tasks: (d + 1) / √(d(d + 3)), reached where K₀ ∝ I. */
export function largestMeanAlignment(d: number): number {
  return (d + 1) / Math.sqrt(d * (d + 3));
}
