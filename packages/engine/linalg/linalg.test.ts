import { describe, expect, test } from 'vitest';
import { createRng } from '../stats/index.ts';
import {
  eigenvalues,
  fromRows,
  leastSquares,
  type Matrix,
  matmul,
  matrix,
  singularValues,
  svd,
  symmetricEigen,
  transpose,
} from './index.ts';

const rng = createRng('linalg');
const random = (rows: number, columns: number): Matrix => ({
  data: rng.normals(rows * columns),
  shape: [rows, columns],
});
const difference = (a: Matrix, b: Matrix) => Math.max(...a.data.map((v, i) => Math.abs(v - b.data[i])));

describe('singular values', () => {
  test.each([
    [5, 5],
    [7, 3],
    [3, 7],
    [1, 4],
  ])('U diag(s) Vᵀ gives back a %i × %i matrix', (rows, columns) => {
    const a = random(rows, columns);
    const { u, s, v } = svd(a);
    const k = Math.min(rows, columns);
    expect([u.shape, v.shape]).toEqual([
      [rows, k],
      [columns, k],
    ]);
    const scaled = { data: u.data.map((value, i) => value * s[i % k]), shape: u.shape };
    expect(difference(matmul(scaled, transpose(v)), a)).toBeLessThan(1e-12);
    expect(difference(matmul(transpose(u), u), identity(k))).toBeLessThan(1e-12);
    expect([...s]).toEqual([...s].sort((x, y) => y - x));
    expect(Math.max(...singularValues(a).map((value, i) => Math.abs(value - s[i])))).toBeLessThan(1e-12);
  });
});

describe('eigenvalues', () => {
  test('a rotation has the pair e^±iφ; a symmetric matrix its real ones in order', () => {
    const { real, imaginary } = eigenvalues(
      fromRows([
        [0, -2],
        [2, 0],
      ]),
    );
    expect(real[0]).toBeCloseTo(0, 12);
    expect(Math.abs(imaginary[0])).toBeCloseTo(2, 12);
    const a = random(6, 6);
    const symmetric = matmul(a, transpose(a));
    const { values, vectors } = symmetricEigen(symmetric);
    const scaled = { data: vectors.data.map((v, i) => v * values[i % 6]), shape: vectors.shape };
    expect(difference(matmul(scaled, transpose(vectors)), symmetric)).toBeLessThan(1e-11);
  });

  test('a matrix that is not square is named', () => {
    expect(() => eigenvalues(random(2, 3))).toThrow(/2 × 3/);
  });
});

describe('least squares', () => {
  test('the residual is orthogonal to the columns', () => {
    const [a, b] = [random(9, 4), random(9, 2)];
    const fitted = matmul(a, leastSquares(a, b));
    const residual = matrix(
      9,
      2,
      b.data.map((v, i) => v - fitted.data[i]),
    );
    expect(Math.max(...matmul(transpose(a), residual).data.map(Math.abs))).toBeLessThan(1e-12);
  });

  test('dependent columns and wrong sizes are named', () => {
    expect(() =>
      leastSquares(
        fromRows([
          [1, 2],
          [2, 4],
          [3, 6],
        ]),
        random(3, 1),
      ),
    ).toThrow(/depend on each other/);
    expect(() => leastSquares(random(3, 2), random(4, 1))).toThrow(/3 rows but B has 4/);
    expect(() => svd(fromRows([[1, Number.NaN]]))).toThrow(/\(0, 1\) is NaN/);
  });
});

function identity(n: number): Matrix {
  const out = matrix(n, n);
  for (let i = 0; i < n; i++) out.data[i * n + i] = 1;
  return out;
}
