import { createRng } from '@broadsheet/engine/stats';
import { expect, test } from 'vitest';
import { rowOf, rows, unitRows } from '../happy/index.ts';
import { layOut } from './index.ts';

test('what is near in meaning is near on the plane, and the same vectors give the same plane', () => {
  const rng = createRng('layout');
  const middles = [0, 1, 2].map(() => rng.normals(12));
  const vectors = unitRows(
    rows(
      15,
      12,
      middles.flatMap((middle) =>
        Array.from({ length: 5 }, () => [...middle].map((value) => value + rng.normal(0, 0.2))).flat(),
      ),
    ),
  );
  const places = layOut(Array.from({ length: 15 }, (_, i) => rowOf(vectors, i)));
  const apart = (i: number, j: number) => Math.hypot(places[i].x - places[j].x, places[i].y - places[j].y);
  const pairs = Array.from({ length: 15 }, (_, i) => i).flatMap((i) => Array.from({ length: i }, (_, j) => [i, j]));
  const same = pairs.filter(([i, j]) => Math.floor(i / 5) === Math.floor(j / 5)).map(([i, j]) => apart(i, j));
  const other = pairs.filter(([i, j]) => Math.floor(i / 5) !== Math.floor(j / 5)).map(([i, j]) => apart(i, j));
  expect(Math.max(...same)).toBeLessThan(Math.min(...other));
  for (const { x, y } of places) expect(Math.min(x, y) >= 0 && Math.max(x, y) <= 1).toBe(true);
  expect(layOut(Array.from({ length: 15 }, (_, i) => rowOf(vectors, i)))).toEqual(places);
});

test('no vector, one, and identical ones have a place', () => {
  expect(layOut([])).toEqual([]);
  expect(layOut([[1, 0]])).toEqual([{ x: 0.5, y: 0.5 }]);
  for (const { x, y } of layOut([
    [1, 0],
    [1, 0],
    [1, 0],
  ]))
    expect([x, y].every(Number.isFinite)).toBe(true);
});
