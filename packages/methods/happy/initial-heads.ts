import type { Rng } from '@broadsheet/engine/stats';
import { kMeans } from './k-means.ts';
import { chosenRows, dot, type Rows, rowOf, unitRows } from './rows.ts';

export interface InitialHeadsOptions {
  readonly restarts?: number;
  /**
   * Ours, off as in the paper: k-means splits large new classes, so that several of the least similar centroids may lie
   * in one of them. Take more clusters, up to the largest gap in similarity, and cluster their members anew.
   */
  readonly recluster?: boolean;
}

/**
 * §2.4.3, clustering-guided initialisation: of K centroids of the stage's features, the `fresh` that are least like any
 * old head, the least similar first.
 * @param features of the whole stage, under the model before
 * @param oldHeads directions of the old heads (not the prototypes, as in the code)
 * @returns unit rows [fresh, d]
 */
export function initialHeads(
  features: Rows,
  oldHeads: Rows,
  fresh: number,
  rng: Rng,
  { restarts = 10, recluster = false }: InitialHeadsOptions = {},
): { heads: Rows; similarity: Float64Array } {
  const points = unitRows(features);
  const heads = unitRows(oldHeads);
  const { centres, labels } = kMeans(points, heads.count + fresh, rng, { restarts });
  const centroids = unitRows(centres);
  const similarity = nearestOf(centroids, heads);
  const order = Array.from(similarity.keys()).toSorted((a, b) => similarity[a] - similarity[b] || a - b);
  if (!recluster || fresh < 2) return chosen(centroids, similarity, order.slice(0, fresh));
  const taken = new Set(
    order.slice(
      0,
      largestGap(
        order.map((c) => similarity[c]),
        fresh,
      ),
    ),
  );
  const members = [...labels.keys()].filter((i) => taken.has(labels[i]));
  if (members.length < fresh) return chosen(centroids, similarity, order.slice(0, fresh));
  const again = unitRows(kMeans(chosenRows(points, members), fresh, rng, { restarts }).centres);
  const near = nearestOf(again, heads);
  return chosen(
    again,
    near,
    Array.from(near.keys()).toSorted((a, b) => near[a] - near[b] || a - b),
  );
}

function chosen(centroids: Rows, similarity: Float64Array, order: readonly number[]) {
  return { heads: chosenRows(centroids, order), similarity: Float64Array.from(order, (c) => similarity[c]) };
}

/** s_i: the largest cosine of each centroid with any old head. */
function nearestOf(centroids: Rows, heads: Rows): Float64Array {
  return Float64Array.from({ length: centroids.count }, (_, i) => {
    let most = -1;
    for (let j = 0; j < heads.count; j++) most = Math.max(most, dot(rowOf(centroids, i), rowOf(heads, j)));
    return most;
  });
}

/** How many of the sorted similarities come before the largest gap, between `fresh` and three times as many. */
function largestGap(sorted: readonly number[], fresh: number): number {
  let [best, widest] = [fresh, Number.NEGATIVE_INFINITY];
  for (let count = fresh; count <= Math.min(3 * fresh, sorted.length - 1); count++) {
    const gap = sorted[count] - sorted[count - 1];
    if (gap > widest) [best, widest] = [count, gap];
  }
  return best;
}
