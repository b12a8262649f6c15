import { packNumbers, unpackNumbers } from './bytes.ts';

/**
 * Where a term stands: documents in ascending order, each with its weighted frequency. Grows by doubling. Opened from a
 * file it stays packed until it is first asked: most terms never are.
 */
export class Postings {
  #docs: Uint32Array;
  #weights: Uint16Array;
  #packed: Uint8Array | undefined;
  length = 0;

  /** Weights are kept in sixteenths, so that two bytes hold any that occurs. */
  static readonly SCALE = 16;

  /** @param capacity for so many documents no growing is needed */
  constructor(capacity = 2) {
    this.#docs = new Uint32Array(capacity);
    this.#weights = new Uint16Array(capacity);
  }

  /** @param packed what `pack` gave; kept, not copied */
  static packed(packed: Uint8Array, length: number): Postings {
    const postings = new Postings(0);
    postings.#packed = packed;
    postings.length = length;
    return postings;
  }

  /** Gaps between documents and weights, seven bits a byte. */
  pack(): Uint8Array {
    if (this.#packed) return this.#packed;
    const numbers = new Uint32Array(this.length * 2);
    let before = -1;
    for (let i = 0; i < this.length; i++) {
      numbers[i * 2] = this.#docs[i] - before - 1;
      numbers[i * 2 + 1] = this.#weights[i];
      before = this.#docs[i];
    }
    return packNumbers(numbers);
  }

  push(doc: number, weight: number): void {
    if (this.#packed) this.#unpack();
    if (this.length === this.#docs.length) this.#grow();
    this.#docs[this.length] = doc;
    this.#weights[this.length] = Math.min(65_535, Math.round(weight * Postings.SCALE));
    this.length += 1;
  }

  docAt(i: number): number {
    if (this.#packed) this.#unpack();
    return this.#docs[i];
  }

  weightAt(i: number): number {
    if (this.#packed) this.#unpack();
    return this.#weights[i] / Postings.SCALE;
  }

  /** Whether a document is among them, and with which weight; by halving. */
  weightOf(doc: number): number {
    if (this.#packed) this.#unpack();
    let low = 0;
    let high = this.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const at = this.#docs[middle];
      if (at === doc) return this.weightAt(middle);
      if (at < doc) low = middle + 1;
      else high = middle - 1;
    }
    return 0;
  }

  /** Those of the documents that have a new number, under it; -1 is none. The new numbers keep the old order. */
  renumbered(docNow: Int32Array): Postings {
    if (this.#packed) this.#unpack();
    const kept = new Postings(this.length);
    for (let i = 0; i < this.length; i++) {
      const doc = docNow[this.#docs[i]];
      if (doc >= 0) kept.push(doc, this.weightAt(i));
    }
    return kept;
  }

  get bytes(): number {
    return this.#docs.byteLength + this.#weights.byteLength + (this.#packed?.byteLength ?? 0);
  }

  #unpack(): void {
    const numbers = unpackNumbers(this.#packed as Uint8Array, this.length * 2);
    this.#docs = new Uint32Array(this.length);
    this.#weights = new Uint16Array(this.length);
    let doc = -1;
    for (let i = 0; i < this.length; i++) {
      doc += numbers[i * 2] + 1;
      this.#docs[i] = doc;
      this.#weights[i] = numbers[i * 2 + 1];
    }
    this.#packed = undefined;
  }

  #grow(): void {
    const docs = new Uint32Array(Math.ceil(this.#docs.length * 1.6) + 1);
    docs.set(this.#docs);
    const weights = new Uint16Array(docs.length);
    weights.set(this.#weights);
    this.#docs = docs;
    this.#weights = weights;
  }
}
