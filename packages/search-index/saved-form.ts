import { DamagedIndex, ForeignIndex, WrongVersion } from './errors.ts';
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

/** An index as bytes for one file. */
export function writeForm({ changeSeq, owner, segments }: SavedForm): Uint8Array {
  const size = segments.reduce((sum, { bytes }) => sum + 8 + bytes.length, HEADER_BYTES);
  const out = new Uint8Array(size);
  const numbers = new DataView(out.buffer);
  let at = HEADER_BYTES;
  for (const { bytes } of segments) {
    numbers.setFloat64(at, bytes.length, true);
    out.set(bytes, at + 8);
    at += 8 + bytes.length;
  }
  numbers.setUint32(0, MAGIC, true);
  numbers.setUint32(4, FORM_VERSION, true);
  numbers.setFloat64(8, changeSeq, true);
  numbers.setUint32(16, ownerNumber(owner), true);
  numbers.setUint32(20, segments.length, true);
  numbers.setFloat64(24, size, true);
  numbers.setUint32(32, checksum(out.slice(0, CHECKED_BYTES)), true);
  numbers.setUint32(36, checksum(out.subarray(HEADER_BYTES)), true);
  return out;
}

/**
 * @param owner when given, an index of another store is refused
 * @throws {DamagedIndex} @throws {WrongVersion} @throws {ForeignIndex}
 */
export function readForm(given: Uint8Array, owner?: string): Omit<SavedForm, 'owner'> {
  // Arrays must lie on eight bytes to be used where they are.
  const bytes = given.byteOffset % 8 === 0 ? given : given.slice();
  const numbers = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER_BYTES || numbers.getUint32(0, true) !== MAGIC)
    throw new DamagedIndex(`These ${bytes.length} bytes do not begin as a search index does.`);
  const version = numbers.getUint32(4, true);
  if (version !== FORM_VERSION)
    throw new WrongVersion(`The search index is of version ${version}; this program reads ${FORM_VERSION}.`);
  const size = numbers.getFloat64(24, true);
  if (checksum(bytes.slice(0, CHECKED_BYTES)) !== numbers.getUint32(32, true) || size !== bytes.length)
    throw new DamagedIndex(`The search index has ${bytes.length} bytes where ${size} were written.`);
  if (checksum(bytes.subarray(HEADER_BYTES)) !== numbers.getUint32(36, true))
    throw new DamagedIndex(`The search index's checksum does not fit its ${size} bytes.`);
  if (owner !== undefined && numbers.getUint32(16, true) !== ownerNumber(owner))
    throw new ForeignIndex('The search index was made from another store.');
  return { changeSeq: numbers.getFloat64(8, true), segments: readSegments(bytes, numbers) };
}

function readSegments(bytes: Uint8Array, numbers: DataView): Segment[] {
  const segments: Segment[] = [];
  let at = HEADER_BYTES;
  for (let left = numbers.getUint32(20, true); left > 0; left--) {
    const length = at + 8 <= bytes.length ? numbers.getFloat64(at, true) : Number.NaN;
    if (!(at + 8 + length <= bytes.length))
      throw new DamagedIndex(`The search index ends within its segment at ${at}.`);
    segments.push(new Segment(bytes.subarray(at + 8, at + 8 + length)));
    at += 8 + length;
  }
  if (at !== bytes.length) throw new DamagedIndex(`${bytes.length - at} bytes of the search index belong to nothing.`);
  return segments;
}

function ownerNumber(owner: string): number {
  return checksum(new TextEncoder().encode(owner));
}

/** FNV-1a over words of four bytes: tells damage from intent, nothing more. Quick, as an index may have gigabytes. */
function checksum(bytes: Uint8Array): number {
  const isAligned = bytes.byteOffset % 4 === 0;
  const words = new Uint32Array(
    isAligned ? bytes.buffer : bytes.slice().buffer,
    isAligned ? bytes.byteOffset : 0,
    Math.floor(bytes.length / 4), // and not >> 2, which is negative from two gigabytes on
  );
  let hash = 0x811c9dc5;
  for (let i = 0; i < words.length; i++) hash = Math.imul(hash ^ words[i], 0x01000193);
  for (let i = words.length * 4; i < bytes.length; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193);
  return hash >>> 0;
}
