import { createRng } from '@broadsheet/engine/stats';
import { describe, expect, test } from 'vitest';
import { pooledClasses } from './index.ts';

const pool = {
  data: Float32Array.from([5, 1, 5, 2, 5, -1, 5, -2, 6, 0, 4, 0]),
  labels: [7, 7, 8, 8, 9, 9],
  width: 2,
  views: 1,
};
const drawFrom = (source: ReturnType<typeof pooledClasses>, label: number, count: number) =>
  Array.from({ length: count }, () => {
    const out = new Float32Array(2);
    source.draw(label, createRng(1), out);
    return [...out];
  });

describe('classes of a pool', () => {
  test('the direction that all share is taken off, as it was in the initial classes', () => {
    const source = pooledClasses(pool, [7, 8, 9], 2, createRng(1));
    for (const [x, y] of drawFrom(source, 0, 2)) {
      expect(x).toBeCloseTo(0, 6);
      expect(y).toBeCloseTo(1, 6);
    }
    expect(
      drawFrom(source, 2, 2)
        .map(([x]) => x)
        .toSorted(),
    ).toEqual([-1, 1]);
  });

  test('nothing is drawn twice until a class is used up', () => {
    const source = pooledClasses(
      { ...pool, data: Float32Array.from([1, 0, 0, 1, -1, 0, 0, -1, 1, 1, 0, 0]) },
      [9, 7, 8],
      3,
      createRng(2),
    );
    const [a, b, again] = drawFrom(source, 1, 3).map(String);
    expect(a).not.toBe(b);
    expect([a, b]).toContain(again);
  });

  test('a class that the pool lacks is named', () => {
    expect(() => pooledClasses(pool, [7, 3], 1, createRng(1))).toThrow(/class 3 has no sample/);
  });
});
