import { createHash } from 'node:crypto';
import { createRng } from '@broadsheet/engine/stats';
import { describe, expect, test } from 'vitest';
import { SPHERE, sphereFamilies } from '../sphere-families/index.ts';
import { classesAt, drawClassStages, type StagePlan, testOf } from './index.ts';

const plan: StagePlan = {
  initialClasses: 6,
  stages: 2,
  newPerStage: 2,
  perInitial: 20,
  perNew: 15,
  perOld: 3,
  perTest: 10,
};
const draw = (seed: number, scatter = SPHERE.scatter) => {
  const rng = createRng(seed);
  const source = sphereFamilies({ ...SPHERE, scatter, classes: 10, families: 3, width: 24 }, rng.split('classes'));
  return drawClassStages(plan, source, rng.split('samples'));
};

describe('class stages of families on the sphere', () => {
  test('the bytes of seed 1 never change: recorded runs rest on them', () => {
    const { initial, stages, test: tested } = draw(1);
    const hash = createHash('sha256');
    for (const { data } of [initial, ...stages, tested]) hash.update(new Uint8Array(data.buffer));
    expect(hash.digest('hex').slice(0, 16)).toMatchInlineSnapshot(`"6a20c30481417984"`);
  });

  test('a stage holds few samples of every class before and many of its new ones; the test set follows', () => {
    const stages = draw(1);
    const countsOf = (labels: Int32Array) =>
      Array.from({ length: 10 }, (_, label) => labels.filter((found) => found === label).length);
    expect(countsOf(stages.stages[1].labels)).toEqual([3, 3, 3, 3, 3, 3, 3, 3, 15, 15]);
    expect(countsOf(testOf(plan, stages, 1).labels)).toEqual([10, 10, 10, 10, 10, 10, 10, 10, 0, 0]);
    expect(classesAt(plan, 2)).toBe(10);
  });

  test('some classes are harder than others: the nearest class mean errs more on those near their kin', () => {
    const { initial, test: tested } = draw(2, 1.6);
    const size = initial.width;
    const means = Array.from({ length: 6 }, () => new Float64Array(size));
    for (let i = 0; i < initial.count; i++)
      for (let k = 0; k < size; k++) means[initial.labels[i]][k] += initial.data[i * size + k];
    const cosine = (a: ArrayLike<number>, b: ArrayLike<number>) =>
      Array.from(a).reduce((sum, v, k) => sum + v * b[k], 0) /
      (Math.hypot(...Array.from(a)) * Math.hypot(...Array.from(b)));
    let [right, total] = [0, 0];
    for (let i = 0; i < tested.count; i++) {
      if (tested.labels[i] >= 6) continue;
      const scores = means.map((mean) => cosine(mean, tested.data.subarray(i * size, (i + 1) * size)));
      total++;
      if (scores.indexOf(Math.max(...scores)) === tested.labels[i]) right++;
    }
    expect(right / total).toBeGreaterThan(0.4); // chance is 1/6
    expect(right / total).toBeLessThan(1);
    const kin = means.map((a, i) => Math.max(...means.map((b, j) => (i === j ? -1 : cosine(a, b)))));
    expect(Math.max(...kin) - Math.min(...kin)).toBeGreaterThan(0.15);
  });
});
