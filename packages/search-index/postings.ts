/** Where a term stands: documents in ascending order, each with its weighted frequency. Grows by doubling. */
export class Postings {
  #docs = new Uint32Array(2);
  #weights = new Uint16Array(2);
  length = 0;

  /** Weights are kept in sixteenths, so that two bytes hold any that occurs. */
  static readonly SCALE = 16;

  push(doc: number, weight: number): void {
    if (this.length === this.#docs.length) this.#grow();
    this.#docs[this.length] = doc;
    this.#weights[this.length] = Math.min(65_535, Math.round(weight * Postings.SCALE));
    this.length += 1;
  }

  docAt(i: number): number {
    return this.#docs[i];
  }

  weightAt(i: number): number {
    return this.#weights[i] / Postings.SCALE;
  }

  /** Whether a document is among them, and with which weight; by halving. */
  weightOf(doc: number): number {
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

  get bytes(): number {
    return this.#docs.byteLength + this.#weights.byteLength;
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
