import { classesAt, type StagePlan } from '@broadsheet/datasets/class-stages';
import { matmul, matrix, symmetricEigen, transpose } from '@broadsheet/engine/linalg';
import { type Accuracy, hardnessOf, type Model, type Prediction } from '@broadsheet/methods/happy';
import type { RunContext } from '../contract.ts';
import type { Arm } from './arms.ts';

/** The paper's own figures have the baselines and Happy; variants would hide them. */
const IN_FIGURES = ['g', 'simgcd', 'simgcd+', 'gcd', 'kmeans', 'init', 'a'];
const MAP_POINTS = 600;

export function drawStage(
  context: RunContext,
  { name, label }: Arm,
  seed: number,
  stage: number,
  found: Accuracy,
): void {
  if (!IN_FIGURES.includes(name)) return;
  for (const [figure, share] of [
    ['all', found.all],
    ['old', found.old],
    ['new', found.fresh],
  ] as const)
    if (share !== null) context.emit({ type: 'point', figure, series: label, x: stage, y: 100 * share, seed });
}

/** Accuracy of each initial class at the end, by how near its prototype is to the others. */
export function drawHardness(
  context: RunContext,
  { label }: Arm,
  seed: number,
  plan: StagePlan,
  { prototypes }: Model,
  found: Accuracy,
): void {
  const hardness = hardnessOf(prototypes);
  for (let c = 0; c < plan.initialClasses; c++)
    context.emit({
      type: 'point',
      figure: 'hardness',
      series: label,
      x: hardness[c],
      y: 100 * found.perClass[c],
      seed,
    });
}

/** Test features along their two widest directions, by the stage in which the predicted class was found. */
export function drawMap(context: RunContext, seed: number, plan: StagePlan, { labels, features }: Prediction): void {
  const { count, width, data } = features;
  const centred = matrix(count, width, data);
  for (let k = 0; k < width; k++) {
    let mean = 0;
    for (let i = 0; i < count; i++) mean += centred.data[i * width + k] / count;
    for (let i = 0; i < count; i++) centred.data[i * width + k] -= mean;
  }
  const { vectors, values } = symmetricEigen(matmul(transpose(centred), centred));
  const order = [...values.keys()].toSorted((a, b) => values[b] - values[a]);
  const along = (i: number, direction: number) => {
    let sum = 0;
    for (let k = 0; k < width; k++) sum += centred.data[i * width + k] * vectors.data[k * width + direction];
    return sum;
  };
  const step = Math.max(1, Math.ceil(count / MAP_POINTS));
  for (let i = 0; i < count; i += step) {
    let stage = 0;
    while (labels[i] >= classesAt(plan, stage)) stage++;
    const series = stage === 0 ? 'initial' : `stage ${stage}`;
    context.emit({ type: 'point', figure: 'map', series, x: along(i, order[0]), y: along(i, order[1]), seed });
  }
}
