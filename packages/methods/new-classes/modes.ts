import type { Rng } from '@broadsheet/engine/stats';
import { chosenRows, dot, type Rows, rowOf } from '../happy/rows.ts';

export interface ProposalRules {
  /** max(8, 0.5 % of the stage) unless told. */
  readonly leastSize: number;
  /** Mean cosine between members: the 25 % quantile of what old classes have. */
  readonly leastCohesion: number;
  /** Cosine to the middle from which a candidate is a member: what old classes hold their own samples to. */
  readonly nearness: number;
  readonly resamples?: number;
  /** How many resamples must find it again, and how well (Jaccard). */
  readonly leastFound?: number;
  readonly leastOverlap?: number;
}

/** Members of one proposed class, as indices of `candidates`' rows. */
export type Proposal = readonly number[];

/**
 * Groups of candidates that are large, close and come back when the candidates are drawn again, the largest first. None
 * is an answer. Groups are modes of density: candidates are mostly strays, and k-means, which has to put every stray
 * somewhere, finds other clusters in every resample (measured: none of 440 candidates from three new fields came back).
 * @param candidates unit rows
 */
export function proposalsOf(candidates: Rows, rng: Rng, rules: ProposalRules): Proposal[] {
  const { leastSize, leastCohesion, resamples = 10, leastFound = 8, leastOverlap = 0.6 } = rules;
  const able = modesOf(candidates, rules).filter((group) => cohesionOf(candidates, group) >= leastCohesion);
  const found = able.map(() => 0);
  for (let r = 0; r < resamples && able.length > 0; r++) {
    const drawn = [...new Set(rng.split('resample', r).integers(candidates.count, 0, candidates.count))].toSorted(
      (a, b) => a - b,
    );
    // Of a resample about 63 % are left, and so of a group.
    const smaller = { ...rules, leastSize: Math.max(2, Math.floor(leastSize / 2)) };
    const again = modesOf(chosenRows(candidates, drawn), smaller).map((group) => new Set(group.map((i) => drawn[i])));
    const seen = new Set(drawn);
    for (const [g, group] of able.entries()) {
      const there = group.filter((i) => seen.has(i));
      if (again.some((other) => jaccard(there, other) >= leastOverlap)) found[g]++;
    }
  }
  return able.filter((_, g) => found[g] >= leastFound);
}

const SHIFTS = 10;

/**
 * Balls around modes (mean shift, Comaniciu & Meer 2002, with a flat kernel on the sphere), the fullest first; what is in
 * one is in no other.
 */
export function modesOf(
  unit: Rows,
  { leastSize, nearness }: Pick<ProposalRules, 'leastSize' | 'nearness'>,
): number[][] {
  const left = new Set(Array.from({ length: unit.count }, (_, i) => i));
  const groups: number[][] = [];
  // A pair of members, each at the edge of the ball, may be as far apart as the square says.
  const counts = neighbourCounts(unit, nearness * nearness);
  const starts = [...left].toSorted((a, b) => counts[b] - counts[a] || a - b);
  for (const start of starts) {
    if (!left.has(start) || counts[start] < leastSize) continue;
    const members = settled(unit, rowOf(unit, start), left, nearness);
    if (members.length < leastSize) continue;
    groups.push(members);
    for (const i of members) left.delete(i);
  }
  return groups.toSorted((a, b) => b.length - a.length || a[0] - b[0]);
}

function settled(unit: Rows, start: Float64Array, left: ReadonlySet<number>, nearness: number): number[] {
  let middle = start;
  let members: number[] = [];
  for (let shift = 0; shift < SHIFTS; shift++) {
    const now = [...left].filter((i) => dot(middle, rowOf(unit, i)) >= nearness);
    if (now.length === 0 || (now.length === members.length && now.every((i, at) => i === members[at]))) break;
    members = now;
    middle = directionOf(unit, members);
  }
  return members;
}

function directionOf(unit: Rows, members: readonly number[]): Float64Array {
  const sum = new Float64Array(unit.width);
  for (const i of members) for (let d = 0; d < sum.length; d++) sum[d] += unit.data[i * unit.width + d];
  const norm = Math.sqrt(dot(sum, sum)) || 1;
  return sum.map((value) => value / norm);
}

/** How many others each has at that cosine or above, itself counted. */
function neighbourCounts(unit: Rows, least: number): Int32Array {
  const counts = new Int32Array(unit.count).fill(1);
  for (let i = 0; i < unit.count; i++) {
    const own = rowOf(unit, i);
    for (let j = 0; j < i; j++) {
      if (dot(own, rowOf(unit, j)) < least) continue;
      counts[i]++;
      counts[j]++;
    }
  }
  return counts;
}

/** Mean cosine between all pairs of members, from the length of their sum. */
export function cohesionOf(unit: Rows, members: readonly number[]): number {
  const n = members.length;
  if (n < 2) return 1;
  const sum = new Float64Array(unit.width);
  for (const i of members) for (let k = 0; k < unit.width; k++) sum[k] += unit.data[i * unit.width + k];
  return (dot(sum, sum) - n) / (n * (n - 1));
}

function jaccard(one: readonly number[], other: ReadonlySet<number>): number {
  const shared = one.filter((i) => other.has(i)).length;
  return shared / (one.length + other.size - shared || 1);
}
