import { grownTo } from './chunks.ts';

/** Terms that stand whole, for halving; those between share their beginnings with the one before. */
const BLOCK = 16;
/** A field's sign and the longest indexed word. */
const MAX_CHARS = 80;

/** Writes ascending terms as bytes: how many characters each shares with the one before, how many more, and those. */
export class DictionaryWriter {
  #bytes = new Uint8Array(1 << 14);
  #starts = new Uint32Array(1 << 8);
  #at = 0;
  #terms = 0;
  readonly #before = new Uint16Array(MAX_CHARS * 2);
  #beforeLength = 0;

  /** @param chars the UTF-16 units of a term that comes after all before, and perhaps more behind them */
  add(chars: Uint16Array, length: number): void {
    const block = this.#terms / BLOCK;
    if (this.#at + length * 3 + 2 > this.#bytes.length) this.#bytes = grownTo(this.#bytes, this.#bytes.length * 2);
    if (block === this.#starts.length) this.#starts = grownTo(this.#starts, block * 2);
    const bytes = this.#bytes;
    const before = this.#before;
    let shared = 0;
    if (this.#terms++ % BLOCK === 0) this.#starts[block] = this.#at;
    else while (shared < length && shared < this.#beforeLength && before[shared] === chars[shared]) shared++;
    bytes[this.#at++] = shared;
    bytes[this.#at++] = length - shared;
    for (let c = shared; c < length; c++) {
      this.#at = writeChar(bytes, this.#at, chars[c]);
      before[c] = chars[c];
    }
    this.#beforeLength = length;
  }

  done(): { dictionary: Uint8Array; dictionaryAt: Uint32Array } {
    const blocks = Math.ceil(this.#terms / BLOCK);
    return { dictionary: this.#bytes.subarray(0, this.#at), dictionaryAt: this.#starts.subarray(0, blocks) };
  }
}

export function writeDictionary(terms: Iterable<string>): ReturnType<DictionaryWriter['done']> {
  const writer = new DictionaryWriter();
  const chars = new Uint16Array(MAX_CHARS * 2);
  for (const term of terms) {
    for (let i = 0; i < term.length; i++) chars[i] = term.charCodeAt(i);
    writer.add(chars, term.length);
  }
  return writer.done();
}

/** One UTF-16 unit in one to three bytes: short for ASCII, and comparable unit by unit as strings are. */
function writeChar(bytes: Uint8Array, at: number, code: number): number {
  if (code < 0x80) {
    bytes[at] = code;
    return at + 1;
  }
  if (code < 0x800) {
    bytes[at] = 0xc0 | (code >> 6);
    bytes[at + 1] = 0x80 | (code & 63);
    return at + 2;
  }
  bytes[at] = 0xe0 | (code >> 12);
  bytes[at + 1] = 0x80 | ((code >> 6) & 63);
  bytes[at + 2] = 0x80 | (code & 63);
  return at + 3;
}

/** Walks along a dictionary, term by term; `chars` and `length` are the present term. */
export class TermWalk {
  readonly chars = new Uint16Array(MAX_CHARS * 2);
  length = 0;
  /** How many characters the present term shares with the one before. */
  shared = 0;
  ordinal: number;
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.ordinal = -1;
  }

  /** Goes on at a term that stands whole. */
  jumpTo(at: number, ordinal: number): void {
    this.#at = at;
    this.ordinal = ordinal - 1;
    this.next();
  }

  /** @returns false behind the last */
  next(): boolean {
    const bytes = this.#bytes;
    let at = this.#at;
    if (at >= bytes.length) return false;
    const shared = bytes[at++];
    const length = shared + bytes[at++];
    const chars = this.chars;
    for (let i = shared; i < length; i++) {
      const byte = bytes[at++];
      if (byte < 0x80) chars[i] = byte;
      else if (byte < 0xe0) chars[i] = ((byte & 31) << 6) | (bytes[at++] & 63);
      else {
        chars[i] = ((byte & 15) << 12) | ((bytes[at] & 63) << 6) | (bytes[at + 1] & 63);
        at += 2;
      }
    }
    this.#at = at;
    this.shared = shared;
    this.length = length;
    this.ordinal += 1;
    return true;
  }

  get term(): string {
    return String.fromCharCode(...this.chars.subarray(0, this.length));
  }

  /** Below zero when the present term comes before the given one, zero when it is the same. */
  compare(term: string): number {
    const most = Math.min(this.length, term.length);
    for (let i = 0; i < most; i++) {
      const difference = this.chars[i] - term.charCodeAt(i);
      if (difference !== 0) return difference;
    }
    return this.length - term.length;
  }

  /** The same of the present term of another walk. */
  compareTo({ chars, length }: TermWalk): number {
    const most = Math.min(this.length, length);
    for (let i = 0; i < most; i++) {
      const difference = this.chars[i] - chars[i];
      if (difference !== 0) return difference;
    }
    return this.length - length;
  }

  startsWith(beginning: string): boolean {
    if (this.length < beginning.length) return false;
    for (let i = 0; i < beginning.length; i++) if (this.chars[i] !== beginning.charCodeAt(i)) return false;
    return true;
  }
}

/** The ascending terms of a segment. */
export class Dictionary {
  readonly #bytes: Uint8Array;
  readonly #starts: Uint32Array;
  /** Of each term that stands whole its beginning as a number: read side by side, where the terms lie far apart. */
  readonly #beginnings: Float64Array;
  /** Single terms are looked up by one walk again and again. */
  readonly #finding: TermWalk;

  constructor(bytes: Uint8Array, starts: Uint32Array) {
    this.#bytes = bytes;
    this.#starts = starts;
    this.#finding = this.walk();
    this.#beginnings = Float64Array.from(starts, (_, block) => beginningOf(this.#jump(this.#finding, block).term));
  }

  /** The ordinal of a term; -1 where it is not among them. */
  find(term: string): number {
    const walk = this.seek(term, this.#finding);
    return walk && walk.compare(term) === 0 ? walk.ordinal : -1;
  }

  /** A walk that stands at the first term that is not before the given one; undefined when all are. */
  seek(term: string, walk = this.walk()): TermWalk | undefined {
    if (this.#starts.length === 0) return undefined;
    const wanted = beginningOf(term);
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      const difference = this.#beginnings[middle] - wanted || this.#jump(walk, middle).compare(term);
      if (difference <= 0) low = middle;
      else high = middle - 1;
    }
    this.#jump(walk, low);
    while (walk.compare(term) < 0) if (!walk.next()) return undefined;
    return walk;
  }

  /** A walk that stands before the first term. */
  walk(): TermWalk {
    return new TermWalk(this.#bytes);
  }

  #jump(walk: TermWalk, block: number): TermWalk {
    walk.jumpTo(this.#starts[block], block * BLOCK);
    return walk;
  }
}

/** The first three characters as one number that is ordered as they are; nothing is before every character. */
function beginningOf(term: string): number {
  let number = 0;
  for (let i = 0; i < 3; i++) number = number * 0x10000 + (i < term.length ? term.charCodeAt(i) : 0);
  return number;
}
