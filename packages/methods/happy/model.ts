import type { Tensor } from '@broadsheet/engine';
import { type Adapter, embed } from './network.ts';
import type { Prototypes } from './prototypes.ts';
import { dot, type Rows, rowOf } from './rows.ts';

/** A learner between two stages: everything that may be kept, and no sample. */
export interface Model {
  readonly adapter: Adapter<Tensor>;
  /** float64 [K, d], unit rows; row c is class c for good. */
  readonly heads: Rows;
  readonly prototypes: Prototypes;
}

export interface Prediction {
  readonly labels: Int32Array;
  readonly features: Rows;
}

/** The class of each row of x [n, d] by its nearest head. */
export function predict(model: Model, x: Float32Array): Prediction {
  const { heads } = model;
  const features = embed(model.adapter, x, heads.width);
  return { labels: nearestHeads(features, heads), features };
}

export function nearestHeads(features: Rows, heads: Rows): Int32Array {
  return Int32Array.from({ length: features.count }, (_, i) => {
    const z = rowOf(features, i);
    let [best, most] = [0, Number.NEGATIVE_INFINITY];
    for (let c = 0; c < heads.count; c++) {
      const cosine = dot(z, rowOf(heads, c));
      if (cosine > most) [best, most] = [c, cosine];
    }
    return best;
  });
}

/** Batch-marginal probability (softmax at τ_p) of old and new heads, over rows of features. */
export function groupMass(features: Rows, heads: Rows, oldClasses: number, tauP = 0.1): { old: number; fresh: number } {
  let old = 0;
  for (let i = 0; i < features.count; i++) {
    let [all, own] = [0, 0];
    for (let c = 0; c < heads.count; c++) {
      const weight = Math.exp((dot(rowOf(features, i), rowOf(heads, c)) - 1) / tauP);
      all += weight;
      if (c < oldClasses) own += weight;
    }
    old += own / all;
  }
  old /= features.count;
  return { old, fresh: 1 - old };
}
