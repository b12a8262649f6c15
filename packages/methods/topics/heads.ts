import type { Rng } from '@broadsheet/engine/stats';
import { drawPrototypes, type Prototypes, samplingOf } from '../happy/prototypes.ts';
import { dot, type Rows, rowOf, rows, unitRows } from '../happy/rows.ts';
import { cosineRate } from '../happy/schedules.ts';
import { type FastProducts, productsWith } from '../new-classes/index.ts';
import {
  type Gradient,
  groupEntropyGradient,
  replayGradient,
  selfDistillationGradient,
  softmax,
  TAU_P,
} from './head-gradients.ts';
import { cosines } from './products.ts';

export interface HeadSchedule {
  readonly epochs: number;
  readonly rate: number;
  readonly batch: number;
  /** Share of entries left out of each view. */
  readonly thinning: number;
}

/** As the experiment of the paper trains continual stages, but shorter: heads start at clusters and move little. */
export const HEAD_SCHEDULE: HeadSchedule = { epochs: 15, rate: 0.01, batch: 64, thinning: 0.2 };
const MOMENTUM = 0.9;
const WEIGHT_DECAY = 5e-5;
const TAU_H = 0.1; // main text of the paper

export interface TrainedHeads {
  /** Unit rows of the new heads alone. */
  readonly heads: Rows;
  /** Mean loss of the first and the last epoch. */
  readonly loss: { readonly before: number; readonly after: number };
}

/**
 * A stage of Happy on a frozen encoder, in which only the new heads learn: self-distillation, grouped entropy and
 * hardness-aware replay (Ma et al. 2024, §2.5 a, b, e), no contrast and no distillation, which concern the encoder. Old heads
 * stay where they are, so that a paper's topic does not depend on what came later. By hand in float64: the same input
 * gives the same heads on every machine, and no training runtime is needed. docs/decisions/0730.
 *
 * @param old unit heads of the topics there are @param fresh unit heads to start from
 * @param pool unit features of the stage: candidates and as many papers of old topics
 */
export function trainNewHeads(
  old: Rows,
  fresh: Rows,
  pool: Rows,
  prototypes: Prototypes,
  rng: Rng,
  schedule: HeadSchedule = HEAD_SCHEDULE,
): TrainedHeads {
  const { width } = old;
  const v = rows(fresh.count, width, fresh.data);
  const velocity = rows(fresh.count, width);
  const batch = Math.min(schedule.batch, pool.count);
  const [x, replay] = [rows(2 * batch, width), rows(2 * batch, width)];
  const sampling = samplingOf(hardness(prototypes.means), TAU_H);
  const [order, views, draws] = [rng.split('order'), rng.split('views'), rng.split('replay')];
  const drawn = new Float32Array(2 * batch * width);
  const toOld = productsWith(old);
  const classes = old.count + fresh.count;
  const loss = { before: 0, after: 0 };
  for (let epoch = 0; epoch < schedule.epochs; epoch++) {
    const rate = cosineRate(schedule.rate, epoch, schedule.epochs);
    const turn = order.permutation(pool.count);
    const steps = Math.floor(pool.count / batch);
    let sum = 0;
    for (let step = 0; step < steps; step++) {
      for (let i = 0; i < batch; i++)
        for (const row of [i, i + batch])
          thin(rowOf(pool, turn[step * batch + i]), rowOf(x, row), views, schedule.thinning);
      const labels = drawPrototypes(prototypes, sampling, draws, 2 * batch, drawn);
      replay.data.set(drawn);
      const heads = unitRows(v);
      const ofData = logitsOf(x, toOld, heads);
      const p = softmax(ofData, classes, TAU_P);
      const past = unitRows(replay);
      const parts = [
        { inputs: x, ...selfDistillationGradient(ofData, classes, undefined, p) },
        { inputs: x, ...groupEntropyGradient(ofData, classes, old.count, p) },
        { inputs: past, ...replayGradient(logitsOf(past, toOld, heads), classes, labels) },
      ];
      sum += parts.reduce((total, part) => total + part.loss, 0);
      descend(v, velocity, headGradient(v, old.count, parts), rate);
    }
    if (epoch === 0) loss.before = sum / steps;
    if (epoch === schedule.epochs - 1) loss.after = sum / steps;
  }
  return { heads: unitRows(v), loss };
}

/** Cosines with all heads: old ones, which are many and stay, to float32; new ones exactly. */
function logitsOf(x: Rows, toOld: FastProducts, fresh: Rows): Float64Array {
  const [old, own] = [toOld(x), cosines(x, fresh)];
  const known = old.length / x.count;
  const out = new Float64Array(old.length + own.length);
  for (let i = 0; i < x.count; i++) {
    const at = i * (known + fresh.count);
    out.set(old.subarray(i * known, (i + 1) * known), at);
    out.set(own.subarray(i * fresh.count, (i + 1) * fresh.count), at + known);
  }
  return out;
}

/** ∂L/∂v of new heads through weight norm: (I − ŵŵᵀ)·∂L/∂ŵ/‖v‖. */
export function headGradient(v: Rows, oldCount: number, parts: readonly (Gradient & { inputs: Rows })[]): Rows {
  const out = rows(v.count, v.width);
  const classes = oldCount + v.count;
  for (const { inputs, gradient } of parts)
    for (let i = 0; i < inputs.count; i++) {
      const z = rowOf(inputs, i);
      for (let c = 0; c < v.count; c++) {
        const g = gradient[i * classes + oldCount + c];
        if (g === 0) continue;
        const into = rowOf(out, c);
        for (let d = 0; d < z.length; d++) into[d] += g * z[d];
      }
    }
  for (let c = 0; c < v.count; c++) {
    const [into, head] = [rowOf(out, c), rowOf(v, c)];
    let [square, along] = [0, 0];
    for (let d = 0; d < head.length; d++) {
      square += head[d] * head[d];
      along += head[d] * into[d];
    }
    const norm = Math.sqrt(square);
    for (let d = 0; d < head.length; d++) into[d] = (into[d] - (along / square) * head[d]) / norm;
  }
  return out;
}

/** §2.5(e) h_i, the mean cosine to the others, from the sum of all: K·d steps and not K²·d. */
export function hardness(means: Rows): Float64Array {
  const sum = new Float64Array(means.width);
  for (let c = 0; c < means.count; c++) for (let d = 0; d < sum.length; d++) sum[d] += rowOf(means, c)[d];
  return Float64Array.from({ length: means.count }, (_, c) => {
    const own = rowOf(means, c);
    return means.count > 1 ? (dot(own, sum) - dot(own, own)) / (means.count - 1) : 0;
  });
}

/** SGD with momentum as in §2.6: v ← 0.9v + g + wd·w; w ← w − lr·v. */
function descend(weights: Rows, velocity: Rows, gradient: Rows, rate: number): void {
  for (let i = 0; i < weights.data.length; i++) {
    velocity.data[i] = MOMENTUM * velocity.data[i] + gradient.data[i] + WEIGHT_DECAY * weights.data[i];
    weights.data[i] -= rate * velocity.data[i];
  }
}

/** A view of a sample: some entries left out, then length one again. */
function thin(sample: Float64Array, into: Float64Array, rng: Rng, share: number): void {
  const limit = share * 2 ** 32;
  let square = 0;
  for (let d = 0; d < sample.length; d++) {
    into[d] = rng.bits() < limit ? 0 : sample[d];
    square += into[d] * into[d];
  }
  const scale = 1 / (Math.sqrt(square) || 1);
  for (let d = 0; d < sample.length; d++) into[d] *= scale;
}
