import { quantile } from '@broadsheet/engine/stats';

import { dot, type Rows, rowOf } from '../happy/rows.ts'; // not its index: that loads the engine's tracer

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
