import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type IndexedPaper, SearchIndex, Segment } from './index.ts';

const WORDS = ['graph', 'maze', 'video', 'sparse', 'models', 'Erdős', '图神经网络', 'x𝒜y', 'sparsely', 'reinforcement'];
const words = (maxLength: number) => fc.array(fc.constantFrom(...WORDS), { maxLength }).map((list) => list.join(' '));
const papers: fc.Arbitrary<IndexedPaper[]> = fc.uniqueArray(
  fc.record({
    id: fc.integer({ min: 1, max: 2 ** 40 }),
    title: words(4),
    abstract: words(30),
    authors: fc.array(fc.constantFrom('Ada Löwe', 'Bo Chen', 'Ada Chen'), { maxLength: 3 }),
    categories: fc.subarray(['cs.LG', 'cs.AI', 'stat.ML']),
    listedOn: fc.constantFrom('2025-01-02', '2026-01-01'),
    votes: fc.integer({ min: 0, max: 5 }),
  }),
  // Beyond 32 the best alone are looked at for words side by side, and which they are is chance where several are equal.
  { selector: ({ id }) => id, minLength: 2, maxLength: 30 },
);
const question = fc.oneof(
  fc.array(fc.constantFrom(...WORDS, 'grahp', 'mazes', 'reinforcment', 'unknown'), { minLength: 1, maxLength: 4 }),
  fc
    .constantFrom('"sparse models"', 'author:"ada chen"', 'cat:cs.AI maze', 'graph -video', '神经 spars')
    .map((q) => [q]),
);
const PATIENT = { limit: 100, budgetMs: 60_000 };

function segmentsOf(list: readonly IndexedPaper[], segmentSize: number): Segment[] {
  const segments: Segment[] = [];
  for (let from = 0; from < list.length; from += segmentSize) {
    const index = new SearchIndex();
    for (const paper of list.slice(from, from + segmentSize)) index.upsert(paper);
    segments.push(...index.segments);
  }
  return segments;
}

/** Papers and their points; equal ones in the order of their ids, as segments are looked into one after another. */
function answerOf(index: SearchIndex, text: string, typing: boolean) {
  const { hits, guesses, matched, notes, facets, total, explain } = index.search(text, {
    ...PATIENT,
    typing,
    counted: true,
  });
  const inOrder = hits.toSorted((a, b) => b.score - a.score || a.id - b.id);
  return { hits: inOrder, guesses, matched, notes, facets, total, why: inOrder.map(({ id }) => explain(id)) };
}

describe('merged segments', () => {
  test('answer as they did one by one, scores and reasons included', () => {
    fc.assert(
      fc.property(papers, fc.integer({ min: 1, max: 9 }), fc.array(question, { minLength: 3 }), (list, size, asked) => {
        const apart = SearchIndex.of(segmentsOf(list, size), 1);
        const merged = SearchIndex.of(segmentsOf(list, size), 1, { isSearched: size % 2 === 1 });
        merged.compact();
        expect(merged.segments.length).toBe(1);
        for (const [i, text] of asked.entries()) {
          const query = text.join(' ');
          expect(answerOf(merged, query, i % 2 === 1), query).toEqual(answerOf(apart, query, i % 2 === 1));
        }
      }),
    );
  });

  test('are the same bytes in whatever steps they were merged', () => {
    fc.assert(
      fc.property(papers, fc.integer({ min: 1, max: 9 }), fc.integer({ min: 2, max: 5 }), (list, size, step) => {
        const atOnce = SearchIndex.of(segmentsOf(list, size), 1);
        atOnce.compact();
        const segments = segmentsOf(list, size);
        const first = SearchIndex.of(segments.slice(0, step), 1);
        first.compact();
        const inSteps = SearchIndex.of([...first.segments, ...segments.slice(step)], 1);
        inSteps.compact();
        expect(inSteps.segments[0].bytes).toEqual(atOnce.segments[0].bytes);
      }),
    );
  });

  test('of a paper with a very long text keep all of it', () => {
    const long = `${'graph maze '.repeat(3_000)}sparse models`;
    const segments = segmentsOf(
      [1, 2].map((id) => ({ id, title: 'Long', abstract: long, authors: [], categories: [] })),
      1,
    );
    const before = segments.reduce((sum, { s }) => sum + s.words.length, 0);
    const index = SearchIndex.of(segments, 1);
    index.compact();
    expect(index.segments[0].s.words.length).toBe(before);
  });
});

