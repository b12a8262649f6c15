/**
 * Postings by windows of the document numbers: what a term has in one window is one chunk, so that a chunk's highest
 * impact bounds what the term can give to any document of the window, and a search may pass it unread.
 */
export const WINDOW_BITS = 12;
export const WINDOW = 1 << WINDOW_BITS;
const IN_WINDOW = WINDOW - 1;
const BITMAP_BYTES = WINDOW / 8;
const RANKS_BYTES = (WINDOW / 64) * 2;
/** What a dense chunk's documents take; from so many of them on it is no larger than a byte for each. */
export const DENSE_BYTES = BITMAP_BYTES + RANKS_BYTES;
const ONES = Uint8Array.from({ length: 256 }, (_, byte) => {
  let count = 0;
  for (let rest = byte; rest !== 0; rest &= rest - 1) count++;
  return count;
});

/** Flags in the upper bits of a chunk's count, which is at most 4,096. */
export const COUNT_MASK = 0x1fff;
/** Two bytes a document where some gap does not fit into one. */
export const WIDE = 0x4000;
/** One bit a document of the window, with how many there are before every 64th: looked into at any place at once. */
export const DENSE = 0x2000;
/** All impacts are the chunk's highest, and not written. */
export const SAME = 0x8000;

export interface ChunkArrays {
  firstChunk: Uint32Array;
  chunkWindow: Uint16Array;
  chunkMax: Uint8Array;
  chunkCount: Uint16Array;
  chunkAt: Uint32Array;
  postings: Uint8Array;
}

/** Writes the postings of one term after another, terms in order. */
export class ChunkWriter {
  readonly #firstChunk: Uint32Array;
  #windows: Uint16Array;
  #maxima: Uint8Array;
  #counts: Uint16Array;
  #starts: Uint32Array;
  #bytes: Uint8Array;
  #chunks = 0;
  #at = 0;
  #terms = 0;

  /** @param expected what will be written, more or less; room that is not needed is never touched, and takes no memory */
  constructor(terms: number, expected: { chunks: number; bytes: number }) {
    this.#firstChunk = new Uint32Array(terms + 1);
    const chunks = expected.chunks + 1024;
    this.#windows = new Uint16Array(chunks);
    this.#maxima = new Uint8Array(chunks);
    this.#counts = new Uint16Array(chunks);
    this.#starts = new Uint32Array(chunks);
    this.#bytes = new Uint8Array(expected.bytes + 1024);
  }

  /** @param docs ascending; the postings are those from `from` until `end` */
  term(docs: Uint32Array, impacts: Uint8Array, from: number, end: number): void {
    for (let i = from; i < end; ) {
      const window = docs[i] >> WINDOW_BITS;
      let until = i + 1;
      while (until < end && docs[until] >> WINDOW_BITS === window) until++;
      this.#chunk(window, docs, impacts, i, until);
      i = until;
    }
    this.#firstChunk[++this.#terms] = this.#chunks;
  }

  done(): ChunkArrays {
    return {
      firstChunk: this.#firstChunk.subarray(0, this.#terms + 1),
      chunkWindow: this.#windows.subarray(0, this.#chunks),
      chunkMax: this.#maxima.subarray(0, this.#chunks),
      chunkCount: this.#counts.subarray(0, this.#chunks),
      chunkAt: this.#starts.subarray(0, this.#chunks),
      postings: this.#bytes.subarray(0, this.#at),
    };
  }

  #chunk(window: number, docs: Uint32Array, impacts: Uint8Array, from: number, end: number): void {
    this.#reserve((end - from) * 3 + DENSE_BYTES);
    const chunk = this.#chunks++;
    let max = 0;
    let min = 255;
    let isWide = false;
    let before = -1;
    for (let i = from; i < end; i++) {
      const impact = impacts[i];
      if (impact > max) max = impact;
      if (impact < min) min = impact;
      const offset = docs[i] & IN_WINDOW;
      if (offset - before > 256) isWide = true;
      before = offset;
    }
    const count = end - from;
    const form = count >= DENSE_BYTES ? DENSE : isWide ? WIDE : 0;
    this.#windows[chunk] = window;
    this.#maxima[chunk] = max;
    this.#counts[chunk] = count | form | (min === max ? SAME : 0);
    this.#starts[chunk] = this.#at;
    const bytes = this.#bytes;
    let at = writeOffsets(bytes, this.#at, { docs, from, end, form });
    if (min !== max) for (let i = from; i < end; i++) bytes[at++] = impacts[i];
    this.#at = at;
  }

