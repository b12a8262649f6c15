import { np, type TracedArray, valueAndGrad } from '@broadsheet/engine';
import { createRng } from '@broadsheet/engine/stats';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as happy from './index.ts';

const array = (values: unknown): TracedArray => np.array(values as number[][], { dtype: np.float64, device: 'cpu' });
const groups = (old: number, all: number) => {
  const mask = (from: number, to: number) => array(Array.from({ length: all }, (_, c) => +(c >= from && c < to)));
  return { old: mask(0, old), fresh: mask(old, all) };
};
const numberOf = (value: TracedArray): number => value.js() as number;
const randomRows = (seed: number, count: number, width: number) => {
  const rng = createRng(seed);
  return Array.from({ length: count }, () => [...rng.uniforms(width, -1, 1)]);
};
const seeds = fc.integer({ min: 1, max: 1e6 });
const few = { numRuns: 15 };

describe('group-wise entropy', () => {
  const termsOf = (logits: number[][], old: number) => {
    const terms = happy.groupEntropy(array(logits), groups(old, logits[0].length));
    return [terms.between, terms.old, terms.fresh].map(numberOf);
  };

  test('each term lies between 0 and the logarithm of its count, and no order within a group matters', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const logits = randomRows(seed, 6, 5);
        const [between, old, fresh] = termsOf(logits, 3);
        for (const [value, count] of [
          [between, 2],
          [old, 3],
          [fresh, 2],
        ]) {
          expect(value).toBeGreaterThanOrEqual(-1e-12);
          expect(value).toBeLessThanOrEqual(Math.log(count) + 1e-12);
        }
        const swapped = logits.map(([a, b, c, d, e]) => [c, a, b, e, d]).toReversed();
        termsOf(swapped, 3).forEach((value, i) => {
          expect(value).toBeCloseTo([between, old, fresh][i], 10);
        });
      }),
      few,
    );
  });

  test('a dead group stays dead: entropy alone gives it next to no slope', () => {
    const logits = Array.from({ length: 4 }, () => [1, -1, -1, -1, -1, -1]);
    const sides = groups(4, 6);
    const [, slope] = valueAndGrad((o: TracedArray) => happy.groupEntropy(o, sides).between)(array(logits));
    for (const row of slope.js() as number[][])
      for (const value of row.slice(4)) expect(Math.abs(value)).toBeLessThan(1e-6);
  });

  test('without new heads there is nothing to even out within them', () => {
    const [, , fresh] = termsOf(randomRows(1, 4, 3), 3);
    expect(fresh).toBe(0);
  });
});

describe('other losses', () => {
  test('a teacher gets no gradient, and the slope of each row of logits sums to 0', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const [, slope] = valueAndGrad((o: TracedArray) => happy.selfDistillation(o, 0.05))(
          array(randomRows(seed, 4, 5)),
        );
        for (const row of slope.js() as number[][]) expect(row.reduce((sum, v) => sum + v, 0)).toBeCloseTo(0, 10);
      }),
      few,
    );
  });

  test('a head that is not there gets no probability and no slope', () => {
    const mask = array([1, 1, 1, 0]);
    const [, slope] = valueAndGrad((o: TracedArray) => happy.selfDistillation(happy.onlyHeads(o, mask), 0.05))(
      array(randomRows(3, 4, 4)),
    );
    for (const row of slope.js() as number[][]) expect(Math.abs(row[3])).toBe(0);
  });

  test('replay of orthonormal prototypes without noise costs ln(1 + (K − 1)e⁻¹⁰)', () => {
    const eye = [0, 1, 2, 3].map((i) => [0, 1, 2, 3].map((j) => +(i === j)));
    const loss = numberOf(happy.crossEntropyTo(happy.cosineLogits(array(eye), array(eye)), array(eye)));
    expect(loss).toBeCloseTo(Math.log(1 + 3 * Math.exp(-10)), 10);
  });
});

