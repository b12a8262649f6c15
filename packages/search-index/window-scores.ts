import { ChunkReader, COUNT_MASK, DENSE, impactAt, placeInDense, SAME, WIDE, WINDOW } from './chunks.ts';
import type { Lane } from './lane.ts';

/** Below any score: a document that must not be found. */
const OUT = -0x40000000;

/** So many postings in a window are few: what they touch is written down instead of looked for. */
const FEW = 512;
/** So few are sorted sooner than a sort is called. */
const MANY = 32;
/** Looking a document up in a dense chunk takes as long as reading so many of its postings. */
const LOOK_UP_COSTS = 3;

/** Points of the documents of one window: a few kilobytes that stay in the processor's nearest memory. */
export class WindowScores {
  readonly points = new Int32Array(WINDOW);
  /** Bits of the clauses that a document answers, where they are kept. */
  readonly clauses = new Uint32Array(WINDOW);
  /** Documents worth looking at; one place more than can be, where the next one is written before it is one. */
  readonly candidates = new Uint16Array(WINDOW + 1);
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
    for (let i = from; i < lanes.length; i++) postings += lanes[i].count;
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

  /**
   * Candidates and those kept of them are written without a branch for each: which way it goes nobody can foresee, the
   * processor neither, and a wrong guess costs it more than twenty writes.
   * @returns how many candidates have more than so many points
   */
  gatherCandidates(threshold: number): number {
    const { points, candidates } = this;
    // What was not touched has none.
    const least = Math.max(0, threshold);
    let found = 0;
    if (this.#isSparse) {
      const touched = this.#touched;
      for (let i = 0; i < this.#touchedCount; i++) {
        candidates[found] = touched[i];
        found += (least - points[touched[i]]) >>> 31;
      }
      return found;
    }
    for (let offset = 0; offset < WINDOW; offset += 4) {
      const a = least - points[offset];
      const b = least - points[offset + 1];
      const c = least - points[offset + 2];
      const d = least - points[offset + 3];
      if ((a | b | c | d) >= 0) continue;
      candidates[found] = offset;
      found += a >>> 31;
      candidates[found] = offset + 1;
      found += b >>> 31;
      candidates[found] = offset + 2;
      found += c >>> 31;
      candidates[found] = offset + 3;
      found += d >>> 31;
    }
    return found;
  }

  /** Gives a lane's points to the first `count` candidates; others may get them too. */
  addToCandidates(lane: Lane, count: number): void {
    const { s, chunk } = lane;
    const kind = s.chunkCount[chunk];
    if (kind & DENSE && count * LOOK_UP_COSTS < (kind & COUNT_MASK)) {
      const start = s.chunkAt[chunk];
      for (let c = 0; c < count; c++) {
        const place = placeInDense(s.postings, start, this.candidates[c]);
        if (place >= 0) this.#give(lane, this.candidates[c], impactAt(s, chunk, place));
      }
    } else if (this.#keepsClauses) this.#addWithClause(lane);
    else if (this.#isSparse) this.#addToTouched(lane);
    else this.#addPlainly(lane);
  }

  /** Drops those of the candidates that have no more than so many points. */
  keepCandidates(count: number, threshold: number): number {
    const { points, candidates } = this;
    let kept = 0;
    for (let c = 0; c < count; c++) {
      const candidate = candidates[c];
      candidates[kept] = candidate;
      kept += (threshold - points[candidate]) >>> 31;
    }
    return kept;
  }

  /** Puts the candidates into ascending order. */
  sortCandidates(count: number): void {
    const { candidates } = this;
    // Where all documents were looked at they are in it already.
    if (!this.#isSparse) return;
    if (count > MANY) {
      candidates.subarray(0, count).sort();
      return;
    }
    for (let i = 1; i < count; i++) {
      const candidate = candidates[i];
      let at = i;
      for (; at > 0 && candidates[at - 1] > candidate; at--) candidates[at] = candidates[at - 1];
      candidates[at] = candidate;
    }
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

  /** Gives a lane's points to those documents that have some; without a branch, as above. */
  #addToTouched({ s, chunk, points: worth, bonus }: Lane): void {
    const { points } = this;
    const bytes = s.postings;
    const kind = s.chunkCount[chunk];
    const count = kind & COUNT_MASK;
    let at = s.chunkAt[chunk];
    if (kind & (SAME | DENSE)) {
      this.#reader.read(s, chunk);
      const { offsets, impacts } = this.#reader;
      for (let i = 0; i < count; i++) {
        const before = points[offsets[i]];
        points[offsets[i]] = before + ((worth * impacts[i] + bonus) & ifAny(before));
      }
    } else if (kind & WIDE) {
      const impactAt = at + count * 2;
      for (let i = 0; i < count; i++, at += 2) {
        const offset = bytes[at] | (bytes[at + 1] << 8);
        const before = points[offset];
        points[offset] = before + ((worth * bytes[impactAt + i] + bonus) & ifAny(before));
      }
    } else {
      const impactAt = at + count;
      let offset = -1;
      for (let i = 0; i < count; i++) {
        offset += bytes[at++] + 1;
        const before = points[offset];
        points[offset] = before + ((worth * bytes[impactAt + i] + bonus) & ifAny(before));
      }
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

/** All bits where points are not 0, else none. */
function ifAny(points: number): number {
  return (points | -points) >> 31;
}
