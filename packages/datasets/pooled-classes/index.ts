import type { Rng } from '@broadsheet/engine/stats';
import type { ClassSource } from '../class-stages/index.ts';

/** Vectors that were there before: of papers, say. `views` vectors of `width` a sample, and its class. */
export interface Pool {
  readonly data: ArrayLike<number>;
  readonly labels: ArrayLike<number>;
  readonly width: number;
  readonly views: number;
}

export interface PooledPlan {
  /** The pool's classes in their order of arrival. */
  readonly order: readonly number[];
  /** How many of them the mean is of that is taken off. */
  readonly initialClasses: number;
  /** Samples of each class that are never trained on. */
  readonly perTest: number;
}

/**
 * Classes of a pool as sources of stages: one to learn from, one to be tested on, which share no sample. Of either
 * nothing is drawn twice until it is used up; then it begins anew. The mean of what is learnt of the initial classes is
 * taken off every vector, for good: embeddings of texts share a large direction, which would press all cosines together.
 * @throws {RangeError} for a class without a sample left to learn from
 */
export function pooledClasses(
  pool: Pool,
  { order, initialClasses, perTest }: PooledPlan,
  rng: Rng,
): { training: ClassSource; testing: ClassSource } {
  const { labels, width, views } = pool;
  const members = order.map(() => [] as number[]);
  const places = new Map(order.map((label, place) => [label, place]));
  for (let i = 0; i < labels.length; i++) members[places.get(labels[i]) ?? -1]?.push(i);
  members.forEach((found, place) => {
    if (found.length <= perTest)
      throw new RangeError(
        `pooledClasses: class ${order[place]} has ${found.length} samples in the pool, which leaves none to learn from after ${perTest} for testing.`,
      );
    rng.split('order', place).shuffle(found);
  });
  const trained = members.map((found) => found.slice(perTest));
  const mean = meanOf(pool, trained.slice(0, initialClasses).flat());
  return {
    training: { width, views, draw: inTurn(trained, (sample, into) => write(pool, mean, sample, views, into)) },
    testing: {
      width,
      views: 1,
      draw: inTurn(
        members.map((found) => found.slice(0, perTest)),
        (sample, into) => write(pool, mean, sample, 1, into),
      ),
    },
  };
}

function inTurn(members: readonly number[][], put: (sample: number, into: Float32Array) => void): ClassSource['draw'] {
  const next = new Int32Array(members.length);
  return (label, _, into) => put(members[label][next[label]++ % members[label].length], into);
}

/** The first `views` views of a sample, without the mean, each of length one. */
function write(
  { data, width, views: stored }: Pool,
  mean: Float64Array,
  sample: number,
  views: number,
  into: Float32Array,
) {
  for (let view = 0; view < views; view++) {
    const [from, to] = [(sample * stored + view) * width, view * width];
    let squares = 0;
    for (let k = 0; k < width; k++) {
      into[to + k] = data[from + k] - mean[k];
      squares += into[to + k] ** 2;
    }
    for (let k = 0; k < width; k++) into[to + k] /= Math.sqrt(squares) || 1;
  }
}

function meanOf({ data, width, views }: Pool, samples: readonly number[]): Float64Array {
  const sum = new Float64Array(width);
  for (const sample of samples) for (let k = 0; k < width; k++) sum[k] += data[sample * views * width + k];
  return sum.map((value) => value / Math.max(1, samples.length));
}
