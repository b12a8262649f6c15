import { createRng } from '@broadsheet/engine/stats';
import { describe, expect, test } from 'vitest';
import type { ClassSource } from '../class-stages/index.ts';
import { pooledClasses } from './index.ts';

const pool = {
  data: Float32Array.from([5, 1, 5, 2, 5, -1, 5, -2, 6, 0, 4, 0]),
  labels: [7, 7, 8, 8, 9, 9],
  width: 2,
  views: 1,
};
const drawFrom = (source: ClassSource, label: number, count: number) =>
  Array.from({ length: count }, () => {
    const out = new Float32Array(source.views * source.width);
    source.draw(label, createRng(1), out);
    return [...out];
  });

describe('classes of a pool', () => {
  test('the direction that all share is taken off, as it was in the initial classes', () => {
    const { training } = pooledClasses(pool, { order: [7, 8, 9], initialClasses: 2, perTest: 0 }, createRng(1));
    for (const [x, y] of drawFrom(training, 0, 2)) {
      expect(x).toBeCloseTo(0, 6);
      expect(y).toBeCloseTo(1, 6);
    }
    expect(
      drawFrom(training, 2, 2)
        .map(([x]) => x)
        .toSorted(),
    ).toEqual([-1, 1]);
  });

  test('nothing is drawn twice until a class is used up', () => {
    const { training } = pooledClasses(
      { ...pool, data: Float32Array.from([1, 0, 0, 1, -1, 0, 0, -1, 1, 1, 0, 0]) },
      { order: [9, 7, 8], initialClasses: 3, perTest: 0 },
      createRng(2),
    );
    const [a, b, again] = drawFrom(training, 1, 3).map(String);
    expect(a).not.toBe(b);
    expect([a, b]).toContain(again);
  });

  test('what is tested on is never learnt from, however much is drawn', () => {
    const data = Float32Array.from({ length: 24 }, (_, i) => Math.cos(i * i + 1));
    const many = { data, labels: Array(6).fill(0), width: 2, views: 2 };
    const { training, testing } = pooledClasses(many, { order: [0], initialClasses: 1, perTest: 2 }, createRng(3));
    const learnt = new Set(drawFrom(training, 0, 20).map((views) => String(views.slice(0, 2))));
    expect(learnt.size).toBe(4);
    for (const tested of drawFrom(testing, 0, 2)) expect(learnt).not.toContain(String(tested));
  });

  test('a class that the pool lacks, or that testing uses up, is named', () => {
    expect(() => pooledClasses(pool, { order: [7, 3], initialClasses: 1, perTest: 0 }, createRng(1))).toThrow(
      /class 3 has 0 samples/,
    );
    expect(() => pooledClasses(pool, { order: [7], initialClasses: 1, perTest: 2 }, createRng(1))).toThrow(
      /leaves none to learn from/,
    );
  });
});
