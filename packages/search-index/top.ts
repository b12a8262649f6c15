/** A document that was found, in one of the index's segments. */
export interface Found {
  segment: number;
  doc: number;
  points: number;
}

/** The best of what is offered, as a heap with the least of them on top. Of equals the one offered first is better. */
export class Top {
  readonly size: number;
  #count = 0;
  #offers = 0;
  // Plain arrays: made for each question, typed ones would be fetched from outside the heap and given back one by one.
  readonly #points: number[] = [];
  readonly #turns: number[] = [];
  readonly #segments: number[] = [];
  readonly #docs: number[] = [];

  constructor(size: number) {
    this.size = size;
  }

  get isFull(): boolean {
    return this.#count === this.size;
  }

  /** What a document must exceed to get in. */
  get threshold(): number {
    return this.#count < this.size ? 0 : this.#points[0];
  }

  offer(points: number, segment: number, doc: number): void {
    if (this.size === 0) return;
    const turn = this.#offers++;
    if (this.#count < this.size) {
      let at = this.#count++;
      while (at > 0) {
        const parent = (at - 1) >> 1;
        // An equal parent came first and is the better one; the later must stand above it.
        if (this.#points[parent] < points) break;
        this.#move(parent, at);
        at = parent;
      }
      this.#put(at, points, turn, segment, doc);
      return;
    }
    if (points <= this.#points[0]) return;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= this.#count) break;
      if (child + 1 < this.#count && this.#isLess(child + 1, child)) child += 1;
      // Of equals the newcomer is the lesser, and stays above.
      if (this.#points[child] >= points) break;
      this.#move(child, at);
      at = child;
    }
    this.#put(at, points, turn, segment, doc);
  }

  /** The best first. */
  sorted(): Found[] {
    const order = Array.from({ length: this.#count }, (_, at) => at);
    order.sort((a, b) => this.#points[b] - this.#points[a] || this.#turns[a] - this.#turns[b]);
    return order.map((at) => ({ segment: this.#segments[at], doc: this.#docs[at], points: this.#points[at] }));
  }

  #isLess(a: number, b: number): boolean {
    return (
      this.#points[a] < this.#points[b] || (this.#points[a] === this.#points[b] && this.#turns[a] > this.#turns[b])
    );
  }

  #put(at: number, points: number, turn: number, segment: number, doc: number): void {
    this.#points[at] = points;
    this.#turns[at] = turn;
    this.#segments[at] = segment;
    this.#docs[at] = doc;
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#points[from], this.#turns[from], this.#segments[from], this.#docs[from]);
  }
}
