import { DamagedIndex } from './errors.ts';
import { release } from './memory.ts';

/** The arrays of a segment, in the order in which they lie in its bytes. */
const KINDS = {
  /** Total weighted length of all texts. */
  sums: Float64Array,
  /** Of each document: the paper's id, a fingerprint of its text, its day, votes, flags. */
  ids: Float64Array,
  fingerprints: Uint32Array,
  days: Int32Array,
  votes: Int32Array,
  flags: Uint8Array,
  /** Documents in the order of their ids. */
  byId: Uint32Array,
  /** Categories of a document are `categories[categoriesAt[doc] … categoriesAt[doc + 1]]`, numbers of lines in the names. */
  categoriesAt: Uint32Array,
  categories: Uint16Array,
  categoryNames: Uint8Array,
  /** Words of title and abstract in order, as numbers; the most frequent term has the smallest. */
  wordsAt: Uint32Array,
  words: Uint8Array,
  numberOf: Uint32Array,
  ordinalOf: Uint32Array,
  dictionaryAt: Uint32Array,
  dictionary: Uint8Array,
  /** Of each term: its documents, and its chunks `firstChunk[t] … firstChunk[t + 1]`. */
  df: Uint32Array,
  firstChunk: Uint32Array,
  chunkWindow: Uint16Array,
  chunkMax: Uint8Array,
  chunkCount: Uint16Array,
  chunkAt: Uint32Array,
  postings: Uint8Array,
} as const;

type Name = keyof typeof KINDS;
type ArrayOf<Kind> = Kind extends Float64ArrayConstructor
  ? Float64Array
  : Kind extends Uint32ArrayConstructor
    ? Uint32Array
    : Kind extends Int32ArrayConstructor
      ? Int32Array
      : Kind extends Uint16ArrayConstructor
        ? Uint16Array
        : Uint8Array;
export type Sections = { readonly [K in Name]: ArrayOf<(typeof KINDS)[K]> };

const NAMES = Object.keys(KINDS) as Name[];
const HEADER_BYTES = NAMES.length * 8;

/**
 * Lays arrays out in one stretch of memory, each on eight bytes, so that they may be used where they lie. Each array's
 * own memory is given back as soon as it is copied.
 */
export function packSections(sections: Sections): Uint8Array {
  const size = NAMES.reduce((sum, name) => sum + roundedUp(sections[name].byteLength), HEADER_BYTES);
  const bytes = new Uint8Array(size);
  const lengths = new Float64Array(bytes.buffer, 0, NAMES.length);
  let at = HEADER_BYTES;
  for (const [i, name] of NAMES.entries()) {
    const { buffer, byteOffset, byteLength, length } = sections[name];
    lengths[i] = length;
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += roundedUp(byteLength);
    release(sections[name]);
  }
  return bytes;
}

/**
 * The arrays of a packed stretch, as views.
 * @throws {DamagedIndex} when they do not fill it exactly
 */
export function openSections(bytes: Uint8Array): Sections {
  if (bytes.byteOffset % 8 !== 0 || bytes.length < HEADER_BYTES)
    throw new DamagedIndex(`A segment of ${bytes.length} bytes at ${bytes.byteOffset} is none.`);
  const lengths = new Float64Array(bytes.buffer, bytes.byteOffset, NAMES.length);
  let at = HEADER_BYTES;
  const sections: Partial<Record<Name, unknown>> = {};
  for (const [i, name] of NAMES.entries()) {
    const Kind = KINDS[name];
    const length = lengths[i];
    const end = at + roundedUp(length * Kind.BYTES_PER_ELEMENT);
    if (!Number.isSafeInteger(length) || length < 0 || end > bytes.length)
      throw new DamagedIndex(`The segment's ${name} would end at ${end} of ${bytes.length} bytes.`);
    sections[name] = new Kind(bytes.buffer as ArrayBuffer, bytes.byteOffset + at, length);
    at = end;
  }
  if (at !== bytes.length) throw new DamagedIndex(`${bytes.length - at} bytes of the segment belong to nothing.`);
  return sections as Sections;
}

function roundedUp(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}
