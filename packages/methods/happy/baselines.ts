import type { Rng } from '@broadsheet/engine/stats';
import { kMeans } from './k-means.ts';
import type { Model } from './model.ts';
import { HAPPY, type StageWeights } from './objectives.ts';
import { type Rows, rowOf, rows, unitRows } from './rows.ts';

const NONE: StageWeights = {
  self: 0,
  between: 0,
  withinOld: 0,
  withinNew: 0,
  contrast: 0,
  replay: 0,
  distil: 0,
  ungrouped: 0,
  lwf: 0,
};
const ENTROPY = { between: 1, withinOld: 1, withinNew: 1 };

/** A way to go through a continual stage: which terms train it and where its new heads start. */
export interface Recipe {
  readonly weights: StageWeights;
  readonly heads: 'clusters' | 'reclustered' | 'random';
}

/** The paper's ablation: a has neither entropy, initialisation, replay nor distillation; g has all. */
export const ABLATION = {
  a: { weights: { ...NONE, self: 1, contrast: 1 }, heads: 'random' },
  b: { weights: { ...NONE, self: 1, contrast: 1, ...ENTROPY }, heads: 'random' },
  c: { weights: { ...NONE, self: 1, contrast: 1 }, heads: 'clusters' },
  d: { weights: { ...NONE, self: 1, contrast: 1, ...ENTROPY }, heads: 'clusters' },
  e: { weights: { ...NONE, self: 1, contrast: 1, replay: 1, distil: 1 }, heads: 'random' },
  f: { weights: { ...HAPPY, distil: 0 }, heads: 'clusters' },
  g: { weights: HAPPY, heads: 'clusters' },
} as const satisfies Record<string, Recipe>;

const UNGROUPED = 2; // SimGCD's default; its CIFAR-100 script has 4

/** Wen et al. 2023 (arXiv 2211.11727), continual; with LwF as the paper's "SimGCD+"; and contrast alone, for GCD. */
export const BASELINES = {
  simgcd: { weights: { ...NONE, self: 1, contrast: 1, ungrouped: UNGROUPED }, heads: 'random' },
  'simgcd+': { weights: { ...NONE, self: 1, contrast: 1, ungrouped: UNGROUPED, lwf: 1 }, heads: 'random' },
  gcd: { weights: { ...NONE, contrast: 1 }, heads: 'random' },
} as const satisfies Record<string, Recipe>;

/**
 * Labels in the manner of Vaze et al. 2022 (arXiv 2201.02609), without rehearsal (ours): semi-supervised k-means in
 * which the stored prototypes stand for the labelled samples of the first `classes` classes.
 */
export function semiSupervisedLabels(
  features: Rows,
  prototypes: Rows,
  clusters: number,
  rng: Rng,
  restarts = 10,
): { labels: Int32Array; centres: Rows } {
  const labels = Int32Array.from({ length: prototypes.count }, (_, c) => c);
  const known = { points: prototypes, labels, classes: prototypes.count };
  const found = kMeans(unitRows(features), clusters, rng, { restarts, iterations: 10, known });
  return { labels: found.labels, centres: unitRows(found.centres) };
}

/** The model whose new heads and prototypes are these centres: what the GCD baseline carries to the next stage. */
export function withCentres(model: Model, centres: Rows): Model {
  const old = model.prototypes.means.count;
  const means = rows(centres.count, centres.width, centres.data);
  for (let c = 0; c < Math.min(old, centres.count); c++) rowOf(means, c).set(rowOf(model.prototypes.means, c));
  return { ...model, heads: centres, prototypes: { means, radius: model.prototypes.radius } };
}
