import { createRng } from '@broadsheet/engine/stats';
import { describe, expect, test } from 'vitest';
import golden from '../happy/golden.json' with { type: 'json' };
import { hardnessOf, rowOf, rows, unitRows } from '../happy/index.ts';
import {
  groupEntropyGradient,
  hardness,
  headGradient,
  replayGradient,
  selfDistillationGradient,
  trainNewHeads,
} from './index.ts';
import { cosines } from './products.ts';

const TOLERANCE = golden._meta.tolerance;
const flat = (values: readonly (readonly number[])[]) => Float64Array.from(values.flat());
function expectClose(actual: ArrayLike<number>, expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) expect(Math.abs(actual[i] - expected[i])).toBeLessThanOrEqual(TOLERANCE);
}

describe("gradients by hand are those of the authors' code", () => {
  test('self-distillation', () => {
    const { student_out, cases } = golden.self_distillation;
    for (const { teacher_temp, loss, grad } of Object.values(cases)) {
      const found = selfDistillationGradient(flat(student_out), student_out[0].length, teacher_temp);
      expectClose([found.loss], [loss]);
      expectClose(found.gradient, grad.flat());
    }
  });

  test('group-wise entropy', () => {
    const plain = Object.values(golden.group_entropy.cases).filter(({ weights }) => weights.every((w) => w === 1));
    expect(plain.length).toBeGreaterThan(2);
    for (const { student_out, num_old, L_total_weighted, grad } of plain) {
      const found = groupEntropyGradient(flat(student_out), student_out[0].length, num_old);
      expectClose([found.loss], [L_total_weighted]);
      expectClose(found.gradient, grad.flat());
    }
  });

  test('replay of prototypes, down to the heads through weight norm', () => {
    const { sampled_labels, noise, weight_v, loss, grad_weight_v } = golden.hap_loss;
    const { prototypes, radius } = golden.prototypes_offline;
    const v = rows(weight_v.length, weight_v[0].length, weight_v.flat());
    const drawn = unitRows(
      rows(
        noise.length,
        v.width,
        noise.flatMap((row, i) => row.map((value, d) => prototypes[sampled_labels[i]][d] + radius * value)),
      ),
    );
    const found = replayGradient(cosines(drawn, unitRows(v)), v.count, sampled_labels);
    expectClose([found.loss], [loss]);
    expectClose(headGradient(v, 0, [{ inputs: drawn, ...found }]).data, grad_weight_v.flat());
  });
});

describe('new heads', () => {
  test('hardness by one sum is hardness by all pairs', () => {
    const means = unitRows(rows(7, 5, createRng('hardness').normals(35)));
    expectClose(hardness(means), [...hardnessOf({ means, radius: 0 })]);
  });

  test('learn to win their own samples, leave old heads alone, and come out the same again', () => {
    const rng = createRng('heads');
    const centres = unitRows(rows(5, 16, rng.normals(80)));
    const around = (c: number) => [...rowOf(centres, c)].map((value) => value + rng.normal(0, 0.15));
    const pool = unitRows(rows(100, 16, Array.from({ length: 100 }, (_, i) => around(i % 5)).flat()));
    const old = unitRows(rows(3, 16, centres.data.slice(0, 48)));
    const start = unitRows(
      rows(
        2,
        16,
        [3, 4].flatMap((c) => [...rowOf(centres, c)].map((value) => value + rng.normal(0, 0.3))),
      ),
    );
    const train = () => trainNewHeads(old, start, pool, { means: old, radius: 0.15 }, createRng('train'));
    const { heads, loss } = train();
    expect(loss.after).toBeLessThan(loss.before);
    expect(train().heads.data).toEqual(heads.data);
    const closeness = (of: typeof heads) =>
      cosines(of, rows(2, 16, centres.data.slice(48))).filter((_, i) => i % 3 === 0);
    const [before, after] = [closeness(start), closeness(heads)].map((own) =>
      own.reduce((sum, value) => sum + value, 0),
    );
    expect(after).toBeGreaterThan(before);
  });
});
