/** Letters that may follow each other without a pause after a quiet time. */
const BURST_SECONDS = 5;

/** How many letters each domain may be sent now: a bucket that fills by the minute's share, and pauses it asked for. */
export class Throttle {
  readonly #perMs: number;
  readonly #burst: number;
  readonly #now: () => number;
  readonly #buckets = new Map<string, { tokens: number; at: number }>();
  readonly #pausedUntil = new Map<string, number>();

  constructor(perMinute: number, now: () => number) {
    this.#perMs = perMinute / 60_000;
    this.#burst = Math.max(1, (perMinute / 60) * BURST_SECONDS);
    this.#now = now;
  }

  /** @returns whether a letter to this domain may go now; it then counts. */
  take(domain: string): boolean {
    const bucket = this.#filled(domain);
    if (bucket.tokens < 1 || this.#isPaused(domain)) return false;
    bucket.tokens -= 1;
    return true;
  }

  /** Nothing for this domain before an instant: it said that we are too fast. */
  pause(domain: string, until: number): void {
    this.#pausedUntil.set(domain, until);
  }

  /** The domains that must wait now. */
  waiting(): string[] {
    return [...this.#buckets.keys()].filter((domain) => this.#isPaused(domain) || this.#filled(domain).tokens < 1);
  }

  #isPaused(domain: string): boolean {
    return (this.#pausedUntil.get(domain) ?? 0) > this.#now();
  }

  #filled(domain: string) {
    const now = this.#now();
    const bucket = this.#buckets.get(domain) ?? { tokens: this.#burst, at: now };
    bucket.tokens = Math.min(this.#burst, bucket.tokens + Math.max(0, now - bucket.at) * this.#perMs);
    bucket.at = now;
    this.#buckets.set(domain, bucket);
    return bucket;
  }
}
