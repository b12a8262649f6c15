import { grownTo } from './chunks.ts';
import { packSections, type Sections } from './sections.ts';

/** Stands between title and abstract, so that no phrase reaches across. */
export const BETWEEN_FIELDS = 0xffffffff;

/** What is made here of the other parts. */
type Made = 'sums' | 'byId' | 'wordsAt' | 'words' | 'numberOf' | 'ordinalOf';

/** The parts of a segment: documents numbered from 0, terms ascending. */
export interface Parts extends Omit<Sections, Made> {
  /** Weighted length of all texts. */
  totalLength: number;
  words: WordReader;
}

export interface WordReader {
  /** The most words that any document has. */
  most: number;
  /** How many bytes all of them take as numbers, more or less. */
  expectedBytes: number;
  /**
   * Reads the words of a document's title and abstract in order, as ordinals, BETWEEN_FIELDS between the two; how many.
   * Documents are asked for in their order.
   */
  read(doc: number, into: Uint32Array): number;
}

/** Lays the parts of a segment out in its bytes; the memory of the parts is given back meanwhile. */
export function assemble({ totalLength, words, ...parts }: Parts): Uint8Array {
  const { df, ids } = parts;
  const ordinalOf = counting(df.length).sort((a, b) => df[b] - df[a] || a - b);
  const numberOf = new Uint32Array(df.length);
  for (let number = 0; number < ordinalOf.length; number++) numberOf[ordinalOf[number]] = number;
  return packSections({
    ...parts,
    ...packedWords(words, ids.length, numberOf),
    sums: Float64Array.of(totalLength),
    byId: inOrderOf(ids),
    numberOf,
    ordinalOf,
  });
}

function inOrderOf(ids: Float64Array): Uint32Array {
  const byId = counting(ids.length);
  // Most papers come in the order of their ids, and sorting takes a copy.
  const isAscending = ids.every((id, doc) => doc === 0 || ids[doc - 1] < id);
  return isAscending ? byId : byId.sort((a, b) => ids[a] - ids[b]);
}

function counting(length: number): Uint32Array {
  const numbers = new Uint32Array(length);
  for (let i = 0; i < length; i++) numbers[i] = i;
  return numbers;
}

/** Words as numbers of seven bits a byte; 0 parts the fields, so a word is its number plus one. */
function packedWords({ most, expectedBytes, read }: WordReader, docs: number, numberOf: Uint32Array) {
  const wordsAt = new Uint32Array(docs + 1);
  const ordinals = new Uint32Array(most);
  let bytes = new Uint8Array(expectedBytes + 1024);
  let at = 0;
  for (let doc = 0; doc < docs; doc++) {
    const count = read(doc, ordinals);
    if (at + count * 5 > bytes.length) bytes = grownTo(bytes, Math.ceil((at + count * 5) * 1.5));
    for (let i = 0; i < count; i++) {
      let rest = ordinals[i] === BETWEEN_FIELDS ? 0 : numberOf[ordinals[i]] + 1;
      while (rest > 127) {
        bytes[at++] = (rest & 127) | 128;
        rest >>>= 7;
      }
      bytes[at++] = rest;
    }
    wordsAt[doc + 1] = at;
  }
  return { wordsAt, words: bytes.subarray(0, at) };
}