test('answers that were given before a merge explain themselves, unless nobody was to search', () => {
  for (const isSearched of [true, false]) {
    const segments = segmentsOf(
      ['graph maze', 'sparse models'].map((title, id) => ({ id, title, authors: [], categories: [] })),
      1,
    );
    const index = SearchIndex.of(segments, 1, { isSearched });
    const { explain } = index.search('maze', PATIENT);
    index.compact();
    expect(explain(0).length).toBe(isSearched ? 1 : 0);
    expect(segments.map(({ bytes }) => bytes.length > 0)).toEqual([isSearched, isSearched]);
  }
});

describe('a segment has no more papers than allowed', () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, i) => ({
      id: i + 1,
      title: `graph number${i + 1}`,
      authors: [],
      categories: [],
    }));

  test('while an index grows, and at the end of a build', () => {
    const index = new SearchIndex({ largestSegment: 40 });
    const sizes = new Set<number>();
    for (const paper of many(500)) {
      index.upsert(paper);
      // Asking for segments seals what was gathered.
      for (const { docs } of index.segments) sizes.add(docs);
    }
    expect(Math.max(...sizes)).toBeLessThanOrEqual(40);
    // Of 500 segments of one paper there are few left.
    expect(index.segments.length).toBeLessThan(40);
    index.compact();
    expect(index.segments.length).toBeLessThanOrEqual(25);
    expect(Math.max(...index.segments.map(({ docs }) => docs))).toBeLessThanOrEqual(40);
    expect(index.search('graph', { ...PATIENT, counted: true }).total).toBe(500);
    for (const id of [1, 250, 500]) expect(index.search(`number${id}`, PATIENT).hits.map((h) => h.id)).toEqual([id]);
  });

  test('and one that is too large already is left alone, but for what was removed', () => {
    const index = new SearchIndex({ largestSegment: 40 });
    for (const paper of many(100)) index.upsert(paper);
    index.compact();
    expect(index.segments.map(({ docs }) => docs)).toEqual([100]);
    index.remove(7);
    index.compact();
    expect(index.segments.map(({ docs }) => docs)).toEqual([99]);
  });
});

test('segments that are sealed as they fill are those that are built each by itself', () => {
  fc.assert(
    fc.property(papers, fc.integer({ min: 1, max: 60 }), (list, sealAt) => {
      const index = new SearchIndex({ sealAt, largestSegment: 1 });
      for (const paper of list) index.upsert(paper);
      let from = 0;
      for (const { docs, bytes } of index.segments) {
        expect(bytes).toEqual(segmentsOf(list.slice(from, from + docs), docs)[0].bytes);
        from += docs;
      }
      expect(from).toBe(list.length);
    }),
  );
});

test('what is shared lies in shared memory, answers the same, and is saved as the same bytes', () => {
  const list = ['graph maze', 'sparse models'].map((title, id) => ({
    id,
    title,
    authors: ['Bo Chen'],
    categories: [],
  }));
  const index = SearchIndex.of(segmentsOf(list, 1), 3);
  const before = Buffer.concat(index.save());
  const answer = answerOf(index, 'maze', false);
  const shared = index.share();
  expect(shared.every(({ buffer }) => buffer instanceof SharedArrayBuffer)).toBe(true);
  expect(index.share()).toEqual(shared);
  const other = SearchIndex.of(
    shared.map((bytes) => new Segment(bytes)),
    3,
  );
  expect(answerOf(other, 'maze', false)).toEqual(answer);
  expect(answerOf(index, 'maze', false)).toEqual(answer);
  expect(Buffer.concat(other.save()).equals(before)).toBe(true);
});
