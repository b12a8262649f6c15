import { quantile, type Rng } from '@broadsheet/engine/stats';

import { chosenRows, kMeans, type Rows, rowOf } from '../happy/index.ts';

/**
 * Is there anything new in a stage? The paper takes it for given that there is; in a stream of papers most weeks bring
 * nothing, and forcing new heads on such a week spoils old ones. Ours throughout.
 */
export interface Thresholds {
  /** For each class the cosine to its prototype that only `level` of its own samples fall below. */
  readonly least: Float64Array;
  readonly level: number;
}

/**
 * Thresholds from samples that no training saw: on training samples a nominal 5 % is 8 to 10 %.
 * A class without samples has the threshold of all classes together.
 */
export function thresholdsOf(features: Rows, labels: ArrayLike<number>, prototypes: Rows, level = 0.05): Thresholds {
  const own = Array.from({ length: prototypes.count }, () => [] as number[]);
  for (let i = 0; i < features.count; i++) own[labels[i]].push(dot(rowOf(features, i), rowOf(prototypes, labels[i])));
  const all = quantile(own.flat(), level);
  return { least: Float64Array.from(own, (cosines) => (cosines.length > 0 ? quantile(cosines, level) : all)), level };
}

/** n(x) = min over classes of (threshold − cosine): above 0 where x is too far from every class. */
export function noveltyOf(features: Rows, prototypes: Rows, { least }: Thresholds): Float64Array {
  return Float64Array.from({ length: features.count }, (_, i) => {
    let novelty = Number.POSITIVE_INFINITY;
    for (let c = 0; c < prototypes.count; c++)
      novelty = Math.min(novelty, least[c] - dot(rowOf(features, i), rowOf(prototypes, c)));
    return novelty;
  });
}

export interface Excess {
  readonly candidates: readonly number[];
  /** Share of the stage that is novel, and the share that quiet stages have. */
  readonly share: number;
  readonly usual: number;
  /** z of the excess; 0 for an empty stage. */
  readonly statistic: number;
  readonly isExcess: boolean;
}

const EXCESS = 3; // one false alarm in about 700 quiet stages

/** Are there more novel samples than in quiet stages? z = (f − α₀)/√(α₀(1 − α₀)/n). */
export function excessOf(novelty: ArrayLike<number>, usual: number): Excess {
  if (!(usual > 0 && usual < 1))
    throw new RangeError(`excessOf: the usual share is ${usual}; it must lie between 0 and 1.`);
  const candidates = Array.from(novelty).flatMap((value, i) => (value > 0 ? [i] : []));
  const count = novelty.length;
  if (count === 0) return { candidates, share: 0, usual, statistic: 0, isExcess: false };
  const share = candidates.length / count;
  const statistic = (share - usual) / Math.sqrt((usual * (1 - usual)) / count);
  return { candidates, share, usual, statistic, isExcess: statistic > EXCESS };
}

export interface ProposalRules {
  /** max(8, 0.5 % of the stage) unless told. */
  readonly leastSize: number;
  /** Mean cosine between members: the 25 % quantile of what old classes have. */
  readonly leastCohesion: number;
  readonly resamples?: number;
  /** How many resamples must find it again, and how well (Jaccard). */
  readonly leastFound?: number;
  readonly leastOverlap?: number;
}

/** Members of one proposed class, as indices of `candidates`' rows. */
export type Proposal = readonly number[];

/**
 * Clusters of candidates that are large, close and come back when the candidates are drawn again. None is an answer.
 * @param candidates unit rows
 */
export function proposalsOf(candidates: Rows, clusters: number, rng: Rng, rules: ProposalRules): Proposal[] {
  const { leastSize, leastCohesion, resamples = 10, leastFound = 8, leastOverlap = 0.6 } = rules;
  if (candidates.count < Math.max(leastSize, clusters)) return [];
  const members = groupsOf(kMeans(candidates, clusters, rng.split('clusters')).labels, clusters);
  const able = members.filter((group) => group.length >= leastSize && cohesionOf(candidates, group) >= leastCohesion);
  const found = able.map(() => 0);
  for (let r = 0; r < resamples && able.length > 0; r++) {
    const stream = rng.split('resample', r);
    const drawn = [...new Set(stream.integers(candidates.count, 0, candidates.count))].toSorted((a, b) => a - b);
    if (drawn.length < clusters) continue;
    const { labels } = kMeans(chosenRows(candidates, drawn), clusters, stream, { restarts: 3 });
    const again = groupsOf(labels, clusters).map((group) => new Set(group.map((i) => drawn[i])));
    const seen = new Set(drawn);
    able.forEach((group, g) => {
      const there = group.filter((i) => seen.has(i));
      if (again.some((other) => jaccard(there, other) >= leastOverlap)) found[g]++;
    });
  }
  return able.filter((_, g) => found[g] >= leastFound).toSorted((a, b) => b.length - a.length || a[0] - b[0]);
}

/** Mean cosine between all pairs of members, from the length of their sum. */
export function cohesionOf(unit: Rows, members: readonly number[]): number {
  const n = members.length;
  if (n < 2) return 1;
  const sum = new Float64Array(unit.width);
  for (const i of members) for (let k = 0; k < unit.width; k++) sum[k] += unit.data[i * unit.width + k];
  return (dot(sum, sum) - n) / (n * (n - 1));
}

function groupsOf(labels: Int32Array, clusters: number): number[][] {
  const groups = Array.from({ length: clusters }, () => [] as number[]);
  for (const [i, label] of labels.entries()) groups[label].push(i);
  return groups;
}

function jaccard(one: readonly number[], other: ReadonlySet<number>): number {
  const shared = one.filter((i) => other.has(i)).length;
  return shared / (one.length + other.size - shared || 1);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
  return sum;
}
