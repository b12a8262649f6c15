import { eigenvalues, frobeniusNorm, type MatrixLike, singularValues, sizeOf } from '../linalg/index.ts';

/**
 * How many directions a matrix uses, several ways. `eigen` and `singular` lie in (0, 1] (1/N for rank one, 1 for an
 * orthogonal matrix); `stable`, `participation` and `entropy` count directions, from 1 to N. All are scale-free.
 */
export interface EffectiveRanks {
  /** Σ|λ| / (|λ₁| N); null for a matrix that is not square or whose eigenvalues are all zero. Blind to non-normality. */
  eigen: number | null;
  /** Σs / (s₁ N), N = min(rows, columns): the primary number. Null for the zero matrix, as the three below. */
  singular: number | null;
  /** Σs² / s₁². */
  stable: number | null;
  /** (Σs²)² / Σs⁴. */
  participation: number | null;
  /** exp(−Σ p ln p), p = s / Σs. */
  entropy: number | null;
  /** Largest |λ|; null for a matrix that is not square. */
  spectralRadius: number | null;
  /** Largest singular value. */
  operatorNorm: number;
  frobenius: number;
  size: number;
}

// Relative to the largest singular value. Eigenvalues of a nilpotent matrix come out near n·ε^(1/n), far above
// rounding, so only exact and nearly exact zeros are called undefined.
const ZERO = 1e-12;

/** All effective ranks of a matrix [rows, columns]; Liu et al. 2023, arXiv 2310.08513, name `eigen` the effective rank. */
export function effectiveRanks(w: MatrixLike): EffectiveRanks {
  const [rows, columns] = sizeOf('effectiveRanks', w);
  const s = singularValues(w);
  const size = s.length;
  const largest = s[0];
  const isZero = !(largest > 0);
  const lambdas = rows === columns ? absoluteEigenvalues(w) : null;
  const radius = lambdas ? lambdas[0] : null;
  return {
    eigen: lambdas && radius !== null && radius > ZERO * largest ? sum(lambdas) / (radius * size) : null,
    singular: isZero ? null : sum(s) / (largest * size),
    stable: isZero ? null : sumSquares(s) / largest ** 2,
    participation: isZero ? null : participationRatio(s.map((value) => value * value)),
    entropy: isZero ? null : entropyRank(s),
    spectralRadius: radius,
    operatorNorm: largest,
    frobenius: frobeniusNorm(w.data),
    size,
  };
}

/** (Σλ)² / Σλ² of a spectrum that is not negative; null when it is all zero. */
export function participationRatio(spectrum: ArrayLike<number>): number | null {
  const squares = sumSquares(spectrum);
  return squares > 0 ? sum(spectrum) ** 2 / squares : null;
}

function entropyRank(s: Float64Array): number {
  const total = sum(s);
  let entropy = 0;
  for (const value of s) if (value > 0) entropy -= (value / total) * Math.log(value / total);
  return Math.exp(entropy);
}

function absoluteEigenvalues(w: MatrixLike): Float64Array {
  const { real, imaginary } = eigenvalues(w);
  return real.map((re, i) => Math.hypot(re, imaginary[i]));
}

function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i];
  return total;
}

function sumSquares(values: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i] ** 2;
  return total;
}
