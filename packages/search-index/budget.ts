/** How long a question may take. What is found by then is the answer, and it says that it was cut. */
export class Budget {
  isCut = false;
  readonly #until: number;

  constructor(ms: number) {
    this.#until = performance.now() + ms;
  }

  /** Whether the time is over; from then on the answer counts as cut. */
  isOver(): boolean {
    if (!this.isCut && performance.now() > this.#until) this.isCut = true;
    return this.isCut;
  }
}
