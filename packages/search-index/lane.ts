import { IMPACT_STEPS } from './bm25.ts';
import { type ChunkArrays, COUNT_MASK } from './chunks.ts';

/** Bytes that come from memory together. */
const LINE = 64;
const MOST_FETCHED = 65_536;

/** One term's postings in one segment on their way through a search, from the last window to the first. */
export class Lane {
  readonly s: ChunkArrays;
  readonly clause: number;
  /** What one step of impact is worth. */
  readonly points: number;
  /** Given once to a document that answers the clause, whatever its impact. */
  readonly bonus: number;
  readonly #first: number;
  /** The chunk that is next to be looked at. */
  chunk: number;

  constructor(
    s: ChunkArrays,
    ordinal: number,
    { clause, points, bonus }: { clause: number; points: number; bonus: number },
  ) {
    this.s = s;
    this.clause = clause;
    this.points = points;
    this.bonus = bonus;
    this.#first = s.firstChunk[ordinal];
    this.chunk = s.firstChunk[ordinal + 1] - 1;
  }

  /**
   * Reads a byte here and there of what the search will read, so that all is waited for at once and not piece after
   * piece. Of long postings the end, where the search begins.
   * @returns a sum of what was read, so that no compiler leaves the reading out
   */
  fetch(): number {
    const { chunkWindow, chunkMax, chunkCount, chunkAt, postings } = this.s;
    const last = this.chunk;
    if (last < this.#first) return 0;
    let sum = chunkWindow[last] + chunkMax[last] + chunkCount[last];
    const end = chunkAt[last];
    for (let at = Math.max(chunkAt[this.#first], end - MOST_FETCHED); at <= end; at += LINE) sum += postings[at];
    return sum;
  }

  /** The window of the next chunk; -1 behind the last. */
  get window(): number {
    return this.chunk < this.#first ? -1 : this.s.chunkWindow[this.chunk];
  }

  /** How many documents the next chunk has. */
  get count(): number {
    return this.s.chunkCount[this.chunk] & COUNT_MASK;
  }

  /** The most that a document of any chunk may get. */
  get mostOfAll(): number {
    return this.points * IMPACT_STEPS + this.bonus;
  }

  /** The most that a document of the next chunk can get. */
  get most(): number {
    return this.points * this.s.chunkMax[this.chunk] + this.bonus;
  }
}
