import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ChunkReader, ChunkWriter, impactIn, WINDOW, WINDOW_BITS } from './chunks.ts';
import { Dictionary, writeDictionary } from './dictionary.ts';
import { parseCategories } from './index.ts';
import { visitNear } from './near.ts';
import { piecesOf } from './pieces.ts';
import { SurfaceTable } from './surfaces.ts';
import { Top } from './top.ts';
import { Best } from './vectors/best.ts';

const word = fc.string({
  unit: fc.constantFrom('a', 'b', 'c', 'é', '神', '\u0001', '\ud835', '\udc9c'),
  minLength: 1,
  maxLength: 9,
});
const ascending = (words: string[]) => [...new Set(words)].sort((a, b) => (a < b ? -1 : 1));

describe('a dictionary', () => {
  test('finds each of its terms at its place and nothing else', () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 80 }).map(ascending), word, (terms, other) => {
        const { dictionary, dictionaryAt } = writeDictionary(terms);
        const opened = new Dictionary(dictionary, dictionaryAt);
        for (const [ordinal, term] of terms.entries()) expect(opened.find(term)).toBe(ordinal);
        expect(opened.find(other)).toBe(terms.indexOf(other));
        expect(opened.seek(other)?.term).toBe(terms.find((term) => term >= other));
        const walked: string[] = [];
        const walk = opened.walk();
        while (walk.next()) walked.push(walk.term);
        expect(walked).toEqual(terms);
      }),
    );
  });

  test('knows the terms within some typing errors of a word, as comparing with each of them does', () => {
    fc.assert(
      fc.property(
        fc.array(word, { maxLength: 60 }).map(ascending),
        word,
        fc.constantFrom(1, 2),
        (terms, wanted, limit) => {
          const { dictionary, dictionaryAt } = writeDictionary(terms);
          const found = new Map<string, number>();
          visitNear(new Dictionary(dictionary, dictionaryAt), '', wanted, limit, (_, errors, term) =>
            found.set(term, errors),
          );
          const expected = new Map(
            terms
              .filter((term) => term[0] === wanted[0])
              .map((term) => [term, errorsBetween(wanted, term)] as const)
              .filter(([, errors]) => errors <= limit),
          );
          expect(found).toEqual(expected);
        },
      ),
    );
  });
});

/** Restricted Damerau–Levenshtein as it is written in books. */
function errorsBetween(a: string, b: string): number {
  const d = Array.from({ length: a.length + 1 }, (_, i) => [i, ...Array<number>(b.length).fill(0)]);
  for (let j = 0; j <= b.length; j++) d[0][j] = j;
  for (let i = 1; i <= a.length; i++)
    for (let j = 1; j <= b.length; j++) {
      d[i][j] = Math.min(d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
    }
  return d[a.length][b.length];
}

describe('postings', () => {
  const lists = fc.array(
    fc.uniqueArray(fc.oneof(fc.integer({ min: 0, max: 3 * WINDOW }), fc.integer({ min: 0, max: 900 })), {
      maxLength: 1_500,
      size: 'max',
    }),
    { minLength: 1, maxLength: 3 },
  );

  test('are read back as they were written, and answer for single documents', () => {
    fc.assert(
      fc.property(lists, fc.boolean(), (terms, isSame) => {
        const written = terms.map((docs) => docs.sort((a, b) => a - b));
        const impact = (doc: number) => (isSame ? 7 : 1 + (doc % 255));
        const writer = new ChunkWriter(terms.length, { chunks: 1, bytes: 10 });
        for (const docs of written) writer.term(Uint32Array.from(docs), Uint8Array.from(docs, impact), 0, docs.length);
        const chunks = writer.done();
        const reader = new ChunkReader();
        for (const [term, docs] of written.entries()) {
          const read: number[] = [];
          for (let chunk = chunks.firstChunk[term]; chunk < chunks.firstChunk[term + 1]; chunk++) {
            const count = reader.read(chunks, chunk);
            for (let i = 0; i < count; i++) {
              read.push((chunks.chunkWindow[chunk] << WINDOW_BITS) + reader.offsets[i]);
              expect(reader.impacts[i]).toBe(impact(read[read.length - 1]));
            }
          }
          expect(read).toEqual(docs);
          const here = new Set(docs);
          for (const doc of [...docs.slice(0, 50), 0, 5, 899, WINDOW, 2 * WINDOW + 1])
            expect(impactIn(chunks, term, doc)).toBe(here.has(doc) ? impact(doc) : 0);
        }
      }),
      { numRuns: 30 },
    );
  });
});

test('the best of what is offered are those that sorting gives, of equals the first', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 9 })), fc.integer({ min: 0, max: 12 }), (offers, size) => {
      const top = new Top(size);
      for (const [doc, points] of offers.entries()) top.offer(points, 0, doc);
      const expected = offers
        .map((points, doc) => ({ segment: 0, doc, points }))
        .sort((a, b) => b.points - a.points || a.doc - b.doc)
        .slice(0, size);
      expect(top.sorted()).toEqual(expected);
    }),
  );
});

