import type { Rng } from '@broadsheet/engine/stats';
import { type Rows, rowOf, rows, unitRows } from '../happy/rows.ts';
import { productsOf } from './products.ts';

export interface Grouping {
  /** Unit rows [k, d]. */
  readonly centres: Rows;
  readonly labels: Int32Array;
  /** Sum of cosines to the own centre. */
  readonly closeness: number;
}

/**
 * k-means of unit vectors by cosine (Dhillon & Modha 2001), k-means++ starts, the best of some restarts. Four centres
 * are taken at a time: three times as fast as distances one by one, which is what lets a stage fit into its minute.
 * @param points unit rows
 */
export function sphericalKMeans(
  points: Rows,
  k: number,
  rng: Rng,
  { restarts = 3, iterations = 30 }: { restarts?: number; iterations?: number } = {},
): Grouping {
  if (!Number.isInteger(k) || k < 1 || k > points.count)
    throw new RangeError(`sphericalKMeans: ${k} clusters of ${points.count} points; ask for 1 to ${points.count}.`);
  let best: Grouping | undefined;
  for (let restart = 0; restart < restarts; restart++) {
    const found = settle(points, starts(points, k, rng), iterations);
    if (!best || found.closeness > best.closeness) best = found;
  }
  return best as Grouping;
}

/** Of a few points drawn as k-means++ draws, the one that leaves the rest nearest: one draw alone often splits a cluster. */
function starts(points: Rows, k: number, rng: Rng): Rows {
  const centres = rows(k, points.width);
  const trials = 2 + Math.floor(Math.log(k)); // as scikit-learn
  let apart: Float64Array = new Float64Array(points.count).fill(2);
  for (let c = 0; c < k; c++) {
    let best: { apart: Float64Array; sum: number; chosen: number } | undefined;
    for (let trial = 0; trial < (c === 0 ? 1 : trials); trial++) {
      const chosen = c === 0 ? rng.integer(0, points.count) : drawn(apart, rng);
      const then = apartFrom(points, rowOf(points, chosen), apart);
      const sum = then.reduce((total, value) => total + value, 0);
      if (!best || sum < best.sum) best = { apart: then, sum, chosen };
    }
    if (!best) break;
    apart = best.apart;
    rowOf(centres, c).set(rowOf(points, best.chosen));
  }
  return centres;
}

/** 1 − cosine to the nearest centre, were this one too. */
function apartFrom(points: Rows, centre: Float64Array, apart: Float64Array): Float64Array {
  let at = 0;
  return apart.map((before) => {
    let cosine = 0;
    for (let d = 0; d < centre.length; d++) cosine += points.data[at++] * centre[d];
    return Math.min(before, Math.max(0, 1 - cosine));
  });
}

/** An index with probability proportional to its weight; any where all are 0 (identical points). */
function drawn(weights: Float64Array, rng: Rng): number {
  let left = rng.uniform() * weights.reduce((sum, weight) => sum + weight, 0);
  for (let i = 0; i < weights.length; i++) {
    left -= weights[i];
    if (left < 0) return i;
  }
  return rng.integer(0, weights.length);
}

function settle(points: Rows, start: Rows, iterations: number): Grouping {
  let centres = start;
  const labels = new Int32Array(points.count).fill(-1);
  for (let iteration = 0; ; iteration++) {
    const { moved, closeness } = assign(points, centres, labels);
    if (moved === 0 || iteration === iterations) return { centres, labels, closeness };
    centres = recentred(points, centres, labels);
  }
}

/** The nearest centre of each point, the first of equals. */
function assign(points: Rows, centres: Rows, labels: Int32Array): { moved: number; closeness: number } {
  const products = new Float64Array(centres.count);
  let [moved, closeness] = [0, 0];
  for (let i = 0; i < points.count; i++) {
    productsOf(points, i, centres, products);
    let [best, most] = [0, Number.NEGATIVE_INFINITY];
    for (let j = 0; j < products.length; j++) if (products[j] > most) [best, most] = [j, products[j]];
    if (labels[i] !== best) moved++;
    labels[i] = best;
    closeness += most;
  }
  return { moved, closeness };
}

/** Every centre at the direction of its members' sum; one without members stays. */
function recentred(points: Rows, before: Rows, labels: Int32Array): Rows {
  const sums = rows(before.count, before.width);
  const members = new Int32Array(before.count);
  for (let i = 0; i < points.count; i++) {
    const sum = rowOf(sums, labels[i]);
    const point = rowOf(points, i);
    for (let d = 0; d < sum.length; d++) sum[d] += point[d];
    members[labels[i]]++;
  }
  for (let c = 0; c < before.count; c++) if (members[c] === 0) rowOf(sums, c).set(rowOf(before, c));
  return unitRows(sums);
}
