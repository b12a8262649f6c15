import {
  eigenvalues,
  frobeniusNorm,
  type Matrix,
  type MatrixLike,
  matmul,
  matrix,
  svd,
} from '@broadsheet/engine/linalg';
import type { Rng } from '@broadsheet/engine/stats';

/** Recurrent weights to start from. W[i][j] is the weight from unit j to unit i; all float64, row-major. */

/** What is held equal when matrices of different structure are compared: Σw², the largest singular value, or |λ|. */
export type Match = 'fro' | 's1' | 'rho';

/** W_G = g · randn / √N: the full-rank start that every other one is measured against. */
export function gaussian(n: number, gain: number, rng: Rng): Matrix {
  return matrix(n, n, rng.normals(n * n, 0, gain / Math.sqrt(n)));
}

/** The singular value decomposition of a start, made once and shared by its truncations. */
export type Decomposition = ReturnType<typeof svd>;

/**
 * The best approximation of rank r, U_r S_r V_rᵀ (the paper's rank sweep): one Gaussian draw serves all ranks.
 * @throws {RangeError} when r is not in 1 … N
 */
export function truncated({ u, s, v }: Decomposition, rank: number): Matrix {
  return recompose('truncated', { u, s, v }, rank, (i) => s[i]);
}

/** U_r V_rᵀ: rank r with an exactly flat spectrum. */
export function orthonormal(decomposition: Decomposition, rank: number): Matrix {
  return recompose('orthonormal', decomposition, rank, () => 1);
}

/** A B with A [N, r], B [r, N]: rank r with random directions and a flatter spectrum than truncation leaves. */
export function outerProduct(a: MatrixLike, b: MatrixLike): Matrix {
  return matmul(a, b);
}

/** A Gaussian outer product of rank r. */
export function randomLowRank(n: number, rank: number, rng: Rng): Matrix {
  return outerProduct(matrix(n, rank, rng.normals(n * rank)), matrix(rank, n, rng.normals(rank * n)));
}

/**
 * Task-aligned low rank (ours; the paper's recipe was not available): the leading r directions of what training moved
 * in a network with the same input and output weights.
 */
export function alignedLowRank(before: MatrixLike, after: MatrixLike, rank: number): Matrix {
  const change = matrix(before.shape[0], before.shape[1], before.data);
  for (let i = 0; i < change.data.length; i++) change.data[i] = after.data[i] - before.data[i];
  return truncated(svd(change), rank);
}

/**
 * W scaled so that it has the same norm as the reference: 'fro' is the paper's choice. Low rank then has a larger
 * operator norm; with 's1' equal it has a smaller total weight, and the effect of rank turns round; 'rho' explodes at
 * rank one, whose largest eigenvalue is small by accident.
 * @throws {RangeError} where W has no such norm (a nilpotent matrix has no spectral radius)
 */
export function matched(w: Matrix, reference: MatrixLike, match: Match): Matrix {
  const [own, wanted] = [normOf(w, match), normOf(reference, match)];
  if (!(own > 1e-12 * frobeniusNorm(w.data)))
    throw new RangeError(`matched: the matrix has ${match} = ${own}; nothing can be scaled to ${wanted}.`);
  return matrix(
    w.shape[0],
    w.shape[1],
    w.data.map((value) => (value * wanted) / own),
  );
}

export function normOf(w: MatrixLike, match: Match): number {
  if (match === 'fro') return frobeniusNorm(w.data);
  if (match === 's1') return svd(w).s[0];
  const { real, imaginary } = eigenvalues(w);
  return Math.hypot(real[0], imaginary[0]);
}

function recompose(caller: string, { u, v }: Decomposition, rank: number, factor: (i: number) => number): Matrix {
  const most = u.shape[1];
  if (!Number.isInteger(rank) || rank < 1 || rank > most)
    throw new RangeError(`${caller}: rank ${rank} of a matrix that has ${most} singular values.`);
  const [rows, columns] = [u.shape[0], v.shape[0]];
  const out = matrix(rows, columns);
  for (let i = 0; i < rows; i++)
    for (let k = 0; k < rank; k++) {
      const scale = factor(k) * u.data[i * most + k];
      for (let j = 0; j < columns; j++) out.data[i * columns + j] += scale * v.data[j * most + k];
    }
  return out;
}
