import { assemble, BETWEEN_FIELDS } from './assemble.ts';
import { impactOf } from './bm25.ts';
import { CategoryWriter } from './categories.ts';
import { ChunkWriter } from './chunks.ts';
import { writeDictionary } from './dictionary.ts';

/** Weights are kept in sixteenths, so that two bytes hold any that occurs. */
export const WEIGHT_STEPS = 16;

/** What a builder has gathered: papers in the order of their coming, terms by the number at which they were met. */
interface Gathered {
  terms: readonly string[];
  /** Each paper's terms and weights, one paper after another. */
  termOf: Uint32Array;
  weightOf: Uint16Array;
  starts: number[];
  /** -1 for what was removed again. */
  ids: number[];
  fingerprints: number[];
  days: number[];
  votes: number[];
  flags: number[];
  lengths: number[];
  categories: string[][];
  words: Uint32Array;
  wordStarts: number[];
}

/** Puts what was gathered into the order in which it is searched. */
export function seal(g: Gathered): Uint8Array {
  const live = g.ids.flatMap((id, doc) => (id < 0 ? [] : [doc]));
  const total = live.reduce((sum, doc) => sum + g.lengths[doc], 0);
  const counts = new Uint32Array(g.terms.length);
  for (const doc of live) for (let i = g.starts[doc]; i < g.starts[doc + 1]; i++) counts[g.termOf[i]] += 1;
  const kept = g.terms.flatMap((_, number) => (counts[number] > 0 ? [number] : []));
  kept.sort((a, b) => (g.terms[a] < g.terms[b] ? -1 : 1));
  const ordinalOf = new Uint32Array(g.terms.length);
  const ends = new Uint32Array(kept.length + 1);
  for (const [ordinal, number] of kept.entries()) {
    ordinalOf[number] = ordinal;
    ends[ordinal + 1] = ends[ordinal] + counts[number];
  }
  const next = ends.slice();
  const docs = new Uint32Array(ends[kept.length]);
  const impacts = new Uint8Array(docs.length);
  const average = Math.max(1, total / Math.max(1, live.length));
  for (const [at, doc] of live.entries()) {
    const length = g.lengths[doc];
    for (let i = g.starts[doc]; i < g.starts[doc + 1]; i++) {
      const place = next[ordinalOf[g.termOf[i]]]++;
      docs[place] = at;
      impacts[place] = impactOf(g.weightOf[i] / WEIGHT_STEPS, length, average);
    }
  }
  const writer = new ChunkWriter(kept.length, { chunks: docs.length / 4, bytes: docs.length * 2 });
  for (let ordinal = 0; ordinal < kept.length; ordinal++) writer.term(docs, impacts, ends[ordinal], ends[ordinal + 1]);
  const categories = new CategoryWriter(live.length);
  for (const doc of live) categories.add(g.categories[doc]);
  return assemble({
    ...writeDictionary(kept.map((number) => g.terms[number])),
    df: Uint32Array.from(kept, (number) => counts[number]),
    ...writer.done(),
    ...categories.done(),
    ids: Float64Array.from(live, (doc) => g.ids[doc]),
    fingerprints: Uint32Array.from(live, (doc) => g.fingerprints[doc]),
    days: Int32Array.from(live, (doc) => g.days[doc]),
    votes: Int32Array.from(live, (doc) => g.votes[doc]),
    flags: Uint8Array.from(live, (doc) => g.flags[doc]),
    totalLength: total,
    words: {
      most: live.reduce((most, doc) => Math.max(most, g.wordStarts[doc + 1] - g.wordStarts[doc]), 0),
      expectedBytes: g.wordStarts[g.ids.length] * 2,
      read: (at, into) => {
        const start = g.wordStarts[live[at]];
        const count = g.wordStarts[live[at] + 1] - start;
        for (let i = 0; i < count; i++) {
          const word = g.words[start + i];
          into[i] = word === BETWEEN_FIELDS ? BETWEEN_FIELDS : ordinalOf[word];
        }
        return count;
      },
    },
  });
}
