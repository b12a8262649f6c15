import { describe, expect, test } from 'vitest';
import { VectorIndex } from './index.ts';

/** Numbers that look random and are the same each time (Mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

function unit(random: () => number, dimensions: number): Float32Array {
  const vector = Float32Array.from({ length: dimensions }, () => random() + random() + random() - 1.5);
  const length = Math.hypot(...vector);
  return vector.map((x) => x / length);
}

const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, x, d) => sum + x * b[d], 0);

describe.each([128, 256, 384])('vectors of %d dimensions', (dimensions) => {
  const random = randomOf(dimensions);
  const vectors = Array.from({ length: 5_003 }, () => unit(random, dimensions));
  const index = new VectorIndex(dimensions, 16);
  for (const [id, vector] of vectors.entries()) index.set(id, vector);

  test('are found in the order of exact cosines, up to rounding', () => {
    for (let q = 0; q < 5; q++) {
      const query = unit(random, dimensions);
      const exact = vectors
        .map((v, id) => ({ id, similarity: dot(v, query) }))
        .sort((a, b) => b.similarity - a.similarity);
      const found = index.near(query, { limit: 50 });
      const ids = new Set(exact.slice(0, 50).map((e) => e.id));
      expect(found.filter((f) => ids.has(f.id)).length).toBeGreaterThanOrEqual(47);
      for (const { id, similarity } of found) expect(Math.abs(similarity - dot(vectors[id], query))).toBeLessThan(0.01);
      expect(found.map((f) => f.similarity)).toEqual(found.map((f) => f.similarity).sort((a, b) => b - a));
    }
  });

  test('a vector is nearest to itself', () => {
    for (const id of [0, 1, 2_500, 5_002]) {
      expect(index.near(vectors[id], { limit: 1 })[0]).toMatchObject({ id });
      expect(index.nearest(vectors[id])).toBe(id);
    }
  });

  test('filters hold', () => {
    const found = index.near(vectors[3], { limit: 10, isAllowed: (id) => id % 2 === 0 });
    expect(found).toHaveLength(10);
    expect(found.every(({ id }) => id % 2 === 0)).toBe(true);
  });
});

test('of any number of vectors each is scanned once, and asked for by its id is as near', () => {
  const random = randomOf(11);
  const query = unit(random, 128);
  const index = new VectorIndex(128, 2);
  expect(index.similarities(query, [1, 2, 3])).toEqual([0, 0, 0]);
  for (let id = 0; id < 20; id++) {
    index.set(id, unit(random, 128));
    const found = index.near(query, { limit: 100 });
    expect(found.map((f) => f.id).sort((a, b) => a - b)).toEqual(Array.from({ length: id + 1 }, (_, i) => i));
    // One that is not here, and one that is asked for twice; more than there are vectors.
    const ids = [...found.map((f) => f.id), 999, found[0].id];
    const expected = [...found.map((f) => f.similarity), 0, found[0].similarity];
    expect(index.similarities(query, ids)).toEqual(expected);
  }
});

test('vectors are replaced and removed, and the others stay', () => {
  const random = randomOf(1);
  const index = new VectorIndex(128, 2);
  const vectors = Array.from({ length: 40 }, () => unit(random, 128));
  for (const [id, vector] of vectors.entries()) index.set(id, vector);
  index.set(5, vectors[6]);
  index.remove(0);
  index.remove(39);
  index.remove(99);
  expect(index.size).toBe(38);
  expect(index.has(0)).toBe(false);
  expect(new Set(index.near(vectors[6], { limit: 2 }).map((n) => n.id))).toEqual(new Set([5, 6]));
  for (let id = 7; id < 39; id++) expect(index.near(vectors[id], { limit: 1 })[0].id).toBe(id);
});

describe('vectors in cells', () => {
  /** Fifty bundles of vectors, each around one of its own. */
  const random = randomOf(3);
  const vectors = Array.from({ length: 50 }, () => unit(random, 128)).flatMap((middle) =>
    Array.from({ length: 80 }, () => {
      const noise = unit(random, 128);
      const vector = middle.map((x, d) => x + 0.5 * noise[d]);
      const length = Math.hypot(...vector);
      return vector.map((x) => x / length);
    }),
  );
  const made = () => {
    const index = new VectorIndex(128, 64);
    for (const [id, vector] of vectors.slice(0, 3_000).entries()) index.set(id, vector);
    expect(index.arrange()).toBe(true);
    expect(index.arrange()).toBe(false);
    return index;
  };
  const idsNear = (index: VectorIndex, query: Float32Array, cells?: number) =>
    index.near(query, { limit: 40, cells }).map((n) => n.id);
  const shareFound = (index: VectorIndex, queries: Float32Array[], cells: number) => {
    let found = 0;
    for (const query of queries) {
      const exact = new Set(idsNear(index, query));
      found += idsNear(index, query, cells).filter((id) => exact.has(id)).length / exact.size;
    }
    return found / queries.length;
  };

  test('are found in the nearest of them, and all of them in all', () => {
    const index = made();
    const queries = vectors.slice(0, 3_000).filter((_, i) => i % 100 === 0);
    expect(shareFound(index, queries, 12)).toBeGreaterThan(0.9);
    expect(shareFound(index, queries, 100_000)).toBe(1);
  });

  test('stay right while vectors come, change and go', () => {
    const index = made();
    for (let id = 3_000; id < 4_000; id++) index.set(id, vectors[id]);
    for (let id = 0; id < 500; id++) index.set(id, vectors[id + 2_000]);
    for (let id = 500; id < 900; id++) index.remove(id);
    expect(
      shareFound(
        index,
        vectors.slice(0, 4_000).filter((_, i) => i % 160 === 0),
        12,
      ),
    ).toBeGreaterThan(0.9);
    for (const id of [0, 1, 950, 3_999])
      expect(index.near(vectors[id < 500 ? id + 2_000 : id], { limit: 2, cells: 4 }).map((n) => n.id)).toContain(id);
  });

  test('are searched by another thread, and taken from what was kept, with the same answers', () => {
    const index = made();
    const kept = new VectorIndex(128);
    for (const id of index.ids) kept.setRounded(id, index.get(id) as Int8Array);
    kept.setArranged(structuredClone(index.arranged as NonNullable<typeof index.arranged>));
    for (const query of vectors.filter((_, i) => i % 400 === 0)) {
      const expected = index.near(query, { limit: 20, cells: 3 });
      expect(VectorIndex.over(index.shared).near(query, { limit: 20, cells: 3 })).toEqual(expected);
      expect(kept.near(query, { limit: 20, cells: 3 })).toEqual(expected);
    }
  });

  test.for([true, false])('while another thread has them, it keeps what it had; each keeps its own: %s', (isShared) => {
    const index = new VectorIndex(128, 64);
    for (const [id, vector] of vectors.entries()) index.set(id, vector);
    const before = vectors.map((_, id) => index.get(id));
    const shared = isShared ? index.shared : undefined;
    const other = shared && VectorIndex.over(shared);
    const asked = vectors.filter((_, i) => i % 400 === 0);
    const found = asked.map((query) => other?.near(query, { limit: 9 }));
    expect(index.arrange()).toBe(true);
    expect(vectors.map((_, id) => index.get(id))).toEqual(before);
    expect([...index.ids].sort((a, b) => a - b)).toEqual([...vectors.keys()]);
    expect(asked.map((query) => other?.near(query, { limit: 9 }))).toEqual(found);
    if (shared) expect(index.shared.memory).not.toBe(shared.memory);
  });

  test('what a filter lets through is found wherever it lies', () => {
    const found = made().near(vectors[0], { limit: 10, cells: 1, isAllowed: (id) => id > 2_900 && id % 2 === 0 });
    expect(found).toHaveLength(10);
  });
});

test('the zero vector and an empty index are no faults', () => {
  const index = new VectorIndex(128);
  expect(index.near(new Float32Array(128), { limit: 3 })).toEqual([]);
  index.set(1, new Float32Array(128));
  expect(index.near(new Float32Array(128), { limit: 3 })).toEqual([{ id: 1, similarity: 0 }]);
});

test('another thread searches in the same memory, and keeps what it had while the first one grows', () => {
  const random = randomOf(2);
  const index = new VectorIndex(128, 4);
  const vectors = Array.from({ length: 9 }, () => unit(random, 128));
  for (const id of [0, 1, 2]) index.set(id, vectors[id]);
  const other = VectorIndex.over(index.shared);
  expect(other.near(vectors[1], { limit: 1 })[0].id).toBe(1);
  for (let id = 3; id < 9; id++) index.set(id, vectors[id]);
  expect(
    other
      .near(vectors[8], { limit: 9 })
      .map((n) => n.id)
      .sort(),
  ).toEqual([0, 1, 2]);
  expect(VectorIndex.over(index.shared).near(vectors[8], { limit: 1 })[0].id).toBe(8);
  expect(VectorIndex.over(index.shared).similarities(vectors[8], [8, 77])[1]).toBe(0);
});
