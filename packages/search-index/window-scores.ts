import { ChunkReader, COUNT_MASK, DENSE, impactAt, placeInDense, SAME, WIDE, WINDOW } from './chunks.ts';
import type { Lane } from './lane.ts';

/** Below any score: a document that must not be found. */
const OUT = -0x40000000;

/** So many postings in a window are few: what they touch is written down instead of looked for. */
const FEW = 512;

/** Points of the documents of one window: a few kilobytes that stay in the processor's nearest memory. */
export class WindowScores {
  readonly points = new Int32Array(WINDOW);
  /** Bits of the clauses that a document answers, where they are kept. */
  readonly clauses = new Uint32Array(WINDOW);
  /** Documents worth looking at, ascending. */
  readonly candidates = new Uint16Array(WINDOW);
  readonly #reader = new ChunkReader();
  /** Documents that have points, as they came, while these are few; else all are looked at. */
  readonly #touched = new Uint16Array(FEW);
  #touchedCount = 0;
  #isSparse = true;
  #keepsClauses = false;

  clear(): void {
    if (this.#isSparse) for (let i = 0; i < this.#touchedCount; i++) this.points[this.#touched[i]] = 0;
    else this.points.fill(0);
    if (this.#keepsClauses) this.clauses.fill(0);
    this.#keepsClauses = false;
    this.#touchedCount = 0;
    this.#isSparse = true;
  }

  /** Gives the documents of some lanes' next chunks their points; to be called once between two times of clearing. */
  add(lanes: Lane[], from: number, keepsClauses: boolean): void {
    let postings = 0;
    for (let i = from; i < lanes.length; i++) postings += lanes[i].s.chunkCount[lanes[i].chunk] & COUNT_MASK;
    this.#isSparse = postings <= FEW && !keepsClauses;
    this.#keepsClauses = keepsClauses;
    for (let i = from; i < lanes.length; i++) {
      if (keepsClauses) this.#addWithClause(lanes[i]);
      else if (this.#isSparse) this.#addFew(lanes[i]);
      else this.#addPlainly(lanes[i]);
    }
  }

  /** Takes documents out, whatever their points. */
  leaveOut(lane: Lane): void {
    const count = this.#reader.read(lane.s, lane.chunk);
    for (let i = 0; i < count; i++) this.points[this.#reader.offsets[i]] = OUT;
    this.#isSparse = false;
  }

  /** @returns how many candidates have more than so many points */
  gatherCandidates(threshold: number): number {
    const { points, candidates } = this;
    // What was not touched has none.
    const least = Math.max(0, threshold);
    let found = 0;
    if (this.#isSparse) {
      for (let i = 0; i < this.#touchedCount; i++)
        if (points[this.#touched[i]] > least) candidates[found++] = this.#touched[i];
      candidates.subarray(0, found).sort();
    } else for (let offset = 0; offset < WINDOW; offset++) if (points[offset] > least) candidates[found++] = offset;
    return found;
  }

  /** Gives a lane's points to the first `count` candidates alone. */
  addToCandidates(lane: Lane, count: number): void {
    const { s, chunk } = lane;
    const kind = s.chunkCount[chunk];
    const start = s.chunkAt[chunk];
    const bytes = s.postings;
    if (kind & DENSE) {
      for (let c = 0; c < count; c++) {
        const place = placeInDense(bytes, start, this.candidates[c]);
        if (place >= 0) this.#give(lane, this.candidates[c], impactAt(s, chunk, place));
      }
      return;
    }
    const postings = kind & COUNT_MASK;
    const isWide = (kind & WIDE) !== 0;
    let c = 0;
    let wanted = this.candidates[0];
    let offset = -1;
    for (let i = 0; i < postings; i++) {
      offset = isWide ? bytes[start + i * 2] | (bytes[start + i * 2 + 1] << 8) : offset + bytes[start + i] + 1;
      if (offset < wanted) continue;
      while (wanted < offset && ++c < count) wanted = this.candidates[c];
      if (c >= count) return;
      if (wanted === offset) this.#give(lane, offset, impactAt(s, chunk, i));
    }
  }

  /** Drops those of the candidates that have no more than so many points. */
  keepCandidates(count: number, threshold: number): number {
    const { points, candidates } = this;
    let kept = 0;
    for (let c = 0; c < count; c++) if (points[candidates[c]] > threshold) candidates[kept++] = candidates[c];
    return kept;
  }

  #give({ clause, points: worth, bonus }: Lane, offset: number, impact: number): void {
    const bit = this.#keepsClauses ? 1 << clause : 0;
    this.points[offset] += worth * impact + (this.clauses[offset] & bit ? 0 : bonus);
    this.clauses[offset] |= bit;
  }

  #addFew(lane: Lane): void {
    const { points } = this;
    const count = this.#reader.read(lane.s, lane.chunk);
    const { offsets, impacts } = this.#reader;
    for (let i = 0; i < count; i++) {
      const offset = offsets[i];
      if (points[offset] === 0) this.#touched[this.#touchedCount++] = offset;
      points[offset] += lane.points * impacts[i] + lane.bonus;
    }
  }

  #addPlainly(lane: Lane): void {
    const { points } = this;
    const { s, chunk, points: worth, bonus } = lane;
    const bytes = s.postings;
    const kind = s.chunkCount[chunk];
    const count = kind & COUNT_MASK;
    if (kind & (WIDE | SAME | DENSE)) {
      this.#reader.read(s, chunk);
      const { offsets, impacts } = this.#reader;
      for (let i = 0; i < count; i++) points[offsets[i]] += worth * impacts[i] + bonus;
      return;
    }
    let at = s.chunkAt[chunk];
    let impactAt = at + count;
    let offset = -1;
    for (let i = 0; i < count; i++) {
      offset += bytes[at++] + 1;
      points[offset] += worth * bytes[impactAt++] + bonus;
    }
  }

  #addWithClause(lane: Lane): void {
    const { points, clauses } = this;
    const { points: worth, bonus } = lane;
    const count = this.#reader.read(lane.s, lane.chunk);
    const { offsets, impacts } = this.#reader;
    const bit = 1 << lane.clause;
    for (let i = 0; i < count; i++) {
      const offset = offsets[i];
      const before = clauses[offset];
      points[offset] += worth * impacts[i] + (before & bit ? 0 : bonus);
      clauses[offset] = before | bit;
    }
  }
}