  #reserve(bytes: number): void {
    if (this.#at + bytes > this.#bytes.length) this.#bytes = grownTo(this.#bytes, (this.#at + bytes) * 2);
    if (this.#chunks < this.#windows.length) return;
    const size = this.#windows.length * 2;
    this.#windows = grownTo(this.#windows, size);
    this.#maxima = grownTo(this.#maxima, size);
    this.#counts = grownTo(this.#counts, size);
    this.#starts = grownTo(this.#starts, size);
  }
}

/** @returns where the next byte goes */
function writeOffsets(
  bytes: Uint8Array,
  start: number,
  { docs, from, end, form }: { docs: Uint32Array; from: number; end: number; form: number },
): number {
  if (form === DENSE) {
    bytes.fill(0, start, start + DENSE_BYTES);
    for (let i = from; i < end; i++) bytes[start + ((docs[i] & IN_WINDOW) >> 3)] |= 1 << (docs[i] & 7);
    let count = 0;
    for (let byte = 0; byte < BITMAP_BYTES; byte++) {
      if (byte % 8 === 0) {
        const rankAt = start + BITMAP_BYTES + byte / 4;
        bytes[rankAt] = count & 255;
        bytes[rankAt + 1] = count >> 8;
      }
      count += ONES[bytes[start + byte]];
    }
    return start + DENSE_BYTES;
  }
  let at = start;
  let before = -1;
  for (let i = from; i < end; i++) {
    const offset = docs[i] & IN_WINDOW;
    if (form === WIDE) {
      bytes[at++] = offset & 255;
      bytes[at++] = offset >> 8;
    } else bytes[at++] = offset - before - 1;
    before = offset;
  }
  return at;
}

/** A typed array of the same kind with room for more. */
export function grownTo<T extends Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array>(
  array: T,
  size: number,
): T {
  const grown = new (array.constructor as new (size: number) => T)(size);
  grown.set(array);
  return grown;
}

/** Reads chunks back; one reader's buffers are used again for the next chunk. */
export class ChunkReader {
  /** Documents of the last read chunk, counted from the window's first. */
  readonly offsets = new Uint16Array(WINDOW);
  readonly impacts = new Uint8Array(WINDOW);

  /** @returns how many there are */
  read(s: ChunkArrays, chunk: number): number {
    const { offsets, impacts } = this;
    const bytes = s.postings;
    const kind = s.chunkCount[chunk];
    const count = kind & COUNT_MASK;
    let at = s.chunkAt[chunk];
    if (kind & DENSE) {
      let place = 0;
      for (let byte = 0; byte < BITMAP_BYTES; byte++)
        for (let rest = bytes[at + byte]; rest !== 0; rest &= rest - 1)
          offsets[place++] = (byte << 3) | (31 - Math.clz32(rest & -rest));
      at += DENSE_BYTES;
    } else if (kind & WIDE) {
      for (let i = 0; i < count; i++, at += 2) offsets[i] = bytes[at] | (bytes[at + 1] << 8);
    } else {
      let offset = -1;
      for (let i = 0; i < count; i++) {
        offset += bytes[at++] + 1;
        offsets[i] = offset;
      }
    }
    if (kind & SAME) impacts.fill(s.chunkMax[chunk], 0, count);
    else for (let i = 0; i < count; i++) impacts[i] = bytes[at++];
    return count;
  }
}

/** The impact of a term in one document; 0 where it does not stand in it. */
export function impactIn(s: ChunkArrays, ordinal: number, doc: number): number {
  const window = doc >> WINDOW_BITS;
  let low = s.firstChunk[ordinal];
  let high = s.firstChunk[ordinal + 1] - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (s.chunkWindow[middle] < window) low = middle + 1;
    else high = middle;
  }
  if (low > high || s.chunkWindow[low] !== window) return 0;
  const place = placeIn(s, low, doc & IN_WINDOW);
  return place < 0 ? 0 : impactAt(s, low, place);
}

/** The impact of the so-manieth document of a chunk. */
export function impactAt(s: ChunkArrays, chunk: number, place: number): number {
  const kind = s.chunkCount[chunk];
  if (kind & SAME) return s.chunkMax[chunk];
  const count = kind & COUNT_MASK;
  const offsetBytes = kind & DENSE ? DENSE_BYTES : kind & WIDE ? count * 2 : count;
  return s.postings[s.chunkAt[chunk] + offsetBytes + place];
}

/** The how-manieth a document of the window is in a chunk; -1 where it is not in it. */
function placeIn(s: ChunkArrays, chunk: number, wanted: number): number {
  const kind = s.chunkCount[chunk];
  if (kind & DENSE) return placeInDense(s.postings, s.chunkAt[chunk], wanted);
  const count = kind & COUNT_MASK;
  const start = s.chunkAt[chunk];
  const bytes = s.postings;
  let offset = -1;
  for (let i = 0; i < count && offset < wanted; i++) {
    offset = kind & WIDE ? bytes[start + i * 2] | (bytes[start + i * 2 + 1] << 8) : offset + bytes[start + i] + 1;
    if (offset === wanted) return i;
  }
  return -1;
}

export function placeInDense(bytes: Uint8Array, start: number, wanted: number): number {
  const byteAt = start + (wanted >> 3);
  const bit = 1 << (wanted & 7);
  if ((bytes[byteAt] & bit) === 0) return -1;
  const rankAt = start + BITMAP_BYTES + ((wanted >> 6) << 1);
  let place = bytes[rankAt] | (bytes[rankAt + 1] << 8);
  for (let at = start + ((wanted >> 6) << 3); at < byteAt; at++) place += ONES[bytes[at]];
  return place + ONES[bytes[byteAt] & (bit - 1)];
}
