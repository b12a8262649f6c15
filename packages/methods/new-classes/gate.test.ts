import { createRng } from '@broadsheet/engine/stats';
import { describe, expect, test } from 'vitest';
import { chosenRows, prototypesOf, rows, unitRows } from '../happy/index.ts';
import { cohesionOf, excessOf, noveltyOf, proposalsOf, thresholdsOf } from './index.ts';

const WIDTH = 24;
const OLD = 6;
const centre = (label: number) => createRng('centres').split(label).normals(WIDTH);

/** Unit samples around the centres of the labels. */
function around(labels: readonly number[], seed: number | string) {
  const rng = createRng(seed);
  const data = labels.flatMap((label) => [...centre(label).map((value) => value + rng.normal(0, 0.6))]);
  return unitRows(rows(labels.length, WIDTH, data));
}
const quiet = (count: number) => Array.from({ length: count }, (_, i) => i % OLD);
const prototypes = prototypesOf(around(quiet(600), 'train'), quiet(600), OLD).means;
const thresholds = thresholdsOf(around(quiet(1200), 'held out'), quiet(1200), prototypes);
const USUAL = 0.05;
const excessIn = (labels: readonly number[], seed: number | string) => {
  const features = around(labels, seed);
  return { features, ...excessOf(noveltyOf(features, prototypes, thresholds), USUAL) };
};
const RULES = { leastSize: 8, leastCohesion: 0.4, nearness: 0.6 };

describe('the gate', () => {
  test('weeks without a new class pass it in at most one of twenty', () => {
    const alarms = Array.from({ length: 40 }, (_, week) => excessIn(quiet(300), `quiet ${week}`).isExcess);
    expect(alarms.filter(Boolean).length).toBeLessThanOrEqual(2);
  });

  test('thirty papers of a new class among three hundred are an excess, and become one proposal of mostly them', () => {
    const labels = [...quiet(300), ...Array<number>(30).fill(OLD)];
    const { features, candidates, isExcess, statistic } = excessIn(labels, 'new');
    expect(isExcess).toBe(true);
    expect(statistic).toBeGreaterThan(3);
    const proposals = proposalsOf(chosenRows(features, candidates), createRng(1), RULES);
    expect(proposals).toHaveLength(1);
    const right = proposals[0].filter((i) => labels[candidates[i]] === OLD).length;
    expect(right / proposals[0].length).toBeGreaterThan(0.8);
    expect(right).toBeGreaterThan(15);
  });

  test('stray samples that belong to nothing make no proposal', () => {
    const strays = unitRows(rows(40, WIDTH, createRng('strays').normals(40 * WIDTH)));
    expect(proposalsOf(strays, createRng(1), RULES)).toEqual([]);
  });

  test('an empty week, one paper, and identical papers have an answer', () => {
    expect(excessOf([], USUAL)).toMatchObject({ statistic: 0, isExcess: false, candidates: [] });
    expect(excessIn([0], 'one').isExcess).toBe(false);
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
