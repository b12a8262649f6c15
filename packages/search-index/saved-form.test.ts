import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DamagedIndex, ForeignIndex, type IndexedPaper, SearchIndex, WrongVersion } from './index.ts';

const WORDS = ['graph', 'maze', 'video', 'sparse', 'models', 'Erdős', '图神经网络', 'x𝒜y', 'sparsely'];
const papers: fc.Arbitrary<IndexedPaper[]> = fc.uniqueArray(
  fc.record({
    id: fc.integer({ min: 1, max: 2 ** 40 }),
    title: fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 4 }).map((w) => w.join(' ')),
    abstract: fc.oneof(
      fc.array(fc.constantFrom(...WORDS), { maxLength: 6 }).map((w) => w.join(' ')),
      fc.string({ unit: 'grapheme', maxLength: 40 }),
    ),
    authors: fc.array(fc.constantFrom('Ada Löwe', 'Bo Chen'), { maxLength: 2 }),
    categories: fc.constant<string[]>(['cs.LG']),
  }),
  { selector: (paper) => paper.id, maxLength: 12 },
);
const QUERIES = [
  'graph',
  'sparse maze',
  '"sparse models"',
  'author:chen video',
  'models -graph',
  '神经',
  'grph',
  'cat:cs.LG',
];

function indexOf(list: IndexedPaper[]): SearchIndex {
  const index = new SearchIndex();
  for (const paper of list) index.upsert(paper);
  return index;
}
const joined = (index: SearchIndex, owner?: string) => new Uint8Array(Buffer.concat(index.save(owner)));
// Guesses at misspelt words go by how many papers have a word, removed ones included until a merge.
/** A machine that is busy must not cut a search short. */
const PATIENT = { limit: 50, budgetMs: 60_000 };
const foundBy = (index: SearchIndex) =>
  QUERIES.filter((query) => query !== 'grph').map(
    (query) => new Set(index.search(query, PATIENT).hits.map((hit) => hit.id)),
  );
/** All that an answer says, what it gives when it is asked included. */
const answersOf = (index: SearchIndex) =>
  QUERIES.map((query) => {
    const { explain, obeys, ...answer } = index.search(query, PATIENT);
    return { ...answer, asked: answer.hits.map(({ id }) => [explain(id), obeys(id)]) };
  });

describe('a saved index', () => {
  test('answers as before when it is opened', () => {
    fc.assert(
      fc.property(papers, (list) => {
        const index = indexOf(list);
        index.changeSeq = 4_711;
        const opened = SearchIndex.open(joined(index));
        expect(opened.changeSeq).toBe(4_711);
        expect(opened.size).toBe(index.size);
        expect(answersOf(opened)).toEqual(answersOf(index));
      }),
    );
  });

  test('goes on growing and shrinking like the one it was saved from', () => {
    fc.assert(
      fc.property(papers, papers, (before, after) => {
        const opened = SearchIndex.open(joined(indexOf(before)));
        const grown = indexOf(before);
        for (const index of [opened, grown]) {
          for (const paper of after) index.upsert(paper);
          if (before[0]) index.remove(before[0].id);
        }
        // Words of removed papers count until a merge, so scores may differ a little; what is found may not.
        expect(foundBy(opened)).toEqual(foundBy(grown));
      }),
    );
  });

  test('holds nothing of removed papers: the bytes are those of an index that never had them', () => {
    fc.assert(
      fc.property(papers, fc.integer({ min: 0, max: 11 }), (list, at) => {
        const index = indexOf(list);
        const removed = list[at];
        if (removed) index.remove(removed.id);
        expect(joined(index)).toEqual(joined(indexOf(list.filter((paper) => paper !== removed))));
      }),
    );
  });
});

describe('bytes that are no index of this version', () => {
  const made = indexOf([
    { id: 7, title: 'Graphs in a maze', abstract: 'Sparse models.', authors: ['Ada Löwe'], categories: ['cs.LG'] },
  ]);
  const bytes = joined(made);

  test('cut off anywhere, they are damaged', () => {
    for (let length = 0; length < bytes.length; length++)
      expect(() => SearchIndex.open(bytes.subarray(0, length))).toThrow(DamagedIndex);
  });

  test('with any byte behind the version changed, they are damaged', () => {
    for (let at = 8; at < bytes.length; at++) {
      const changed = bytes.slice();
      changed[at] ^= 0x10;
      expect(() => SearchIndex.open(changed)).toThrow(DamagedIndex);
    }
  });

  test('something else altogether is damaged', () => {
    expect(() => SearchIndex.open(new TextEncoder().encode('SQLite format 3 and more of it'))).toThrow(
      /do not begin as a search index/,
    );
  });

  test('an index of another store is told apart', () => {
    const mine = joined(indexOf([]), 'mine');
    expect(SearchIndex.open(mine, 'mine').size).toBe(0);
    expect(() => SearchIndex.open(mine, 'yours')).toThrow(ForeignIndex);
  });

  test('another version is told apart from damage', () => {
    const other = bytes.slice();
    other[4] += 1;
    expect(() => SearchIndex.open(other)).toThrow(WrongVersion);
  });
});
