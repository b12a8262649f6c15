import type { Rng } from '@broadsheet/engine/stats';
import type { ClassSource } from '../class-stages/index.ts';

/** Vectors that were there before: of papers, say. `views` vectors of `width` a sample, and its class. */
export interface Pool {
  readonly data: Float32Array;
  readonly labels: ArrayLike<number>;
  readonly width: number;
  readonly views: number;
}

/**
 * Classes of a pool as a source of stages. Nothing is drawn twice until a class is used up; then it begins anew. The
 * mean of the initial classes is taken off every vector, for good: embeddings of texts share a large direction, which
 * would press all cosines together.
 * @param order the pool's classes in their order of arrival
 * @param initialClasses how many of them the mean is of
 */
export function pooledClasses(pool: Pool, order: readonly number[], initialClasses: number, rng: Rng): ClassSource {
  const { data, labels, width, views } = pool;
  const members = order.map(() => [] as number[]);
  const places = new Map(order.map((label, place) => [label, place]));
  for (let i = 0; i < labels.length; i++) members[places.get(labels[i]) ?? -1]?.push(i);
  members.forEach((found, place) => {
    if (found.length === 0) throw new RangeError(`pooledClasses: class ${order[place]} has no sample in the pool.`);
    rng.split('order', place).shuffle(found);
  });
  const mean = meanOf(pool, members.slice(0, initialClasses).flat());
  const next = new Int32Array(order.length);
  return {
    width,
    views,
    draw(label, _, into) {
      const sample = members[label][next[label]++ % members[label].length];
      for (let view = 0; view < views; view++) {
        const [from, to] = [(sample * views + view) * width, view * width];
        let squares = 0;
        for (let k = 0; k < width; k++) {
          into[to + k] = data[from + k] - mean[k];
          squares += into[to + k] ** 2;
        }
        for (let k = 0; k < width; k++) into[to + k] /= Math.sqrt(squares) || 1;
      }
    },
  };
}

function meanOf({ data, width, views }: Pool, samples: readonly number[]): Float64Array {
  const sum = new Float64Array(width);
  for (const sample of samples) for (let k = 0; k < width; k++) sum[k] += data[sample * views * width + k];
  return sum.map((value) => value / Math.max(1, samples.length));
}
