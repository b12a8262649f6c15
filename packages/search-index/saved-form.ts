import { DamagedIndex, WrongVersion } from './errors.ts';
import { Segment } from './segment.ts';

/** "BSIX", a version, the change sequence, the number of segments, a checksum of the rest; then each segment's length and bytes. */
const MAGIC = 0x58495342;
/** One more for every change of tokens, weights or this form, so that no old file is taken for a new one. */
export const FORM_VERSION = 2;
const HEADER_BYTES = 32;

/** An index as bytes for one file. */
export function writeForm(changeSeq: number, segments: readonly Segment[]): Uint8Array {
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
  numbers.setUint32(16, segments.length, true);
  numbers.setFloat64(24, checksum(out, HEADER_BYTES) * 2 ** 20 + (size % 2 ** 20), true);
  numbers.setUint32(20, checksum(out.subarray(0, 20).slice(), 0), true);
  return out;
}

/** @throws {DamagedIndex} @throws {WrongVersion} */
export function readForm(given: Uint8Array): { changeSeq: number; segments: Segment[] } {
  // Arrays must lie on eight bytes to be used where they are.
  const bytes = given.byteOffset % 8 === 0 ? given : given.slice();
  const numbers = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER_BYTES || numbers.getUint32(0, true) !== MAGIC)
    throw new DamagedIndex(`These ${bytes.length} bytes do not begin as a search index does.`);
  const version = numbers.getUint32(4, true);
  if (version !== FORM_VERSION)
    throw new WrongVersion(`The search index is of version ${version}; this program reads ${FORM_VERSION}.`);
  const expected = checksum(bytes, HEADER_BYTES) * 2 ** 20 + (bytes.length % 2 ** 20);
  if (numbers.getUint32(20, true) !== checksum(bytes.slice(0, 20), 0) || numbers.getFloat64(24, true) !== expected)
    throw new DamagedIndex(
      `The search index's checksum does not fit its ${bytes.length} bytes: it was cut off or changed.`,
    );
  const segments: Segment[] = [];
  let at = HEADER_BYTES;
  for (let left = numbers.getUint32(16, true); left > 0; left--) {
    const length = at + 8 <= bytes.length ? numbers.getFloat64(at, true) : Number.NaN;
    if (!(at + 8 + length <= bytes.length))
      throw new DamagedIndex(`The search index ends within its segment at ${at}.`);
    segments.push(new Segment(bytes.subarray(at + 8, at + 8 + length)));
    at += 8 + length;
  }
  return { changeSeq: numbers.getFloat64(8, true), segments };
}

/** FNV-1a over words of four bytes: tells damage from intent, nothing more. Quick, as an index may have gigabytes. */
function checksum(bytes: Uint8Array, from: number): number {
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset + from, (bytes.length - from) >> 2);
  let hash = 0x811c9dc5;
  for (let i = 0; i < words.length; i++) hash = Math.imul(hash ^ words[i], 0x01000193);
  for (let i = from + words.length * 4; i < bytes.length; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193);
  return hash >>> 0;
}
