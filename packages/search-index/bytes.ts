/** Writes numbers and words into bytes that grow. */
export class ByteWriter {
  #bytes = new Uint8Array(1 << 16);
  #length = 0;

  /** A whole number from 0 to 2⁵³ − 1, seven bits a byte. */
  number(value: number): void {
    this.#reserve(8);
    let rest = value;
    while (rest > 127) {
      this.#bytes[this.#length++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.#length++] = rest;
  }

  text(value: string): void {
    this.block(toUtf8.encode(value));
  }

  /** Bytes with their number before them, so that a reader may pass them unread. */
  block(bytes: Uint8Array): void {
    this.number(bytes.length);
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** What was written; the writer begins anew with the next call. */
  done(): Uint8Array {
    const bytes = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    return bytes;
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const grown = new Uint8Array((this.#length + more) * 2);
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}

/** Reads what ByteWriter wrote; behind the end it throws a RangeError. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  number(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      if (this.#at >= this.#bytes.length) throw new RangeError('the bytes end within a number');
      const byte = this.#bytes[this.#at++];
      if (byte < 128) return value + byte * scale;
      value += (byte & 127) * scale;
      scale *= 128;
    }
  }

  /** A view of what `block` wrote, not a copy. */
  block(): Uint8Array {
    const length = this.number();
    const from = this.#at;
    const end = from + length;
    if (end > this.#bytes.length) throw new RangeError('the bytes end within a block');
    this.#at = end;
    return this.#bytes.subarray(from, end);
  }

  text(): string {
    const end = this.number() + this.#at;
    if (end > this.#bytes.length) throw new RangeError('the bytes end within a word');
    let text = '';
    for (let i = this.#at; i < end; i++) {
      // Most words are ASCII, and short ones come out faster so than through a decoder.
      if (this.#bytes[i] > 127) {
        text = fromUtf8.decode(this.#bytes.subarray(this.#at, end));
        break;
      }
      text += String.fromCharCode(this.#bytes[i]);
    }
    this.#at = end;
    return text;
  }
}

/** Whole numbers from 0 to 2³² − 1 as seven bits a byte. */
export function packNumbers(values: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(values.length * 5);
  let at = 0;
  for (let i = 0; i < values.length; i++) {
    let rest = values[i];
    while (rest > 127) {
      bytes[at++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    bytes[at++] = rest;
  }
  return bytes.slice(0, at);
}

/** Reads `count` numbers that `packNumbers` wrote. */
export function unpackNumbers(bytes: Uint8Array, count: number): Uint32Array {
  const values = new Uint32Array(count);
  let at = 0;
  for (let i = 0; i < count; i++) {
    let byte = bytes[at++];
    let value = byte & 127;
    for (let shift = 7; byte > 127; shift += 7) {
      byte = bytes[at++];
      value |= (byte & 127) << shift;
    }
    values[i] = value;
  }
  return values;
}

/** FNV-1a over bytes: tells damage from intent, nothing more. */
export function checksum(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193);
  return hash >>> 0;
}

const toUtf8 = new TextEncoder();
const fromUtf8 = new TextDecoder();
