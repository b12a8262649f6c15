import { describe, expect, test } from 'vitest';
import { createRng } from '../stats/index.ts';
import type { Tensor } from '../tensor.ts';
import { fanInUniform, heNormal, orthogonal, truncatedNormal, xavierUniform } from './index.ts';

const rng = createRng('init');
const moments = (weights: Tensor) => {
  const data = Float64Array.from(weights.data);
  const mean = data.reduce((s, x) => s + x, 0) / data.length;
  return { mean, deviation: Math.sqrt(data.reduce((s, x) => s + (x - mean) ** 2, 0) / data.length) };
};

describe('first weights', () => {
  // 40,000 draws: the standard error of a deviation is 0.35 %, of a mean 0.5 % of the deviation.
  test.each([
    ['heNormal', heNormal(rng, [200, 200]), Math.sqrt(2 / 200)],
    ['heNormal of a kernel counts its area', heNormal(rng, [100, 16, 5, 5]), Math.sqrt(2 / 400)],
    ['xavierUniform', xavierUniform(rng, [100, 400]), Math.sqrt(2 / 500)],
    ['fanInUniform', fanInUniform(rng, [200, 200]), 1 / Math.sqrt(600)],
    ['truncatedNormal', truncatedNormal(rng, [200, 200], 0.02), 0.02 * 0.8796],
  ])('%s has its mean and deviation', (_, weights, deviation) => {
    const got = moments(weights);
    expect(Math.abs(got.mean) / deviation).toBeLessThan(0.025);
    expect(got.deviation / deviation).toBeCloseTo(1, 1.7);
  });

  test.each([
    [3, 5],
    [5, 3],
    [4, 4],
  ])('orthogonal [%d, %d]: the shorter side is orthonormal', (rows, columns) => {
    const { data } = orthogonal(rng, [rows, columns], 2);
    const vector = (i: number) =>
      rows <= columns
        ? [...data.subarray(i * columns, (i + 1) * columns)]
        : Array.from({ length: rows }, (_, r) => data[r * columns + i]);
    for (let i = 0; i < Math.min(rows, columns); i++)
      for (let j = 0; j <= i; j++)
        expect(vector(i).reduce((s, x, k) => s + x * vector(j)[k], 0)).toBeCloseTo(i === j ? 4 : 0, 5);
  });

  test('the same seed draws the same weights', () => {
    const draw = () => heNormal(createRng(9), [3, 3]);
    expect(draw()).toEqual(draw());
  });
});
