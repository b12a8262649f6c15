import { assemble, BETWEEN_FIELDS, type WordReader } from './assemble.ts';
import { CategoryWriter } from './categories.ts';
import { type ChunkArrays, ChunkReader, ChunkWriter, WINDOW_BITS } from './chunks.ts';
import { DictionaryWriter, type TermWalk } from './dictionary.ts';
import { REMOVED, Segment } from './segment.ts';

/**
 * Several segments as one, in their order, without what was removed from them. Beside them it takes as much memory as
 * the one that comes of it, and little more: nothing is held for each document or term but in arrays of known size.
 */
export function merge(segments: readonly Segment[]): Segment {
  const docs = livingDocs(segments);
  const { newOrdinal, ...terms } = mergeTerms(segments, docs);
  return new Segment(
    assemble({
      ...terms,
      ...mergeColumns(segments, docs),
      // The lengths of single texts are not kept; those that are gone were as long as the others.
      totalLength: segments.reduce((sum, s) => sum + (s.totalLength * s.live) / Math.max(1, s.docs), 0),
      words: wordReader(segments, docs, newOrdinal),
    }),
  );
}

/** Which documents go on, by their new numbers and by their old ones. */
interface LivingDocs {
  count: number;
  segmentOf: Uint16Array;
  oldDoc: Uint32Array;
  /** Of each segment: a document's new number, -1 for what was removed. */
  newDoc: Int32Array[];
}

function livingDocs(segments: readonly Segment[]): LivingDocs {
  const count = segments.reduce((sum, s) => sum + s.live, 0);
  const segmentOf = new Uint16Array(count);
  const oldDoc = new Uint32Array(count);
  let next = 0;
  const newDoc = segments.map(({ docs, s: { flags } }, place) => {
    const numbers = new Int32Array(docs).fill(-1);
    for (let doc = 0; doc < docs; doc++) {
      if (flags[doc] & REMOVED) continue;
      segmentOf[next] = place;
      oldDoc[next] = doc;
      numbers[doc] = next++;
    }
    return numbers;
  });
  return { count, segmentOf, oldDoc, newDoc };
}

function mergeColumns(segments: readonly Segment[], { count, segmentOf, oldDoc }: LivingDocs) {
  const columns = {
    ids: new Float64Array(count),
    fingerprints: new Uint32Array(count),
    days: new Int32Array(count),
    votes: new Int32Array(count),
    flags: new Uint8Array(count),
  };
  const categories = new CategoryWriter(count);
  for (let doc = 0; doc < count; doc++) {
    const segment = segments[segmentOf[doc]];
    const old = oldDoc[doc];
    columns.ids[doc] = segment.s.ids[old];
    columns.fingerprints[doc] = segment.s.fingerprints[old];
    columns.days[doc] = segment.s.days[old];
    columns.votes[doc] = segment.s.votes[old];
    columns.flags[doc] = segment.s.flags[old];
    categories.add(segment.categoriesOf(old));
  }
  return { ...columns, ...categories.done() };
}

function wordReader(
  segments: readonly Segment[],
  { segmentOf, oldDoc }: LivingDocs,
  newOrdinal: readonly Uint32Array[],
): WordReader {
  let most = 0;
  // A word takes a byte or more.
  for (const { docs, s } of segments)
    for (let doc = 0; doc < docs; doc++) most = Math.max(most, s.wordsAt[doc + 1] - s.wordsAt[doc]);
  return {
    most,
    // Rarer words have higher numbers among more terms.
    expectedBytes: Math.ceil(segments.reduce((sum, { s }) => sum + s.words.length, 0) * 1.1),
    read: (doc, into) => {
      const segment = segments[segmentOf[doc]];
      const ordinals = newOrdinal[segmentOf[doc]];
      const count = segment.readWords(oldDoc[doc], into);
      for (let i = 0; i < count; i++)
        into[i] = into[i] === 0 ? BETWEEN_FIELDS : ordinals[segment.s.ordinalOf[into[i] - 1]];
      return count;
    },
  };
}

/** All terms in order, each with its documents from every segment. */
function mergeTerms(segments: readonly Segment[], { count: docCount, newDoc }: LivingDocs) {
  const sum = (of: (s: Segment['s']) => number) => segments.reduce((total, { s }) => total + of(s), 0);
  const most = sum((s) => s.df.length);
  const writer = new ChunkWriter(most, { chunks: sum((s) => s.chunkAt.length), bytes: sum((s) => s.postings.length) });
  const dictionary = new DictionaryWriter();
  const newOrdinal = segments.map(({ s }) => new Uint32Array(s.df.length));
  const df = new Uint32Array(most);
  let terms = 0;
  const postings = new PostingsReader(docCount);
  walkTogether(segments, (term, holders) => {
    let count = 0;
    for (const { place, walk } of holders) {
      newOrdinal[place][walk.ordinal] = terms;
      count = postings.read(segments[place].s, walk.ordinal, newDoc[place], count);
    }
    if (count === 0) return;
    writer.term(postings.docs, postings.impacts, 0, count);
    dictionary.add(term.chars, term.length);
    df[terms++] = count;
  });
  return { ...dictionary.done(), ...writer.done(), df: df.subarray(0, terms), newOrdinal };
}

/** One term's documents by their new numbers. */
class PostingsReader {
  readonly docs: Uint32Array;
  readonly impacts: Uint8Array;
  readonly #reader = new ChunkReader();

  constructor(most: number) {
    this.docs = new Uint32Array(most);
    this.impacts = new Uint8Array(most);
  }

  /** Reads a segment's behind the first `count`. @returns how many there are now */
  read(s: ChunkArrays, ordinal: number, newDoc: Int32Array, count: number): number {
    const { docs, impacts } = this;
    const { offsets, impacts: impactsHere } = this.#reader;
    for (let chunk = s.firstChunk[ordinal]; chunk < s.firstChunk[ordinal + 1]; chunk++) {
      const read = this.#reader.read(s, chunk);
      const base = s.chunkWindow[chunk] << WINDOW_BITS;
      for (let i = 0; i < read; i++) {
        const doc = newDoc[base + offsets[i]];
        if (doc < 0) continue;
        docs[count] = doc;
        impacts[count++] = impactsHere[i];
      }
    }
    return count;
  }
}

interface Walking {
  place: number;
  walk: TermWalk;
}

/** Visits each term once, in order, with the segments that have it, in theirs. */
function walkTogether(
  segments: readonly Segment[],
  visit: (term: TermWalk, holders: readonly Walking[]) => void,
): void {
  let walking: Walking[] = segments
    .map(({ dictionary }, place) => ({ place, walk: dictionary.walk() }))
    .filter(({ walk }) => walk.next());
  const holders: Walking[] = [];
  while (walking.length > 0) {
    holders.length = 0;
    for (const one of walking) {
      const order = holders.length === 0 ? 0 : one.walk.compareTo(holders[0].walk);
      if (order > 0) continue;
      if (order < 0) holders.length = 0;
      holders.push(one);
    }
    visit(holders[0].walk, holders);
    for (const one of holders) if (!one.walk.next()) walking = walking.filter((other) => other !== one);
  }
}
