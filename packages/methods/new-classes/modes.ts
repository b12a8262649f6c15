import type { Rng } from '@broadsheet/engine/stats';
import { dot, type Rows, rowOf } from '../happy/rows.ts';

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
  const pairs = nearPairs(candidates, rules.nearness);
  const everyone = Array.from({ length: candidates.count }, (_, i) => i);
  const able = modesAmong(everyone, candidates, rules, pairs).filter(
    (group) => cohesionOf(candidates, group) >= leastCohesion,
  );
  const found = able.map(() => 0);
  // Of a resample about 63 % are left, and so of a group.
  const smaller = { ...rules, leastSize: Math.max(2, Math.floor(leastSize / 2)) };
  for (let r = 0; r < resamples && able.length > 0; r++) {
    const seen = new Set(rng.split('resample', r).integers(candidates.count, 0, candidates.count));
    const again = modesAmong(
      [...seen].toSorted((a, b) => a - b),
      candidates,
      smaller,
      pairs,
    ).map((group) => new Set(group));
    for (const [g, group] of able.entries()) {
      const there = group.filter((i) => seen.has(i));
      if (again.some((other) => jaccard(there, other) >= leastOverlap)) found[g]++;
    }
  }
  return able.filter((_, g) => found[g] >= leastFound);
}

/** Balls around modes (mean shift, Comaniciu & Meer 2002, with a flat kernel on the sphere), the fullest first. */
export function modesOf(unit: Rows, rules: Pick<ProposalRules, 'leastSize' | 'nearness'>): number[][] {
  const everyone = Array.from({ length: unit.count }, (_, i) => i);
  return modesAmong(everyone, unit, rules, nearPairs(unit, rules.nearness));
}

const SHIFTS = 10;
/** Starts come in the order of their neighbours; after so many in a row that lead to nothing, sparser ones will not. */
const VAIN_STARTS = 200;

/** What is in one ball is in no other. */
function modesAmong(
  some: readonly number[],
  unit: Rows,
  { leastSize, nearness }: Pick<ProposalRules, 'leastSize' | 'nearness'>,
  pairs: readonly Uint32Array[],
): number[][] {
  const left = new Set(some);
  const counts = new Map(some.map((i) => [i, pairs[i].reduce((sum, j) => sum + (left.has(j) ? 1 : 0), 1)]));
  const dense = (i: number) => counts.get(i) ?? 0;
  const groups: number[][] = [];
  let vain = 0;
  for (const start of some.toSorted((a, b) => dense(b) - dense(a) || a - b)) {
    if (vain === VAIN_STARTS || dense(start) < leastSize) break;
    if (!left.has(start)) continue;
    const members = settled(unit, rowOf(unit, start), left, nearness);
    vain = members.length < leastSize ? vain + 1 : 0;
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

/** For each row those that may share a ball with it: two at its edge have, on average, the square of its cosine. */
function nearPairs(unit: Rows, nearness: number): Uint32Array[] {
  const near = Array.from({ length: unit.count }, () => [] as number[]);
  for (let i = 0; i < unit.count; i++) {
    const own = rowOf(unit, i);
    for (let j = 0; j < i; j++) {
      if (dot(own, rowOf(unit, j)) < nearness * nearness) continue;
      near[i].push(j);
      near[j].push(i);
    }
  }
  return near.map((others) => Uint32Array.from(others));
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