test.for([
  ['cs.AI', { any: ['cs.AI'], none: [] }],
  ['cs.AI+cs.LG-cs.CY', { any: ['cs.AI', 'cs.LG'], none: ['cs.CY'] }],
  ['cs.AI cs.LG', { any: ['cs.AI', 'cs.LG'], none: [] }],
  ['-cs', { any: [], none: ['cs'] }],
  ['hep-th-cond-mat.mes-hall', { any: ['hep-th'], none: ['cond-mat.mes-hall'] }],
  ['physics.optics-cs.LG', { any: ['physics.optics'], none: ['cs.LG'] }],
  ['physics.ao-ph-astro-ph.GA', { any: ['physics.ao-ph'], none: ['astro-ph.GA'] }],
  ['cs-hep-th', { any: ['cs'], none: ['hep-th'] }],
  ['', undefined],
  ['cs.AI++', undefined],
  ['cs.AI; drop', undefined],
] as const)('categories %s', ([text, expected]) => {
  expect(parseCategories(text)).toEqual(expected);
});

test('a table of surfaces knows what it was given, capital or small, and nothing else', () => {
  const word = fc.string({ unit: fc.constantFrom(...'abzABZ09'), minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(fc.array(word, { maxLength: 200 }), fc.array(word, { maxLength: 20 }), (words, others) => {
      const table = new SurfaceTable();
      const numbers = new Map<string, number>();
      for (const [i, known] of words.entries()) {
        const text = `(${known})`;
        const lower = known.toLowerCase();
        expect(table.find(text, 1, text.length - 1)).toBe(numbers.get(lower) ?? -1);
        if (!numbers.has(lower)) {
          table.add(text, 1, text.length - 1, i);
          numbers.set(lower, i);
        }
      }
      for (const asked of [...words, ...others])
        expect(table.find(asked, 0, asked.length)).toBe(numbers.get(asked.toLowerCase()) ?? -1);
    }),
  );
  const table = new SurfaceTable();
  const many = Array.from({ length: 40_000 }, (_, i) => `word${i}`);
  for (const [i, name] of many.entries()) {
    expect(table.find(name, 0, name.length)).toBe(-1);
    table.add(name, 0, name.length, i);
  }
  expect(many.every((name, i) => table.find(name, 0, name.length) === i)).toBe(true);
});

test('the best of many are those that sorting would put first', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -5, max: 5 })), fc.integer({ min: 1, max: 12 }), (scores, limit) => {
      const best = new Best(limit);
      for (const [item, score] of scores.entries()) if (score > best.threshold) best.offer(item, score);
      const sorted = scores
        .map((score, item) => ({ item, score }))
        .sort((a, b) => b.score - a.score || a.item - b.item);
      expect(best.sorted()).toEqual(sorted.slice(0, limit));
      expect(best.count).toBe(Math.min(limit, scores.length));
    }),
  );
});

test('a question is taken apart as the regular expression that describes its pieces does', () => {
  const PIECE = /(-)?(?:([a-z]+):)?(?:"([^"]*)"|([^\s"]+))/gi;
  const parts = [
    'a',
    'B',
    '-',
    ':',
    '"',
    ' ',
    '\t',
    '\u00a0',
    'é',
    'ſ',
    '1',
    'title',
    'ti:',
    '-au:',
    '日',
    '\ud83d\ude00',
  ];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...parts), { maxLength: 12 }), (chosen) => {
      const text = chosen.join('');
      const expected = [...text.matchAll(PIECE)].map(([, minus, name, phrase, word]) => ({
        isExcluded: minus !== undefined,
        ...(name === undefined ? {} : { name }),
        text: phrase ?? word,
        isPhrase: phrase !== undefined,
      }));
      const notes: string[] = [];
      expect(piecesOf(text, notes)).toEqual(expected);
      expect(notes.length).toBe((text.split('"').length - 1) % 2);
    }),
    { numRuns: 2_000 },
  );
});