describe('hardness', () => {
  test('sampling sums to 1, keeps the order of hardness, is even at τ → ∞ and the hardest alone at τ → 0', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 2, maxLength: 8 }), (hardness) => {
        const p = happy.samplingOf(hardness, 0.1);
        expect(p.reduce((sum, v) => sum + v, 0)).toBeCloseTo(1, 10);
        for (let i = 1; i < p.length; i++)
          if (hardness[i] > hardness[i - 1]) expect(p[i]).toBeGreaterThanOrEqual(p[i - 1]);
        for (const v of happy.samplingOf(hardness, Number.POSITIVE_INFINITY)) expect(v).toBeCloseTo(1 / p.length, 10);
      }),
    );
    expect([...happy.samplingOf([0.1, 0.9, 0.5], 1e-4)]).toEqual([0, 1, 0]);
  });

  test('one class alone is drawn always', () => {
    const one = happy.prototypesOf(happy.rows(2, 2, [1, 0, 1, 0.1]), [0, 0], 1);
    expect([...happy.samplingOf(happy.hardnessOf(one))]).toEqual([1]);
  });
});

describe('assignment', () => {
  const permutations = (n: number): number[][] =>
    n === 0
      ? [[]]
      : permutations(n - 1).flatMap((p) => Array.from({ length: n }, (_, at) => p.toSpliced(at, 0, n - 1)));

  test('no permutation has a larger sum', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), seeds, (n, seed) => {
        const weight = createRng(seed).integers(n * n, 0, 20);
        const sumOf = (columns: ArrayLike<number>) =>
          Array.from(columns).reduce((sum, column, row) => sum + weight[row * n + column], 0);
        const found = happy.bestAssignment(weight, n);
        expect([...found].toSorted((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
        expect(sumOf(found)).toBe(Math.max(...permutations(n).map(sumOf)));
      }),
      few,
    );
  });

  test('other names for predicted ids change nothing but Old and New in a tie', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const rng = createRng(seed);
        const truth = [...rng.integers(40, 0, 5), 0, 1, 2, 3, 4];
        const predicted = truth.map((label) => (rng.uniform() < 0.7 ? label : rng.integer(0, 5)));
        const names = rng.permutation(5);
        const [once, again] = [predicted, predicted.map((id) => names[id])].map((ids) =>
          happy.clusterAccuracy(truth, ids, (label) => label < 3),
        );
        expect(again.all).toBeCloseTo(once.all, 12);
        expect(once.all).toBeGreaterThanOrEqual(happy.identityAccuracy(truth, predicted));
      }),
      few,
    );
  });
});

describe('clusters', () => {
  const blobs = (count: number, each: number) => {
    const rng = createRng('blobs');
    return happy.rows(
      count * each,
      count,
      Array.from({ length: count * each }, (_, i) =>
        Array.from({ length: count }, (_, k) => (Math.floor(i / each) === k ? 1 : 0) + rng.normal(0, 0.05)),
      ).flat(),
    );
  };

  test('k-means finds blobs, also when points are all the same', () => {
    const { labels } = happy.kMeans(blobs(4, 12), 4, createRng(1));
    const truth = Array.from({ length: 48 }, (_, i) => Math.floor(i / 12));
    expect(happy.clusterAccuracy(truth, labels, () => true).all).toBe(1);
    const same = happy.kMeans(happy.rows(5, 2, Array<number>(10).fill(1)), 3, createRng(1));
    expect(same.inertia).toBe(0);
    expect(() => happy.kMeans(blobs(2, 2), 9, createRng(1))).toThrow(/9 clusters of 4 points/);
  });

  test('known points stay in their cluster and give it its number', () => {
    const points = blobs(4, 12);
    const known = happy.chosenRows(points, [40, 20]); // of blobs 3 and 1
    const { labels } = happy.semiSupervisedLabels(points, happy.unitRows(known), 4, createRng(2));
    expect(labels[36]).toBe(0);
    expect(labels[12]).toBe(1);
  });

  test('the number of new blobs is found by silhouette', () => {
    const found = happy.estimateNewClasses(blobs(6, 12), 3, createRng(1), { most: 6 });
    expect(found.fresh).toBe(3);
  });
});
