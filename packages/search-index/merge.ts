import { assemble, BETWEEN_FIELDS } from './assemble.ts';
import { ChunkReader, ChunkWriter, grownTo, WINDOW_BITS } from './chunks.ts';
import type { TermWalk } from './dictionary.ts';
import { MAX_WORDS, REMOVED, type Segment } from './segment.ts';

/** Several segments as one, in their order, without what was removed from them. */
export function merge(segments: readonly Segment[]): Uint8Array {
  const renumbered = renumber(segments);
  const { docs, newDoc } = renumbered;
  const { terms, df, chunks, newOrdinal } = mergeTerms(segments, newDoc);
  const column = <T>(read: (s: Segment['s']) => ArrayLike<T>) => docs.map(([segment, doc]) => read(segment.s)[doc]);
  const words = new Uint32Array(MAX_WORDS);
  return assemble({
    terms,
    df,
    chunks,
    ids: Float64Array.from(column((s) => s.ids)),
    fingerprints: Uint32Array.from(column((s) => s.fingerprints)),
    days: Int32Array.from(column((s) => s.days)),
    votes: Int32Array.from(column((s) => s.votes)),
    flags: Uint8Array.from(column((s) => s.flags)),
    // The lengths of single texts are not kept; those that are gone were as long as the others.
    totalLength: segments.reduce((sum, s) => sum + (s.totalLength * s.live) / Math.max(1, s.docs), 0),
    categories: docs.map(([segment, doc]) => segment.categoriesOf(doc)),
    wordsOf: (at) => {
      const [segment, doc] = docs[at];
      const ordinals = newOrdinal.get(segment) as Uint32Array;
      const count = segment.readWords(doc, words);
      return words
        .slice(0, count)
        .map((word) => (word === 0 ? BETWEEN_FIELDS : ordinals[segment.s.ordinalOf[word - 1]]));
    },
  });
}

function renumber(segments: readonly Segment[]) {
  const docs: [Segment, number][] = [];
  const newDoc = new Map<Segment, Int32Array>();
  for (const segment of segments) {
    const numbers = new Int32Array(segment.docs);
    for (let doc = 0; doc < segment.docs; doc++)
      numbers[doc] = segment.s.flags[doc] & REMOVED ? -1 : docs.push([segment, doc]) - 1;
    newDoc.set(segment, numbers);
  }
  return { docs, newDoc };
}

/** All terms in order, each with its documents from every segment. */
function mergeTerms(segments: readonly Segment[], newDoc: Map<Segment, Int32Array>) {
  const most = segments.reduce((sum, s) => sum + s.s.df.length, 0);
  const writer = new ChunkWriter(
    most,
    segments.reduce((sum, s) => sum + s.s.postings.length / 2, 0),
  );
  const reader = new ChunkReader();
  const newOrdinal = new Map(segments.map((segment) => [segment, new Uint32Array(segment.s.df.length)]));
  const terms: string[] = [];
  const df: number[] = [];
  let docs = new Uint32Array(1024);
  let impacts = new Uint8Array(1024);
  for (const [term, holders] of walkTogether(segments)) {
    let count = 0;
    for (const [segment, ordinal] of holders) {
      const numbers = newDoc.get(segment) as Int32Array;
      const { s } = segment;
      (newOrdinal.get(segment) as Uint32Array)[ordinal] = terms.length;
      for (let chunk = s.firstChunk[ordinal]; chunk < s.firstChunk[ordinal + 1]; chunk++) {
        const read = reader.read(s, chunk);
        const base = s.chunkWindow[chunk] << WINDOW_BITS;
        if (count + read > docs.length) {
          docs = grownTo(docs, (count + read) * 2);
          impacts = grownTo(impacts, (count + read) * 2);
        }
        for (let i = 0; i < read; i++) {
          const doc = numbers[base + reader.offsets[i]];
          if (doc < 0) continue;
          docs[count] = doc;
          impacts[count++] = reader.impacts[i];
        }
      }
    }
    if (count === 0) continue;
    writer.term(docs, impacts, 0, count);
    terms.push(term);
    df.push(count);
  }
  return { terms, df: Uint32Array.from(df), chunks: writer.done(), newOrdinal };
}

/** Each term once, in order, with the segments that have it and its ordinal there. */
function* walkTogether(segments: readonly Segment[]): Generator<[string, [Segment, number][]]> {
  const walks = segments.flatMap((segment) => {
    const walk = segment.dictionary.walk();
    return walk.next() ? [{ segment, walk, term: walk.term }] : [];
  });
  while (walks.length > 0) {
    let least = walks[0].term;
    for (const { term } of walks) if (term < least) least = term;
    const holders: [Segment, number][] = [];
    for (let i = walks.length - 1; i >= 0; i--) {
      const at: { segment: Segment; walk: TermWalk; term: string } = walks[i];
      if (at.term !== least) continue;
      holders.push([at.segment, at.walk.ordinal]);
      if (at.walk.next()) at.term = at.walk.term;
      else walks.splice(i, 1);
    }
    // Documents of an earlier segment have the smaller numbers.
    yield [least, holders.reverse()];
  }
}
