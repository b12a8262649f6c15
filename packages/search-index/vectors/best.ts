/** The best of many by their scores: gathered with room to spare, and cut back when it is full. */
export class Best {
  readonly #limit: number;
  #items: Int32Array;
  #scores: Int32Array;
  #count = 0;
  /** What an offer must exceed. */
  threshold = -0x80000000;

  constructor(limit: number) {
    this.#limit = limit;
    this.#items = new Int32Array(limit * 4 + 64);
    this.#scores = new Int32Array(limit * 4 + 64);
  }

  offer(item: number, score: number): void {
    this.#items[this.#count] = item;
    this.#scores[this.#count++] = score;
    if (this.#count === this.#items.length) this.#cut();
  }

  items(): number[] {
    return this.sorted().map(({ item }) => item);
  }

  /** The best first; of equals the one that was offered first. */
  sorted(): { item: number; score: number }[] {
    this.#cut();
    return Array.from({ length: this.#count }, (_, i) => ({ item: this.#items[i], score: this.#scores[i] }));
  }

  #cut(): void {
    const order = Array.from({ length: this.#count }, (_, i) => i).sort(
      (a, b) => this.#scores[b] - this.#scores[a] || a - b,
    );
    this.#count = Math.min(this.#limit, this.#count);
    const items = Int32Array.from(order.slice(0, this.#count), (i) => this.#items[i]);
    const scores = Int32Array.from(order.slice(0, this.#count), (i) => this.#scores[i]);
    this.#items.set(items);
    this.#scores.set(scores);
    if (this.#count === this.#limit) this.threshold = scores[this.#limit - 1];
  }
}
