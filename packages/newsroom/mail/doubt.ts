import type { LetterUpdate } from './outbox.ts';

/** Another process has taken the letter in hand, or it was withdrawn: it is not ours to send. */
export class NotOurs extends Error {
  override name = 'NotOurs';
}

interface Waiting {
  id: number;
  signal: AbortSignal;
  resolve(): void;
  reject(error: Error): void;
}

/** Writes down, all in one commit, how letters ended and which are about to go out; returns those that may. */
export type Commit = (ended: Map<number, LetterUpdate>, entering: number[]) => Promise<Set<number>>;

/**
 * Keeps small what a crash may leave unknown.
 *
 * A letter is in doubt from its last byte until its answer is stored. Before that byte it is written down as `sending`;
 * so after a crash exactly the letters found `sending` may have been taken, and they are never sent again by
 * themselves. Only `width` letters may be in doubt at once: the others wait here, already handed over but for the last
 * byte. One letter's end and the next one's beginning share a commit, so that this costs one commit a letter.
 */
export class Doubt {
  readonly #width: number;
  readonly #commit: Commit;
  readonly #waiting: Waiting[] = [];
  readonly #inside = new Set<number>();
  #ended = new Map<number, { update: LetterUpdate; stored(): void }>();
  #turning: Promise<void> | undefined;

  constructor(width: number, commit: Commit) {
    this.#width = width;
    this.#commit = commit;
  }

  /**
   * Waits until the letter is written down as `sending`.
   * @throws {NotOurs} when it may not be sent any more; what `commit` throws when the store is away.
   */
  enter(id: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ id, signal, resolve, reject });
      this.#turn();
    });
  }

  /** Takes down how a letter ended, whether it came as far as entering or not; resolves when that is stored. */
  end(id: number, update: LetterUpdate): Promise<void> {
    this.#inside.delete(id);
    return new Promise((stored) => {
      this.#ended.set(id, { update, stored });
      this.#turn();
    });
  }

  /** Resolves when what was taken down is stored, or the store would not take it. */
  async quiet(): Promise<void> {
    while (this.#turning) await this.#turning;
  }

  /** Tries once more to store what the store would not take before. */
  retry(): void {
    if (this.#ended.size > 0) this.#turn();
  }

  #turn(): void {
    this.#turning ??= this.#turns().finally(() => {
      this.#turning = undefined;
    });
  }

  async #turns(): Promise<void> {
    for (;;) {
      // One turn of the event loop: answers that came while the last commit held it up share the next.
      await new Promise((resolve) => setImmediate(resolve));
      const entering = this.#admit();
      if (entering.length === 0 && this.#ended.size === 0) return;
      const ended = this.#ended;
      this.#ended = new Map();
      try {
        const entered = await this.#commit(
          new Map([...ended].map(([id, { update }]) => [id, update])),
          entering.map(({ id }) => id),
        );
        for (const { stored } of ended.values()) stored();
        for (const { id, resolve, reject } of entering) {
          if (entered.has(id)) resolve();
          else {
            this.#inside.delete(id);
            reject(new NotOurs(`letter ${id} is not ours to send any more`));
          }
        }
      } catch (error) {
        for (const { id, reject } of entering) {
          this.#inside.delete(id);
          reject(error as Error);
        }
        // Ends that came meanwhile are newer than those that could not be stored.
        this.#ended = new Map([...ended, ...this.#ended]);
        return;
      }
    }
  }

  #admit() {
    const entering: Waiting[] = [];
    while (this.#inside.size < this.#width) {
      const next = this.#waiting.shift();
      if (!next) break;
      if (next.signal.aborted) {
        next.reject(next.signal.reason);
        continue;
      }
      this.#inside.add(next.id);
      entering.push(next);
    }
    return entering;
  }
}
