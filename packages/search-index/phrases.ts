import type { Budget } from './budget.ts';
import { type ChunkArrays, ChunkReader, ChunkWriter, WINDOW_BITS } from './chunks.ts';
import type { Wanted } from './meaning.ts';
import { MAX_WORDS, type Segment } from './segment.ts';

const words = new Uint32Array(MAX_WORDS);
const reader = new ChunkReader();
/** Documents looked at between two looks at the clock. */
const BETWEEN_LOOKS = 256;

/**
 * The documents of a segment in which words stand one behind the other, as the postings of one term. Its impact is the
 * mean of the words', so that a phrase is worth what its words are. Names are kept without an order: of a quoted one all
 * words must be there.
 */
export function phrasePostings(
  segment: Segment,
  place: number,
  { meanings: phrase, clause }: Wanted,
  budget: Budget,
): ChunkArrays {
  const isName = clause.field === 'author' || clause.field === 'organization';
  const ordinals = phrase.map((word) => word.ordinals[place]);
  const docs: number[] = [];
  const impacts: number[] = [];
  if (ordinals.every((ordinal) => ordinal >= 0)) {
    const total = phrase.reduce((sum, word) => sum + word.points, 0);
    const run = ordinals.map((ordinal) => segment.s.numberOf[ordinal] + 1);
    let looked = 0;
    for (const doc of withAll(segment, ordinals)) {
      if (++looked % BETWEEN_LOOKS === 0 && budget.isOver()) break;
      if (!isName && !hasRun(segment, doc, run)) continue;
      const points = phrase.reduce((sum, word, i) => sum + word.points * segment.impact(ordinals[i], doc), 0);
      docs.push(doc);
      impacts.push(Math.max(1, Math.round(points / total)));
    }
  }
  const writer = new ChunkWriter(1, { chunks: 0, bytes: docs.length * 2 });
  writer.term(Uint32Array.from(docs), Uint8Array.from(impacts), 0, docs.length);
  return writer.done();
}

/** Whether words stand one behind the other in a document. */
function hasRun(segment: Segment, doc: number, run: number[]): boolean {
  const count = segment.readWords(doc, words);
  for (let at = 0; at + run.length <= count; at++) {
    let i = 0;
    while (i < run.length && words[at + i] === run[i]) i++;
    if (i === run.length) return true;
  }
  return false;
}

/** Documents that have all terms, ascending: those of the rarest, looked up in the chunks of the others. */
function* withAll({ s }: Segment, ordinals: number[]): Generator<number> {
  const [rarest, ...others] = [...new Set(ordinals)].sort((a, b) => s.df[a] - s.df[b]);
  const places = others.map((ordinal) => s.firstChunk[ordinal]);
  for (let chunk = s.firstChunk[rarest]; chunk < s.firstChunk[rarest + 1]; chunk++) {
    const window = s.chunkWindow[chunk];
    let count = reader.read(s, chunk);
    let kept = reader.offsets.slice(0, count);
    for (const [i, ordinal] of others.entries()) {
      while (places[i] < s.firstChunk[ordinal + 1] && s.chunkWindow[places[i]] < window) places[i] += 1;
      const isHere = places[i] < s.firstChunk[ordinal + 1] && s.chunkWindow[places[i]] === window;
      count = isHere ? reader.read(s, places[i]) : 0;
      kept = both(kept, reader.offsets, count);
    }
    for (const offset of kept) yield (window << WINDOW_BITS) + offset;
  }
}

/** What two ascending lists have in common. */
function both(a: Uint16Array, b: Uint16Array, bCount: number): Uint16Array<ArrayBuffer> {
  const common = new Uint16Array(Math.min(a.length, bCount));
  let count = 0;
  for (let i = 0, j = 0; i < a.length && j < bCount; ) {
    if (a[i] === b[j]) {
      common[count++] = a[i++];
      j++;
    } else if (a[i] < b[j]) i++;
    else j++;
  }
  return common.subarray(0, count);
}
