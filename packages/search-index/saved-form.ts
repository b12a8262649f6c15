import { DamagedIndex, ForeignIndex, WrongVersion } from './errors.ts';
import { checksum } from './fnv.ts';
import { Segment } from './segment.ts';

/**
 * Eight bytes each, little-endian: "BSIX" and the version; the change sequence; whose it is and how many segments; the
 * size of all; checksums of these 32 bytes and of what follows. Then each segment's length and bytes.
 */
const MAGIC = 0x58495342;
/** One more for every change of tokens, weights or this form, so that no old file is taken for a new one. */
export const FORM_VERSION = 3;
const HEADER_BYTES = 40;
const CHECKED_BYTES = 32;

export interface SavedForm {
  changeSeq: number;
  /** A name of the store that it was made from. */
  owner: string;
  segments: readonly Segment[];
}

/** Bytes that are taken one stretch after another. */
export interface ByteSource {
  /** Of all. */
  size: number;
  /** The next so many, on eight bytes, so that arrays may be used where they lie; fewer where the source has ended. */
  take(length: number): Uint8Array;
}

/** An index as bytes for one file, in pieces: joined, they would be held twice. */
export function writeForm({ changeSeq, owner, segments }: SavedForm): Uint8Array[] {
  const body = segments.flatMap(({ bytes }) => [lengthOf(bytes), bytes]);
  const head = new Uint8Array(HEADER_BYTES);
  const numbers = new DataView(head.buffer);
  numbers.setUint32(0, MAGIC, true);
  numbers.setUint32(4, FORM_VERSION, true);
  numbers.setFloat64(8, changeSeq, true);
  numbers.setUint32(16, ownerNumber(owner), true);
  numbers.setUint32(20, segments.length, true);
  numbers.setFloat64(
    24,
    body.reduce((sum, { length }) => sum + length, HEADER_BYTES),
    true,
  );
  numbers.setUint32(32, checksum(head.subarray(0, CHECKED_BYTES)), true);
  numbers.setUint32(36, checksumOfAll(body), true);
  return [head, ...body];
}

/**
 * @param owner when given, an index of another store is refused
 * @throws {DamagedIndex} @throws {WrongVersion} @throws {ForeignIndex}
 */
export function readForm(source: ByteSource, owner?: string): Omit<SavedForm, 'owner'> {
  const head = source.take(HEADER_BYTES);
  const numbers = new DataView(head.buffer, head.byteOffset, head.length);
  if (head.length < HEADER_BYTES || numbers.getUint32(0, true) !== MAGIC)
    throw new DamagedIndex(`These ${source.size} bytes do not begin as a search index does.`);
  const version = numbers.getUint32(4, true);
  if (version !== FORM_VERSION)
    throw new WrongVersion(`The search index is of version ${version}; this program reads ${FORM_VERSION}.`);
  const size = numbers.getFloat64(24, true);
  if (checksum(head.subarray(0, CHECKED_BYTES)) !== numbers.getUint32(32, true) || size !== source.size)
    throw new DamagedIndex(`The search index has ${source.size} bytes where ${size} were written.`);
  if (owner !== undefined && numbers.getUint32(16, true) !== ownerNumber(owner))
    throw new ForeignIndex('The search index was made from another store.');
  const body = readBody(source, numbers.getUint32(20, true));
  if (checksumOfAll(body) !== numbers.getUint32(36, true))
    throw new DamagedIndex(`The search index's checksum does not fit its ${size} bytes.`);
  const segments = body.filter((_, place) => place % 2 === 1).map((bytes) => new Segment(bytes));
  return { changeSeq: numbers.getFloat64(8, true), segments };
}

/** Each segment's length and bytes. */
function readBody(source: ByteSource, segments: number): Uint8Array[] {
  const body: Uint8Array[] = [];
  let left = source.size - HEADER_BYTES;
  for (let segment = 0; segment < segments; segment++) {
    const length = source.take(8);
    const size = left < 8 ? Number.NaN : new DataView(length.buffer, length.byteOffset).getFloat64(0, true);
    left -= 8 + size;
    if (!(left >= 0 && size >= 0 && size % 8 === 0))
      throw new DamagedIndex(`The search index ends within segment ${segment + 1} of ${segments}.`);
    body.push(length, source.take(size));
  }
  if (left !== 0) throw new DamagedIndex(`${left} bytes of the search index belong to nothing.`);
  return body;
}

/** Of pieces that are multiples of eight bytes, as one. */
function checksumOfAll(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((before, bytes) => checksum(bytes, before), checksum(new Uint8Array()));
}

function lengthOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(Float64Array.of(bytes.length).buffer);
}

function ownerNumber(owner: string): number {
  return checksum(new TextEncoder().encode(owner));
}
