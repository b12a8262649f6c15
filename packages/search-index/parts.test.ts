import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ChunkReader, ChunkWriter, impactIn, WINDOW, WINDOW_BITS } from './chunks.ts';
import { Dictionary, writeDictionary } from './dictionary.ts';
import { parseCategories } from './index.ts';
import { visitNear } from './near.ts';
import { Top } from './top.ts';

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
        const writer = new ChunkWriter(terms.length, 10);
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
