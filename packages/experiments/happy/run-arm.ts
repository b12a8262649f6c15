import { classesAt, testOf } from '@broadsheet/datasets/class-stages';
import {
  embed,
  estimateNewClasses,
  kMeans,
  type Model,
  openTrainer,
  type Prediction,
  plainViews,
  predict,
  rows,
  type Shape,
  type StageChoices,
  semiSupervisedLabels,
  type Trainer,
  trainStage,
  unitRows,
  withCentres,
} from '@broadsheet/methods/happy';
import type { PartOutcome, RunContext } from '../contract.ts';
import type { Arm } from './arms.ts';
import { drawHardness, drawMap, drawStage } from './draw.ts';
import { createJudge, type Judge } from './judge.ts';
import { executionOf, MOST_ESTIMATED, poolOf, type Start, shapeOf, startOf, streamOf } from './learners.ts';
import type { Settings } from './parameters.ts';
import { reportStage } from './report.ts';

const RATE = 0.01; // §2.6, continual stages
const ESTIMATED_ON = 600; // samples: silhouettes grow with their square. Ours.

/** Takes some seeds through all stages by one method, and says what was found after each. */
export async function runArm(
  context: RunContext,
  settings: Settings,
  seeds: readonly number[],
  arm: Arm,
): Promise<PartOutcome[]> {
  const start = await startOf(context, settings, seeds);
  const judges = start.data.map((data) => createJudge(settings, data));
  if (arm.kind === 'k-means') clusterAll(context, settings, seeds, start, judges);
  else await learn(context, settings, seeds, arm, start, judges);
  return seeds.map((seed, lane) => ({ seed, values: judges[lane].values() }));
}

async function learn(
  context: RunContext,
  settings: Settings,
  seeds: readonly number[],
  arm: Arm,
  start: Start,
  judges: readonly Judge[],
): Promise<void> {
  const { plan } = settings;
  const shape = shapeOf(settings, seeds.length, arm.estimates ? MOST_ESTIMATED : 1);
  const { recipe, freezeAdapter } = arm;
  const trainer =
    recipe && (await openTrainer(shape, executionOf(context), { weights: recipe.weights, freezeAdapter }));
  try {
    let models = start.models;
    judges.forEach((judge, lane) => {
      judge.stage(0, predict(models[lane], testOf(plan, start.data[lane], 0).data), models[lane], plan.initialClasses);
    });
    for (let stage = 1; stage <= plan.stages; stage++) {
      const before = models;
      models = await oneStage(context, settings, seeds, arm, start, stage, before, shape, trainer);
      seeds.forEach((seed, lane) => {
        const test = testOf(plan, start.data[lane], stage).data;
        const predicted =
          arm.kind === 'gcd'
            ? clustered(before[lane], models[lane], test, settings, seed, stage)
            : predict(models[lane], test);
        const accuracy = judges[lane].stage(stage, predicted, models[lane], before[lane].heads.count);
        drawStage(context, arm, seed, stage, accuracy);
        if (stage < plan.stages) return;
        if (arm.name === 'g' || arm.name === 'g-uniform')
          drawHardness(context, arm, seed, plan, models[lane], accuracy);
        if (arm.name === 'g' && lane === 0) drawMap(context, seed, plan, predicted);
      });
      if (arm.name === 'g')
        reportStage(context, seeds[0], stage, before[0], models[0], testOf(plan, start.data[0], 0).data);
    }
  } finally {
    await trainer?.dispose();
  }
}

async function oneStage(
  context: RunContext,
  settings: Settings,
  seeds: readonly number[],
  arm: Arm,
  start: Start,
  stage: number,
  before: readonly Model[],
  shape: Shape,
  trainer: Trainer | undefined,
): Promise<Model[]> {
  const { plan, restarts, epochs } = settings;
  const pools = start.data.map(({ stages }) => poolOf(stages[stage - 1]));
  const choices = seeds.map(
    (seed, lane): StageChoices => ({
      fresh: arm.estimates ? estimated(settings, before[lane], plainViews(pools[lane]), seed, stage) : plan.newPerStage,
      heads: arm.recipe?.heads ?? 'clusters',
      tauH: arm.tauH ?? settings.tauH,
      restarts,
    }),
  );
  const total = plan.stages * epochs;
  const models = await trainStage(
    trainer,
    shape,
    before,
    pools,
    choices,
    seeds.map((seed) => streamOf(seed, 'stage', stage)),
    {
      epochs,
      rate: RATE,
      onEpoch: (epoch) => {
        const done = (stage - 1) * epochs + epoch + 1;
        context.emit({ type: 'progress', done, total, label: `${arm.label}: stage ${stage}, epoch ${epoch + 1}` });
      },
    },
  );
  if (arm.kind !== 'gcd') return models;
  return models.map((model, lane) => {
    const features = embed(model.adapter, plainViews(pools[lane]), shape.width);
    const known = before[lane].prototypes.means;
    const rng = streamOf(seeds[lane], 'clusters', stage);
    const { centres } = semiSupervisedLabels(features, known, classesAt(plan, stage), rng, restarts);
    return withCentres({ ...model, prototypes: before[lane].prototypes }, centres);
  });
}

function estimated({ plan, restarts }: Settings, model: Model, x: Float32Array, seed: number, stage: number): number {
  const features = embed(model.adapter, x, model.heads.width);
  const rng = streamOf(seed, 'estimate', stage);
  const chosen = [...rng.permutation(features.count)].slice(0, ESTIMATED_ON);
  const sample = rows(
    chosen.length,
    features.width,
    chosen.flatMap((i) => [...features.data.subarray(i * features.width, (i + 1) * features.width)]),
  );
  const most = MOST_ESTIMATED * plan.newPerStage;
  return estimateNewClasses(sample, model.heads.count, rng, { most, restarts: Math.min(2, restarts) }).fresh;
}

/** GCD clusters what it is tested on, with the prototypes of before as its only labels. */
function clustered(
  before: Model,
  model: Model,
  x: Float32Array,
  { plan, restarts }: Settings,
  seed: number,
  stage: number,
): Prediction {
  const features = embed(model.adapter, x, model.heads.width);
  const rng = streamOf(seed, 'test clusters', stage);
  return {
    features,
    ...semiSupervisedLabels(features, before.prototypes.means, classesAt(plan, stage), rng, restarts),
  };
}

/** k-means on the given features of what is tested: no learning at all. */
function clusterAll(
  context: RunContext,
  settings: Settings,
  seeds: readonly number[],
  start: Start,
  judges: readonly Judge[],
): void {
  const { plan, width, restarts } = settings;
  for (let stage = 0; stage <= plan.stages; stage++)
    seeds.forEach((seed, lane) => {
      const { data, count } = testOf(plan, start.data[lane], stage);
      const features = unitRows(rows(count, width, data));
      const { labels } = kMeans(features, classesAt(plan, stage), streamOf(seed, 'k-means', stage), { restarts });
      const accuracy = judges[lane].stage(stage, { labels, features }, undefined, classesAt(plan, stage));
      if (stage > 0) drawStage(context, { name: 'kmeans', label: 'k-means' }, seed, stage, accuracy);
    });
}
