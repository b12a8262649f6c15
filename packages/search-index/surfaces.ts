import { grownTo } from './chunks.ts';

const EMPTY = -1;

/**
 * Numbers of words as they are written in texts, capital or small, in plain ASCII. A table of its own, because cutting
 * every word out of its text to look it up in a map took a third of indexing.
 */
export class SurfaceTable {
  /** Where an entry may lie, by its hash; a power of two, at most half full. */
  #slots = new Int32Array(1 << 14).fill(EMPTY);
  #hashes = new Int32Array(1 << 13);
  #numbers = new Uint32Array(1 << 13);
  #ends = new Uint32Array(1 << 13);
  #chars = new Uint8Array(1 << 16);
  #size = 0;
  #hash = 0;

  /** @returns the number of a stretch of a text; -1 where it is not known */
  find(text: string, start: number, end: number): number {
    let hash = 0x811c9dc5;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ lower(text.charCodeAt(i)), 0x01000193);
    // The low bits choose the slot, and those of a product are poor.
    hash ^= hash >>> 15;
    this.#hash = hash;
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = this.#slots[slot];
      if (entry === EMPTY) return -1;
      if (this.#hashes[entry] === hash && this.#is(entry, text, start, end)) return this.#numbers[entry];
    }
  }

  /** Remembers the stretch that was last looked for in vain. */
  add(text: string, start: number, end: number, number: number): void {
    const entry = this.#size++;
    const from = entry === 0 ? 0 : this.#ends[entry - 1];
    if (entry === this.#numbers.length) {
      this.#hashes = grownTo(this.#hashes, entry * 2);
      this.#numbers = grownTo(this.#numbers, entry * 2);
      this.#ends = grownTo(this.#ends, entry * 2);
    }
    if (from + end - start > this.#chars.length) this.#chars = grownTo(this.#chars, this.#chars.length * 2);
    for (let i = start; i < end; i++) this.#chars[from + i - start] = lower(text.charCodeAt(i));
    this.#hashes[entry] = this.#hash;
    this.#numbers[entry] = number;
    this.#ends[entry] = from + end - start;
    if (this.#size * 2 > this.#slots.length) this.#spread();
    else this.#place(entry);
  }

  #is(entry: number, text: string, start: number, end: number): boolean {
    const from = entry === 0 ? 0 : this.#ends[entry - 1];
    if (this.#ends[entry] - from !== end - start) return false;
    for (let i = start; i < end; i++) if (this.#chars[from + i - start] !== lower(text.charCodeAt(i))) return false;
    return true;
  }

  #place(entry: number): void {
    const mask = this.#slots.length - 1;
    let slot = this.#hashes[entry] & mask;
    while (this.#slots[slot] !== EMPTY) slot = (slot + 1) & mask;
    this.#slots[slot] = entry;
  }

  #spread(): void {
    this.#slots = new Int32Array(this.#slots.length * 4).fill(EMPTY);
    for (let entry = 0; entry < this.#size; entry++) this.#place(entry);
  }
}

function lower(code: number): number {
  return code >= 65 && code <= 90 ? code + 32 : code;
}
