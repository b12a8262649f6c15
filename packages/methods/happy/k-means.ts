import type { Rng } from '@broadsheet/engine/stats';
import { type Rows, rowOf, rows, squaredDistance } from './rows.ts';

export interface Clustering {
  readonly centres: Rows;
  readonly labels: Int32Array;
  /** Sum of squared distances to the own centre. */
  readonly inertia: number;
}

export interface KMeansOptions {
  readonly restarts?: number;
  readonly iterations?: number;
  /**
   * Points whose cluster is known: they start clusters 0 … classes − 1 and stay in them (Vaze et al. 2022's
   * semi-supervised k-means). Prototypes may stand for them.
   */
  readonly known?: { readonly points: Rows; readonly labels: ArrayLike<number>; readonly classes: number };
}

const STOP = 1e-4; // (sum of centre shifts)², as in the GCD code

/** k-means with k-means++ starts (Arthur & Vassilvitskii 2007), the best of some restarts by inertia. */
export function kMeans(points: Rows, k: number, rng: Rng, options: KMeansOptions = {}): Clustering {
  const { restarts = 10, iterations = 100, known } = options;
  const total = points.count + (known?.points.count ?? 0);
  if (!Number.isInteger(k) || k < 1 || k > total)
    throw new RangeError(`kMeans: ${k} clusters of ${total} points; ask for 1 to ${total}.`);
  let best: Clustering | undefined;
  for (let restart = 0; restart < restarts; restart++) {
    const found = settle(points, starts(points, k, rng, known), iterations, known);
    if (!best || found.inertia < best.inertia) best = found;
  }
  return best as Clustering;
}

function starts(points: Rows, k: number, rng: Rng, known: KMeansOptions['known']): Rows {
  const centres = rows(k, points.width);
  const nearest = new Float64Array(points.count).fill(Number.POSITIVE_INFINITY);
  const note = (c: number) => {
    for (let i = 0; i < points.count; i++)
      nearest[i] = Math.min(nearest[i], squaredDistance(rowOf(points, i), rowOf(centres, c)));
  };
  let set = 0;
  if (known) {
    moveTo(centres, known.points, known.labels, known.classes);
    for (; set < Math.min(k, known.classes); set++) note(set);
  }
  for (; set < k; set++) {
    rowOf(centres, set).set(rowOf(points, set === 0 ? rng.integer(0, points.count) : drawByWeight(nearest, rng)));
    note(set);
  }
  return centres;
}

/** An index with probability proportional to its weight; any where all are 0 (identical points). */
function drawByWeight(weights: Float64Array, rng: Rng): number {
  let left = rng.uniform() * weights.reduce((sum, w) => sum + w, 0);
  for (let i = 0; i < weights.length; i++) {
    left -= weights[i];
    if (left < 0) return i;
  }
  return rng.integer(0, weights.length);
}

function settle(points: Rows, centres: Rows, iterations: number, known: KMeansOptions['known']): Clustering {
  const labels = new Int32Array(points.count);
  let inertia = assign(points, centres, labels);
  for (let iteration = 0; iteration < iterations; iteration++) {
    const moved = recentre(points, centres, labels, known);
    inertia = assign(points, centres, labels);
    if (moved * moved < STOP) break;
  }
  return { centres, labels, inertia };
}

function assign(points: Rows, centres: Rows, labels: Int32Array): number {
  let inertia = 0;
  for (let i = 0; i < points.count; i++) {
    const point = rowOf(points, i);
    let least = Number.POSITIVE_INFINITY;
    for (let c = 0; c < centres.count; c++) {
      const distance = squaredDistance(point, rowOf(centres, c));
      if (distance < least) {
        least = distance;
        labels[i] = c;
      }
    }
    inertia += least;
  }
  return inertia;
}

/** Moves every centre to the mean of its members; one without members stays. Returns the sum of the shifts. */
function recentre(points: Rows, centres: Rows, labels: Int32Array, known: KMeansOptions['known']): number {
  const before = rows(centres.count, centres.width, centres.data);
  const counts = new Float64Array(centres.count);
  centres.data.fill(0);
  add(centres, counts, points, labels);
  if (known) add(centres, counts, known.points, known.labels);
  let moved = 0;
  for (let c = 0; c < centres.count; c++) {
    const centre = rowOf(centres, c);
    if (counts[c] === 0) centre.set(rowOf(before, c));
    else for (let k = 0; k < centre.length; k++) centre[k] /= counts[c];
    moved += Math.sqrt(squaredDistance(centre, rowOf(before, c)));
  }
  return moved;
}

function moveTo(centres: Rows, points: Rows, labels: ArrayLike<number>, classes: number): void {
  const counts = new Float64Array(classes);
  add(centres, counts, points, labels);
  for (let c = 0; c < Math.min(classes, centres.count); c++)
    for (let k = 0; k < centres.width; k++) rowOf(centres, c)[k] /= Math.max(1, counts[c]);
}

function add(centres: Rows, counts: Float64Array, points: Rows, labels: ArrayLike<number>): void {
  for (let i = 0; i < points.count; i++) {
    const [centre, point] = [rowOf(centres, labels[i]), rowOf(points, i)];
    for (let k = 0; k < point.length; k++) centre[k] += point[k];
    counts[labels[i]]++;
  }
}
