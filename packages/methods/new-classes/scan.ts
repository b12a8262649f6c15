import { joinedRows, type Rows } from '../happy/rows.ts';
import { logTail } from './hypergeometric.ts';
import { FAST_BLOCK, productsWith } from './simd-products.ts';

export interface ScanRules {
  readonly leastSize: number;
  /** Chance that a stage in which nothing grew has a group. */
  readonly level?: number;
}

/** Rows of the stage that lie together where it is much denser than before. */
export interface DenseGroup {
  readonly members: readonly number[];
  /** z of the share of the stage among the surroundings of its most striking member, and the natural logarithm of its probability. */
  readonly statistic: number;
  readonly logProbability: number;
}

export const SCAN_LEVEL = 0.02;
/** Balls of so many nearest, by the least size. */
const BALLS = [2, 4, 8, 16];
/** A ball is held against so many times as many nearest: where a whole field grew, its parts are not news. */
const RING = 8;
/** Once one paper of a group is beyond doubt, others as striking as this belong to it (chosen on other fields than those reported). */
const LN_MEMBER = -7;

/**
 * Where does a stage have more than before, whatever it lies near? A scan (after Kulldorff 1997) with nearest neighbours
 * as windows: around each sample of the stage the share of the stage among the k nearest is held against its share over
 * all and against that in a ball eight times as full, by the hypergeometric tail, for four sizes. The level is divided by
 * the number of samples and sizes (Bonferroni), so that it holds for the stage as a whole whenever the stage is drawn
 * from the same as what came before. Ours; docs/decisions/0732.
 *
 * @param now unit rows of the stage @param before unit rows of the stages before
 */
export function denseGroups(now: Rows, before: Rows, { leastSize, level = SCAN_LEVEL }: ScanRules): DenseGroup[] {
  if (now.count < leastSize || before.count === 0) return [];
  const balls = BALLS.map((times) => times * leastSize).filter((size) => size < now.count + before.count);
  if (balls.length === 0) return [];
  const found = surroundings(now, before, balls);
  const least = Math.log(level / (now.count * balls.length));
  const core = [...found.keys()].filter((i) => found[i].logProbability < Math.max(least, LN_MEMBER));
  return linked(now, core, found)
    .map((members) => {
      const first = members.reduce((best, i) => (found[i].logProbability < found[best].logProbability ? i : best));
      return { members, statistic: found[first].statistic, logProbability: found[first].logProbability };
    })
    .filter(({ members, logProbability }) => members.length >= leastSize && logProbability < least)
    .toSorted((a, b) => b.members.length - a.members.length || a.members[0] - b.members[0]);
}

interface Surroundings {
  logProbability: number;
  statistic: number;
  /** The cosine of the last of the nearest, two least sizes of them. */
  reach: number;
}

/** Of each sample of the stage its most striking ball. */
function surroundings(now: Rows, before: Rows, balls: readonly number[]): Surroundings[] {
  const everyone = joinedRows(now, before);
  const others = everyone.count - 1;
  const products = productsWith(everyone);
  const keys = new Uint32Array(others);
  const most = Math.min(others, RING * balls[balls.length - 1]);
  const shares = new Uint32Array(most + 1);
  const found: Surroundings[] = [];
  for (let from = 0; from < now.count; from += FAST_BLOCK) {
    const to = Math.min(now.count, from + FAST_BLOCK);
    const part = products(now, from, to);
    for (let i = from; i < to; i++) {
      const row = part.subarray((i - from) * everyone.count, (i - from + 1) * everyone.count);
      for (let j = 0, at = 0; j < everyone.count; j++) if (j !== i) keys[at++] = keyOf(row[j], j >= now.count);
      const near = largest(keys, most);
      // The nearest are last. shares[k]: samples of the stage among the k nearest.
      for (let k = 1; k <= most; k++) shares[k] = shares[k - 1] + 1 - (near[near.length - k] & 1);
      const reach = cosineOf(near[near.length - balls[0]]);
      found.push({ ...mostStriking(shares, balls, now.count - 1, others), reach });
    }
  }
  return found;
}

/** The `count` largest, and some more, sorted: a sample says about where they begin, and the rest need no sorting. */
function largest(keys: Uint32Array, count: number): Uint32Array {
  const sample = new Uint32Array(Math.floor(keys.length / SAMPLED));
  for (let s = 0; s < sample.length; s++) sample[s] = keys[s * SAMPLED];
  const place = sample.length - 1 - Math.ceil((1.3 * count) / SAMPLED) - 8;
  if (place <= 0) return keys.slice().sort();
  const from = sample.sort()[place];
  const some = new Uint32Array(keys.length);
  let kept = 0;
  for (let i = 0; i < keys.length; i++) if (keys[i] >= from) some[kept++] = keys[i];
  return kept >= count ? some.subarray(0, kept).sort() : keys.slice().sort();
}

const SAMPLED = 16;

function mostStriking(shares: Uint32Array, balls: readonly number[], ofStage: number, others: number) {
  let [logProbability, statistic] = [0, 0];
  for (const size of balls) {
    const wide = Math.min(others, RING * size);
    // The surroundings or everything, whichever makes it less of a surprise.
    const all = { hits: shares[size], drawn: size, marked: ofStage, of: others };
    const near = { ...all, marked: shares[wide], of: wide };
    const doubted = Math.max(tail(all), tail(near));
    if (doubted >= logProbability) continue;
    logProbability = doubted;
    statistic = Math.min(zOf(all), zOf(near));
  }
  return { logProbability, statistic };
}

interface Draw {
  hits: number;
  drawn: number;
  marked: number;
  of: number;
}

/** 0 where there is no more than expected: most balls need no sum. */
function tail({ hits, drawn, marked, of }: Draw): number {
  return hits * of <= drawn * marked || drawn >= of ? 0 : logTail(hits, drawn, marked, of);
}

function zOf({ hits, drawn, marked, of }: Draw): number {
  const share = marked / of;
  const variance = (drawn * share * (1 - share) * (of - drawn)) / Math.max(1, of - 1);
  return variance > 0 ? (hits - drawn * share) / Math.sqrt(variance) : 0;
}

/** A cosine and whether the sample is of before, as one whole number that sorts by the cosine; of equals, those of before are nearer. */
function keyOf(cosine: number, isBefore: boolean): number {
  const above = cosine < 1 ? (cosine > -1 ? cosine + 1 : 0) : 2;
  return 2 * Math.floor(above * SCALE) + (isBefore ? 1 : 0);
}

function cosineOf(key: number): number {
  return (key >>> 1) / SCALE - 1;
}

const SCALE = 2 ** 30 - 1;

/** Core samples that are among each other's nearest, and those that these are among, and so on. */
function linked(now: Rows, core: readonly number[], found: readonly Surroundings[]): number[][] {
  const { data, width } = now;
  const parent = core.map((_, c) => c);
  const rootOf = (c: number): number => {
    let at = c;
    while (parent[at] !== at) at = parent[at];
    return at;
  };
  for (const [a, i] of core.entries())
    for (let b = 0; b < a; b++) {
      const j = core[b];
      let cosine = 0;
      for (let d = 0; d < width; d++) cosine += data[i * width + d] * data[j * width + d];
      if (cosine >= Math.min(found[i].reach, found[j].reach) - ROUNDING) parent[rootOf(a)] = rootOf(b);
    }
  return [...Map.groupBy(core.keys(), rootOf).values()].map((group) => group.map((c) => core[c]));
}

const ROUNDING = 1e-5;
