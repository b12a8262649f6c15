import type { Rng } from '../stats/index.ts';
import { sizeOf, type Tensor, tensor } from '../tensor.ts';

/** First weights, drawn on the host: the same seed gives the same weights, whatever runs them. */

export function normal(rng: Rng, shape: readonly number[], deviation = 1): Tensor {
  return tensor(rng.normals(sizeOf(shape), 0, deviation), shape, 'float32');
}

export function uniform(rng: Rng, shape: readonly number[], low: number, high: number): Tensor {
  return tensor(rng.uniforms(sizeOf(shape), low, high), shape, 'float32');
}

/** Normal, drawn again beyond two standard deviations; the common start of transformers. */
export function truncatedNormal(rng: Rng, shape: readonly number[], deviation: number): Tensor {
  const draw = (): number => {
    const z = rng.normal();
    return Math.abs(z) <= 2 ? z * deviation : draw();
  };
  return tensor(Float32Array.from({ length: sizeOf(shape) }, draw), shape);
}

/** U(±√(6 / (fanIn + fanOut))); Glorot & Bengio 2010, eq. 16. */
export function xavierUniform(rng: Rng, shape: readonly number[]): Tensor {
  const { fanIn, fanOut } = fans(shape);
  const bound = Math.sqrt(6 / (fanIn + fanOut));
  return uniform(rng, shape, -bound, bound);
}

/** N(0, gain² / fanIn), gain √2 for relu; He et al. 2015, eq. 10. */
export function heNormal(rng: Rng, shape: readonly number[], gain = Math.SQRT2): Tensor {
  return normal(rng, shape, gain / Math.sqrt(fans(shape).fanIn));
}

/** U(±1/√fanIn), what PyTorch's layers start from. */
export function fanInUniform(rng: Rng, shape: readonly number[], fanIn = fans(shape).fanIn): Tensor {
  const bound = 1 / Math.sqrt(fanIn);
  return uniform(rng, shape, -bound, bound);
}

/** A matrix with orthonormal rows (or columns, where there are fewer), times `gain`; Saxe et al. 2014, arXiv 1312.6120. */
export function orthogonal(rng: Rng, [rows, columns]: readonly [number, number], gain = 1): Tensor {
  const [count, length] = [Math.min(rows, columns), Math.max(rows, columns)];
  const basis: Float64Array[] = [];
  while (basis.length < count) {
    const v = rng.normals(length);
    // Twice is enough (Kahan, in Parlett 1980, §6-9): the second pass removes what rounding left.
    for (let pass = 0; pass < 2; pass++) for (const q of basis) subtractProjection(v, q);
    const norm = Math.hypot(...v);
    if (norm > 1e-9) basis.push(v.map((x) => x / norm));
  }
  const entry = (i: number, j: number) => (rows <= columns ? basis[i][j] : basis[j][i]) * gain;
  const data = Float32Array.from({ length: rows * columns }, (_, k) => entry(Math.floor(k / columns), k % columns));
  return tensor(data, [rows, columns]);
}

function subtractProjection(v: Float64Array, q: Float64Array): void {
  const along = v.reduce((sum, x, i) => sum + x * q[i], 0);
  for (let i = 0; i < v.length; i++) v[i] -= along * q[i];
}

/** Weights are [out, in, …space]: what comes in and goes out of a unit, the kernel's area counted. */
function fans(shape: readonly number[]): { fanIn: number; fanOut: number } {
  const area = sizeOf(shape.slice(2));
  return { fanIn: (shape[1] ?? 1) * area, fanOut: shape[0] * area };
}
