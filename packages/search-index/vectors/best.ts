/** The best of many by their scores, as a heap with the least of them on top. Of equals the one with the lower number is better. */
export class Best {
  readonly #limit: number;
  readonly #items: Int32Array;
  readonly #scores: Int32Array;
  #count = 0;
  /** What an offer must exceed. */
  threshold = -0x80000000;

  constructor(limit: number) {
    this.#limit = limit;
    this.#items = new Int32Array(limit);
    this.#scores = new Int32Array(limit);
  }

  offer(item: number, score: number): void {
    if (this.#count < this.#limit) this.#rise(this.#count++, item, score);
    else if (score > this.threshold) this.#sink(item, score);
    if (this.#count === this.#limit) this.threshold = this.#scores[0];
  }

  get count(): number {
    return this.#count;
  }

  /** The best first. */
  sorted(): { item: number; score: number }[] {
    return Array.from({ length: this.#count }, (_, i) => ({ item: this.#items[i], score: this.#scores[i] })).sort(
      (a, b) => b.score - a.score || a.item - b.item,
    );
  }

  #rise(from: number, item: number, score: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isLess(item, score, parent)) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#put(at, item, score);
  }

  /** Takes the place of the least. */
  #sink(item: number, score: number): void {
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= this.#count) break;
      if (child + 1 < this.#count && this.#isLess(this.#items[child + 1], this.#scores[child + 1], child)) child += 1;
      if (this.#isLess(item, score, child)) break;
      this.#move(child, at);
      at = child;
    }
    this.#put(at, item, score);
  }

  #isLess(item: number, score: number, than: number): boolean {
    return score < this.#scores[than] || (score === this.#scores[than] && item > this.#items[than]);
  }

  #put(at: number, item: number, score: number): void {
    this.#items[at] = item;
    this.#scores[at] = score;
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#items[from], this.#scores[from]);
  }
}
