import { describe, expect, test } from 'vitest';
import golden from '../report/golden.json' with { type: 'json' };
import {
  bootstrap,
  createRng,
  deviationOf,
  holm,
  meanInterval,
  meanOf,
  permutationTest,
  quantile,
  ranks,
  signFlipTest,
  spearman,
  tQuantile,
} from './index.ts';

describe('seeded random numbers', () => {
  test('the same seed gives the same numbers, another seed others', () => {
    const draw = (seed: number | string) => [...createRng(seed).normals(50)];
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
    expect(draw(7)).not.toEqual(draw('7'));
  });

  test('the first numbers of seed 1 never change: recorded runs rest on them', () => {
    const rng = createRng(1);
    expect([rng.bits(), rng.bits(), rng.bits()]).toMatchInlineSnapshot(`
      [
        1290491896,
        2204919575,
        2159921770,
      ]
    `);
  });

  test('a split stream does not depend on how much was drawn before', () => {
    const fresh = createRng(3);
    const used = createRng(3);
    used.normals(17);
    expect([...used.split('batches', 4).uniforms(5)]).toEqual([...fresh.split('batches', 4).uniforms(5)]);
    expect(fresh.split('a', 'b').bits()).not.toBe(fresh.split('ab').bits());
  });

  test('uniform, normal and integer draws have the moments of their law', () => {
    const rng = createRng('moments');
    const count = 20_000; // standard error of a mean: 0.007
    const normals = rng.normals(count);
    expect(Math.abs(meanOf(normals))).toBeLessThan(0.03);
    expect(Math.abs(deviationOf(normals) - 1)).toBeLessThan(0.03);
    const uniforms = rng.uniforms(count, -1, 3);
    expect(Math.abs(meanOf(uniforms) - 1)).toBeLessThan(0.04);
    expect(Math.min(...uniforms)).toBeGreaterThanOrEqual(-1);
    expect(Math.max(...uniforms)).toBeLessThan(3);
    const counts = [0, 0, 0];
    for (const value of rng.integers(count, 5, 8)) counts[value - 5]++;
    for (const c of counts) expect(Math.abs(c - count / 3)).toBeLessThan(350);
  });

  test('a shuffle keeps every value and reaches every order', () => {
    const rng = createRng('orders');
    const seen = new Set<string>();
    for (let i = 0; i < 200; i++) seen.add(rng.shuffle([1, 2, 3]).join());
    expect(seen.size).toBe(6);
    expect([...rng.permutation(40)].sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, i) => i));
  });

  test('an impossible range is named', () => {
    expect(() => createRng(1).integer(3, 3)).toThrow(/\[3, 3\)/);
  });
});

describe('statistics against the float64 reference', () => {
  const { x, y, paired_diff } = golden.stats;
  const rng = createRng('tests');

  test('Spearman and its exact permutation p', () => {
    expect(spearman(x, y)).toBeCloseTo(golden.stats.spearman, 9);
    expect(permutationTest(x, y, rng)).toMatchObject({ exact: true, arrangements: 720 });
    expect(permutationTest(x, y, rng).p).toBeCloseTo(golden.stats.perm_p_two_sided, 9);
    expect(permutationTest(x, y, rng, { alternative: 'greater' }).p).toBeCloseTo(
      golden.stats.perm_p_one_sided_greater,
      9,
    );
  });

  test('a random permutation test agrees with the exact one', () => {
    const more = [...x, 2, 3, 4];
    const result = permutationTest(more, [...y, 0.1, 0.9, 0.2], rng, { draws: 4000 });
    expect(result.exact).toBe(false);
    expect(result.p).toBeGreaterThan(0.2);
  });

  test('mean with its t interval', () => {
    const interval = meanInterval(paired_diff);
    expect(interval.mean).toBeCloseTo(golden.stats.mean, 9);
    expect(interval.low).toBeCloseTo(golden.stats.ci95[0], 8);
    expect(interval.high).toBeCloseTo(golden.stats.ci95[1], 8);
    expect(tQuantile(0.975, 7)).toBeCloseTo(golden.stats.t_quantile_df7, 8);
  });

  test('sign-flip test', () => {
    expect(signFlipTest(paired_diff, rng).p).toBeCloseTo(golden.stats.sign_flip_p_two_sided, 9);
    const same = Array.from({ length: 20 }, (_, i) => i + 1);
    expect(signFlipTest(same, rng, { draws: 2000 }).p).toBeLessThan(0.01);
  });

  test('the 95 % interval holds the mean in 95 of 100 samples, the bootstrap nearly so', () => {
    let covered = 0;
    let coveredByBootstrap = 0;
    for (let i = 0; i < 400; i++) {
      const sample = rng.normals(10, 5, 2);
      const interval = meanInterval(sample);
      if (interval.low < 5 && 5 < interval.high) covered++;
      const boot = bootstrap(sample, rng, { draws: 300 });
      if (boot.low < 5 && 5 < boot.high) coveredByBootstrap++;
    }
    expect(covered / 400).toBeGreaterThan(0.92);
    expect(covered / 400).toBeLessThan(0.98);
    expect(coveredByBootstrap / 400).toBeGreaterThan(0.83); // the percentile interval is short at n = 10
  });

  test('ties share their rank; a side that does not vary has no correlation', () => {
    expect([...ranks([3, 1, 3, 2])]).toEqual([3.5, 1, 3.5, 2]);
    expect(spearman([1, 1, 1], [1, 2, 3])).toBeNull();
  });

  test('quantiles interpolate, Holm never lowers a p value', () => {
    expect(quantile([1, 2, 3, 4], 0.5)).toBe(2.5);
    expect(holm([0.01, 0.04, 0.03])).toEqual([0.03, 0.06, 0.06]);
  });

  test('a value that is not finite is named, not averaged away', () => {
    expect(() => meanInterval([1, Number.NaN])).toThrow(/value 1 is NaN/);
  });
});
