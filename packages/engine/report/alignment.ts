import { frobeniusNorm, type Matrix, type MatrixLike, matrix, sizeOf } from '../linalg/index.ts';

/**
 * Cosine between two kernels: tr(K₀K₁) / (‖K₀‖ ‖K₁‖), in [0, 1] for positive semi-definite ones.
 * With tangent kernels before and after training this is the tangent-kernel alignment: 1 is lazy, near 0 rich.
 * Null where a kernel is zero (a dead network): there is nothing to compare.
 */
export function kernelAlignment(k0: MatrixLike, k1: MatrixLike): number | null {
  checkSameShape('kernelAlignment', k0, k1);
  const norms = frobeniusNorm(k0.data) * frobeniusNorm(k1.data);
  if (!(norms > 0)) return null;
  let inner = 0; // both symmetric: tr(K₀K₁) is the sum of products
  for (let i = 0; i < k0.data.length; i++) inner += k0.data[i] * k1.data[i];
  return Math.min(1, inner / norms); // rounding may pass 1 by an ulp
}

/**
 * Representation alignment of activations [samples, units] on one probe set: the kernel alignment of A₀A₀ᵀ and A₁A₁ᵀ.
 * Uncentred unless told: then it is mostly the mean activity; give both.
 */
export function representationAlignment(
  a0: MatrixLike,
  a1: MatrixLike,
  options: { centred?: boolean } = {},
): number | null {
  const [samples] = sizeOf('representationAlignment', a0);
  if (sizeOf('representationAlignment', a1)[0] !== samples)
    throw new RangeError(
      `representationAlignment: ${samples} samples before, ${a1.shape[0]} after; use the same probe.`,
    );
  const [x, y] = options.centred ? [centreColumns(a0), centreColumns(a1)] : [a0, a1];
  return kernelAlignment(gram(x), gram(y));
}

/** Share of entries whose sign (−1, 0, 1) is the same before and after. */
export function signSimilarity(a0: MatrixLike, a1: MatrixLike): number {
  checkSameShape('signSimilarity', a0, a1);
  let same = 0;
  for (let i = 0; i < a0.data.length; i++) if (Math.sign(a0.data[i]) === Math.sign(a1.data[i])) same++;
  return same / a0.data.length;
}

/** yᵀKy / (‖y‖² tr K): how much of the kernel points at the target; null for a zero kernel or target. */
export function kernelTargetAlignment(k: MatrixLike, y: ArrayLike<number>): number | null {
  const [n] = sizeOf('kernelTargetAlignment', k);
  if (y.length !== n)
    throw new RangeError(`kernelTargetAlignment: the kernel has ${n} rows, the target ${y.length} values.`);
  let quadratic = 0;
  let trace = 0;
  for (let i = 0; i < n; i++) {
    trace += k.data[i * n + i];
    for (let j = 0; j < n; j++) quadratic += y[i] * k.data[i * n + j] * y[j];
  }
  const scale = frobeniusNorm(y) ** 2 * trace;
  return scale > 0 ? quadratic / scale : null;
}

/** A Aᵀ of [rows, columns]: with A the Jacobian of the outputs, the tangent kernel; with activations, their kernel. */
export function gram(a: MatrixLike): Matrix {
  const [rows, columns] = sizeOf('gram', a);
  const out = matrix(rows, rows);
  for (let i = 0; i < rows; i++)
    for (let j = i; j < rows; j++) {
      let inner = 0;
      for (let p = 0; p < columns; p++) inner += a.data[i * columns + p] * a.data[j * columns + p];
      out.data[i * rows + j] = inner;
      out.data[j * rows + i] = inner;
    }
  return out;
}

/**
 * Kernel alignment from two independent sketches of each Jacobian, J R [rows, q] with the same R before and after:
 * ⟨K, K'⟩ ≈ ‖aᵀb'‖². Nearly unbiased, where one sketch used twice is not; q ≥ 64 for an error near 0.03.
 */
export function sketchedAlignment(
  before: { a: MatrixLike; b: MatrixLike },
  after: { a: MatrixLike; b: MatrixLike },
): number | null {
  const cross = (innerOfSketches(before.a, after.b) + innerOfSketches(before.b, after.a)) / 2;
  const norms = Math.sqrt(innerOfSketches(before.a, before.b) * innerOfSketches(after.a, after.b));
  return norms > 0 ? cross / norms : null;
}

/** ‖aᵀb‖_F². */
function innerOfSketches(a: MatrixLike, b: MatrixLike): number {
  const [rows, q] = sizeOf('sketchedAlignment', a);
  const [rowsB, qB] = sizeOf('sketchedAlignment', b);
  if (rows !== rowsB)
    throw new RangeError(`sketchedAlignment: sketches of ${rows} and ${rowsB} rows; use the same probe.`);
  let total = 0;
  for (let i = 0; i < q; i++)
    for (let j = 0; j < qB; j++) {
      let inner = 0;
      for (let r = 0; r < rows; r++) inner += a.data[r * q + i] * b.data[r * qB + j];
      total += inner * inner;
    }
  return total;
}

function centreColumns(a: MatrixLike): Matrix {
  const [rows, columns] = sizeOf('centreColumns', a);
  const out = matrix(rows, columns, a.data);
  for (let j = 0; j < columns; j++) {
    let mean = 0;
    for (let i = 0; i < rows; i++) mean += out.data[i * columns + j];
    mean /= rows;
    for (let i = 0; i < rows; i++) out.data[i * columns + j] -= mean;
  }
  return out;
}

function checkSameShape(caller: string, a: MatrixLike, b: MatrixLike): void {
  sizeOf(caller, a);
  sizeOf(caller, b);
  if (a.shape[0] !== b.shape[0] || a.shape[1] !== b.shape[1])
    throw new RangeError(
      `${caller}: shapes [${a.shape}] and [${b.shape}] differ; use the same probe before and after.`,
    );
}
