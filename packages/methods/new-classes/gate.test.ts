import { createRng } from '@broadsheet/engine/stats';
import { describe, expect, test } from 'vitest';
import { rows, unitRows } from '../happy/index.ts';
import { cohesionOf, excessOf, proposalsOf } from './index.ts';

const WIDTH = 24;
const OLD = 6;
const centre = (label: number) => createRng('centres').split(label).normals(WIDTH);

/** Unit samples around the centres of the labels. */
function around(labels: readonly number[], seed: number | string) {
  const rng = createRng(seed);
  const data = labels.flatMap((label) => [...centre(label).map((value) => value + rng.normal(0, 0.6))]);
  return unitRows(rows(labels.length, WIDTH, data));
}
const USUAL = 0.05;
const RULES = { leastSize: 8, leastCohesion: 0.4, nearness: 0.6 };

describe('the gate', () => {
  test('weeks of the usual share pass it in at most one of forty, a week of twice the share does not', () => {
    const week = (share: number, seed: string) => {
      const rng = createRng(seed);
      return excessOf(
        Array.from({ length: 1000 }, () => rng.uniform() - 1 + share),
        USUAL,
      );
    };
    const alarms = Array.from({ length: 80 }, (_, i) => week(USUAL, `quiet ${i}`).isExcess);
    expect(alarms.filter(Boolean).length).toBeLessThanOrEqual(2);
    const { isExcess, statistic, candidates, share } = week(2 * USUAL, 'new');
    expect(isExcess).toBe(true);
    expect(statistic).toBeGreaterThan(3);
    expect(share).toBe(candidates.length / 1000);
  });

  test('thirty samples of one class among thirty strays are one proposal of mostly them', () => {
    const all = rows(60, WIDTH, [
      ...around(Array<number>(30).fill(OLD), 'class').data,
      ...createRng('strays').normals(30 * WIDTH),
    ]);
    const proposals = proposalsOf(unitRows(all), createRng(1), RULES);
    expect(proposals).toHaveLength(1);
    expect(proposals[0].filter((i) => i < 30).length / proposals[0].length).toBeGreaterThan(0.8);
    expect(proposals[0].length).toBeGreaterThan(15);
  });

  test('stray samples that belong to nothing make no proposal', () => {
    const strays = unitRows(rows(40, WIDTH, createRng('strays').normals(40 * WIDTH)));
    expect(proposalsOf(strays, createRng(1), RULES)).toEqual([]);
  });

  test('an empty week, one paper, and identical papers have an answer', () => {
    expect(excessOf([], USUAL)).toMatchObject({ statistic: 0, isExcess: false, candidates: [] });
    expect(excessOf([-0.1], USUAL).isExcess).toBe(false);
    const same = rows(20, WIDTH, Array.from({ length: 20 }, () => [...centre(OLD)]).flat());
    expect(proposalsOf(unitRows(same), createRng(1), RULES)).toHaveLength(1);
    expect(proposalsOf(rows(0, WIDTH), createRng(1), RULES)).toEqual([]);
    expect(() => excessOf([0.1], 0)).toThrow(/usual share is 0/);
  });

  test('cohesion is the mean cosine of all pairs', () => {
    const unit = around([0, 0, 1], 'cohesion');
    const cosine = (i: number, j: number) =>
      [...unit.data.subarray(i * WIDTH, (i + 1) * WIDTH)].reduce((sum, v, k) => sum + v * unit.data[j * WIDTH + k], 0);
    expect(cohesionOf(unit, [0, 1, 2])).toBeCloseTo((cosine(0, 1) + cosine(0, 2) + cosine(1, 2)) / 3, 10);
  });
});
