/** Fowler, Noll and Vo's FNV-1a with 32 bits: tells damage and change from sameness, nothing more. */
const BASIS = 0x811c9dc5;
const PRIME = 0x01000193;

/**
 * Over words of four bytes, then the bytes that are left: quick, as an index may have gigabytes.
 * @param before the checksum of what came before, in whole words, where bytes come in pieces
 */
export function checksum(bytes: Uint8Array, before = BASIS): number {
  // Copied where words do not lie on four bytes.
  const { buffer, byteOffset, length } = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
  const words = new Uint32Array(buffer, byteOffset, Math.floor(length / 4)); // not >> 2: negative from two gigabytes on
  let hash = before;
  for (let i = 0; i < words.length; i++) hash = Math.imul(hash ^ words[i], PRIME);
  for (let i = words.length * 4; i < length; i++) hash = Math.imul(hash ^ bytes[i], PRIME);
  return hash >>> 0;
}

/** Over the characters of a text. @param before the number of what came before */
export function hashOfText(text: string, before = BASIS): number {
  let hash = before;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), PRIME);
  return hash >>> 0;
}
