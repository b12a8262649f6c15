import type { Rng } from '@broadsheet/engine/stats';
import { dot, type Rows, rowOf, rows, unitRows } from './rows.ts';

/** What is kept of old classes: one unit vector each, and one scale of noise. No sample is. */
export interface Prototypes {
  /** float64 [K, d], unit rows; row c belongs to class c at every stage. */
  readonly means: Rows;
  /** r of §2.3: r√d is the RMS distance of a feature from its class mean. */
  readonly radius: number;
}

/** §2.3, after stage 0: μ_c from labelled features, r² = mean over classes of trace(Cov_c)/d about the mean itself. */
export function prototypesOf(features: Rows, labels: ArrayLike<number>, classes: number): Prototypes {
  const unit = unitRows(features);
  const { means, counts } = meansOf(unit, labels, classes);
  for (let c = 0; c < classes; c++)
    if (counts[c] === 0) throw new RangeError(`prototypesOf: class ${c} of ${classes} has no sample.`);
  const spread = new Float64Array(classes);
  for (let i = 0; i < unit.count; i++) {
    const [x, mean] = [rowOf(unit, i), rowOf(means, labels[i])];
    for (let k = 0; k < unit.width; k++) spread[labels[i]] += (x[k] - mean[k]) ** 2;
  }
  let sum = 0;
  for (let c = 0; c < classes; c++) sum += spread[c] / counts[c] / unit.width;
  return { means: unitRows(means), radius: Math.sqrt(sum / classes) };
}

/**
 * §2.4.6, after a continual stage: a prototype for every new head from the samples that it won; where it won none, the
 * head's own direction. Old prototypes and the radius stay as they were.
 */
export function appendPrototypes(
  { means: old, radius }: Prototypes,
  features: Rows,
  predicted: ArrayLike<number>,
  heads: Rows,
): Prototypes {
  const { means, counts } = meansOf(unitRows(features), predicted, heads.count);
  const all = rows(heads.count, heads.width);
  all.data.set(old.data);
  const [won, directions] = [unitRows(means), unitRows(heads)];
  for (let c = old.count; c < heads.count; c++) rowOf(all, c).set(rowOf(counts[c] > 0 ? won : directions, c));
  return { means: all, radius };
}

/** §2.5(e): h_i, the mean cosine of a prototype to the others; the nearer the others, the harder the class. */
export function hardnessOf({ means }: Prototypes): Float64Array {
  const count = means.count;
  return Float64Array.from({ length: count }, (_, i) => {
    if (count === 1) return 0;
    let sum = 0;
    for (let j = 0; j < count; j++) if (j !== i) sum += dot(rowOf(means, i), rowOf(means, j));
    return sum / (count - 1);
  });
}

/** P(i) = softmax(h_i/τ_h). τ_h = 0.1 in main text and code (appendix B says 1); Infinity draws evenly. */
export function samplingOf(hardness: ArrayLike<number>, tauH = 0.1): Float64Array {
  const most = Math.max(...Array.from(hardness));
  const weights = Float64Array.from(hardness, (h) => Math.exp((h - most) / tauH));
  const total = weights.reduce((sum, w) => sum + w, 0);
  return weights.map((w) => w / total);
}

/** Draws labels from P and features μ_c + r·ε beside them: `count` rows written into `into` from row `at` on. */
export function drawPrototypes(
  { means, radius }: Prototypes,
  probability: Float64Array,
  rng: Rng,
  count: number,
  into: Float32Array,
  at = 0,
): Int32Array {
  const width = means.width;
  const labels = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    labels[i] = drawOne(probability, rng.uniform());
    const mean = rowOf(means, labels[i]);
    const from = (at + i) * width;
    for (let k = 0; k < width; k++) into[from + k] = mean[k] + rng.normal(0, radius);
  }
  return labels;
}

function drawOne(probability: Float64Array, u: number): number {
  let sum = 0;
  for (let c = 0; c < probability.length; c++) {
    sum += probability[c];
    if (u < sum) return c;
  }
  return probability.length - 1; // rounding left a little above the last sum
}

function meansOf(unit: Rows, labels: ArrayLike<number>, classes: number): { means: Rows; counts: Int32Array } {
  const means = rows(classes, unit.width);
  const counts = new Int32Array(classes);
  for (let i = 0; i < unit.count; i++) {
    const [mean, x] = [rowOf(means, labels[i]), rowOf(unit, i)];
    for (let k = 0; k < unit.width; k++) mean[k] += x[k];
    counts[labels[i]]++;
  }
  for (let c = 0; c < classes; c++)
    if (counts[c] > 0) for (let k = 0; k < unit.width; k++) rowOf(means, c)[k] /= counts[c];
  return { means, counts };
}
