import { createRng, type Rng } from '@broadsheet/engine/stats';
import { describe, expect, test } from 'vitest';
import { joinedRows, type Rows, rows, unitRows } from '../happy/rows.ts';
import { logTail } from './hypergeometric.ts';
import { denseGroups, FAST_BLOCK, productsOf, productsWith } from './index.ts';

const WIDTH = 24;
const LEAST = { leastSize: 8 };
const middle = (label: string) => createRng('middles').split(label).normals(WIDTH);
/** Papers of a field, each a little apart from its middle. */
const around = (label: string, count: number, rng: Rng, apart = 0.8): Rows => {
  const own = middle(label);
  return unitRows(
    rows(count, WIDTH, Array.from({ length: count }, () => [...own].map((v) => v + rng.normal(0, apart))).flat()),
  );
};
const all = (...parts: Rows[]) => parts.reduce(joinedRows);
const ordinary = (count: number, rng: Rng) =>
  all(...['a', 'b', 'c', 'd'].map((label) => around(label, count / 4, rng)));
/** A corner of field a: near its middle, and closer together. */
const corner = (count: number, rng: Rng) => {
  const own = middle('a').map((value, d) => value + 1.1 * middle('corner')[d]);
  return unitRows(
    rows(count, WIDTH, Array.from({ length: count }, () => [...own].map((v) => v + rng.normal(0, 0.3))).flat()),
  );
};

describe('the scan for density', () => {
  test('weeks drawn from what came before have a group in at most one of forty', () => {
    const before = ordinary(800, createRng('before'));
    const weeks = Array.from({ length: 40 }, (_, week) =>
      denseGroups(ordinary(160, createRng(`week ${week}`)), before, LEAST),
    );
    expect(weeks.filter((groups) => groups.length > 0).length).toBeLessThanOrEqual(1);
  });

  test('a corner of an old field that fills up in one week is a group of just these', () => {
    const rng = createRng('corner');
    const groups = denseGroups(all(ordinary(160, rng), corner(24, rng)), ordinary(800, createRng('before')), LEAST);
    expect(groups).toHaveLength(1);
    const own = groups[0].members.filter((i) => i >= 160);
    expect(own.length).toBeGreaterThan(18);
    expect(own.length / groups[0].members.length).toBeGreaterThan(0.9);
    expect(groups[0].statistic).toBeGreaterThan(4);
    expect(groups[0].logProbability).toBeLessThan(Math.log(0.02 / 184 / 4));
  });

  test('a corner that was as full before is none, and nor is a field that grew by half all over', () => {
    const rng = createRng('steady');
    const before = all(ordinary(800, createRng('before')), corner(110, rng));
    expect(denseGroups(all(ordinary(160, rng), corner(24, rng)), before, LEAST)).toEqual([]);
    const more = all(ordinary(160, rng), around('b', 20, rng));
    expect(denseGroups(more, ordinary(800, createRng('before')), LEAST)).toEqual([]);
  });

  test('no papers, few, nothing before, and identical ones have an answer', () => {
    const before = ordinary(400, createRng('before'));
    expect(denseGroups(rows(0, WIDTH), before, LEAST)).toEqual([]);
    expect(denseGroups(around('a', 1, createRng(1)), before, LEAST)).toEqual([]);
    expect(denseGroups(ordinary(40, createRng(1)), rows(0, WIDTH), LEAST)).toEqual([]);
    expect(denseGroups(rows(40, WIDTH), rows(80, WIDTH), LEAST)).toEqual([]);
    const same = around('x', 20, createRng(1), 0);
    const [group] = denseGroups(all(ordinary(160, createRng(2)), same), before, LEAST);
    expect(group.members).toEqual(Array.from({ length: 20 }, (_, i) => 160 + i));
  });

  test('the hypergeometric tail is the sum of its terms', () => {
    const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n - 1, k - 1) * n) / k);
    const term = (x: number) => (choose(7, x) * choose(13, 5 - x)) / choose(20, 5);
    for (let hits = 1; hits <= 5; hits++) {
      const sum = Array.from({ length: 6 - hits }, (_, x) => term(hits + x)).reduce((a, b) => a + b);
      expect(logTail(hits, 5, 7, 20)).toBeCloseTo(Math.log(sum), 10);
    }
    expect(logTail(0, 5, 7, 20)).toBe(0);
    expect(logTail(6, 5, 7, 20)).toBe(Number.NEGATIVE_INFINITY);
    // More are drawn than unmarked ones are there: so many are certain.
    expect(logTail(2, 15, 7, 20)).toBe(0);
  });
});

describe('fast products', () => {
  test('are those of float64 to a millionth, of any number of rows and of any width', () => {
    for (const [count, others, width] of [
      [1, 1, 1],
      [3, 5, 7],
      [FAST_BLOCK + 5, 131, 30],
      [2, 0, 4],
    ]) {
      const rng = createRng(`${count} ${others}`);
      const x = unitRows(rows(count, width, rng.normals(count * width)));
      const c = unitRows(rows(others, width, rng.normals(others * width)));
      const found = productsWith(c)(x);
      const exact = new Float64Array(count * others);
      for (let i = 0; i < count; i++) productsOf(x, i, c, exact, i * others);
      expect(found).toHaveLength(exact.length);
      for (const [at, value] of exact.entries()) expect(Math.abs(found[at] - value)).toBeLessThan(1e-6);
    }
  });

  test('of some rows are those of all', () => {
    const x = unitRows(rows(9, 8, createRng('x').normals(72)));
    const products = productsWith(x);
    expect(products(x, 4, 7)).toEqual(products(x).subarray(4 * 9, 7 * 9));
  });
});
