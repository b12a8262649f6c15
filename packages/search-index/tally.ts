/** A paper that a search found. */
export interface Found {
  doc: number;
  score: number;
  /** How many of the question's clauses it answers. */
  clauses: number;
}

/** Adds up scores of documents in typed arrays; only what was touched is ever looked at again. */
export class Tally {
  readonly capacity: number;
  readonly #scores: Float32Array;
  readonly #clauses: Uint8Array;
  /** The clause that a document was last counted for, plus one. */
  readonly #last: Uint8Array;
  readonly #touched: Uint32Array;
  #count = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.#scores = new Float32Array(capacity);
    this.#clauses = new Uint8Array(capacity);
    this.#last = new Uint8Array(capacity);
    this.#touched = new Uint32Array(capacity);
  }

  clear(): void {
    for (let i = 0; i < this.#count; i++) {
      const doc = this.#touched[i];
      this.#scores[doc] = 0;
      this.#clauses[doc] = 0;
      this.#last[doc] = 0;
    }
    this.#count = 0;
  }

  /** Gives a document points for a clause; several terms of one clause count as one answered clause. */
  add(doc: number, clause: number, points: number): void {
    if (this.#last[doc] === 0) this.#touched[this.#count++] = doc;
    if (this.#last[doc] !== clause + 1) {
      this.#last[doc] = clause + 1;
      this.#clauses[doc] += 1;
    }
    this.#scores[doc] += points;
  }

  /** The documents that answer the most clauses any allowed one answers, unsorted. */
  best(isAllowed: (doc: number) => boolean): Found[] {
    let most = 0;
    let found: Found[] = [];
    for (let i = 0; i < this.#count; i++) {
      const doc = this.#touched[i];
      const clauses = this.#clauses[doc];
      if (clauses < most || !isAllowed(doc)) continue;
      if (clauses > most) {
        most = clauses;
        found = [];
      }
      found.push({ doc, score: this.#scores[doc], clauses });
    }
    return found;
  }
}
