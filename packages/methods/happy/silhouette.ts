import type { Rng } from '@broadsheet/engine/stats';
import { kMeans } from './k-means.ts';
import { type Rows, rowOf, squaredDistance } from './rows.ts';

/**
 * Mean silhouette, Euclidean (Rousseeuw 1987): (b − a)/max(a, b), a the mean distance to the own cluster's others, b the
 * smallest mean distance to another cluster; a point alone in its cluster counts 0.
 */
export function silhouette(points: Rows, labels: ArrayLike<number>): number {
  return silhouetteFrom(distancesOf(points), points.count, labels);
}

export interface EstimateOptions {
  /** Candidates: from `least` to `most` new classes. */
  readonly least?: number;
  readonly most: number;
  readonly restarts?: number;
}

/**
 * §2.8: the number of new classes under which the stage's features cluster best. The paper's range and distance are not
 * published; here k-means with old + candidate clusters, Euclidean silhouette, the smallest candidate on a tie.
 */
export function estimateNewClasses(
  points: Rows,
  oldClasses: number,
  rng: Rng,
  { least = 1, most, restarts = 3 }: EstimateOptions,
): { fresh: number; scores: readonly { fresh: number; score: number }[] } {
  const distances = distancesOf(points); // once: every candidate needs the same
  const scores = [];
  for (let fresh = least; fresh <= most && oldClasses + fresh <= points.count; fresh++) {
    const { labels } = kMeans(points, oldClasses + fresh, rng, { restarts });
    scores.push({ fresh, score: silhouetteFrom(distances, points.count, labels) });
  }
  const best = scores.reduce((a, b) => (b.score > a.score ? b : a), { fresh: least, score: Number.NEGATIVE_INFINITY });
  return { fresh: best.fresh, scores };
}

function distancesOf(points: Rows): Float64Array {
  const { count } = points;
  const out = new Float64Array(count * count); // 32 MB for 2,000 points: draw a sample of more
  for (let i = 0; i < count; i++)
    for (let j = i + 1; j < count; j++) {
      const distance = Math.sqrt(squaredDistance(rowOf(points, i), rowOf(points, j)));
      out[i * count + j] = distance;
      out[j * count + i] = distance;
    }
  return out;
}

function silhouetteFrom(distances: ArrayLike<number>, count: number, labels: ArrayLike<number>): number {
  const clusters = Math.max(...Array.from(labels)) + 1;
  const sizes = new Int32Array(clusters);
  for (let i = 0; i < count; i++) sizes[labels[i]]++;
  const sums = new Float64Array(clusters);
  let total = 0;
  for (let i = 0; i < count; i++) {
    const own = labels[i];
    if (sizes[own] === 1) continue;
    sums.fill(0);
    for (let j = 0; j < count; j++) sums[labels[j]] += distances[i * count + j];
    const a = sums[own] / (sizes[own] - 1);
    let b = Number.POSITIVE_INFINITY;
    for (let c = 0; c < clusters; c++) if (c !== own && sizes[c] > 0) b = Math.min(b, sums[c] / sizes[c]);
    if (b !== Number.POSITIVE_INFINITY && Math.max(a, b) > 0) total += (b - a) / Math.max(a, b);
  }
  return total / count;
}
