import { type ClassStages, classesAt, drawClassStages, type Samples } from '@broadsheet/datasets/class-stages';
import { SPHERE, sphereFamilies } from '@broadsheet/datasets/sphere-families';
import { createRng, type Rng } from '@broadsheet/engine/stats';
import {
  type Execution,
  type Model,
  openTrainer,
  type Shape,
  trainInitial,
  type ViewPool,
} from '@broadsheet/methods/happy';
import type { RunContext } from '../contract.ts';
import { paperStages } from './papers.ts';
import type { Settings } from './parameters.ts';
import { pictureStages } from './pictures.ts';

const PROJECTION = 32; // D; the code's 256 serves 768 features
const INITIAL_RATE = 0.1;
/** The count of new classes may be estimated up to this many times the true one. */
export const MOST_ESTIMATED = 2;

/** What all methods of some seeds start from: the data, and one model after stage 0. */
export interface Start {
  readonly data: readonly ClassStages[];
  readonly models: readonly Model[];
}

/** All random draws of a seed, each from a stream of its own, so that methods are paired. */
export function streamOf(seed: number, ...names: (string | number)[]): Rng {
  return createRng(seed).split('happy', ...names);
}

export function shapeOf({ width, batch, plan }: Settings, lanes: number, mostEstimated = 1): Shape {
  const mostClasses = plan.initialClasses + mostEstimated * plan.stages * plan.newPerStage;
  return { lanes, width, hidden: width, projection: PROJECTION, batch, mostClasses };
}

/**
 * Steps in one call: enough that the call costs little where the state is copied (wasm), few enough that a stop is heard.
 */
export function executionOf({ executor, threads, signal }: RunContext): Execution {
  return { executor, threads, signal, stepsPerCall: executor === 'wasm' ? 4 : 1 };
}

export function poolOf({ data, count, width, views }: Samples): ViewPool {
  return { data, count, width, views };
}

/** The last starts: every method of the same seeds shares one. */
const starts = new Map<string, Promise<Start>>();
const KEPT = 4;

export function startOf(context: RunContext, settings: Settings, seeds: readonly number[]): Promise<Start> {
  const { arms: _, epochs: __, tauH: ___, ...facts } = settings;
  const key = JSON.stringify([context.executor, facts, seeds]);
  let found = starts.get(key);
  if (!found) {
    found = learnInitial(context, settings, seeds);
    starts.set(key, found);
    found.catch(() => starts.delete(key)); // a stopped start is no start
    if (starts.size > KEPT) starts.delete(starts.keys().next().value as string);
  }
  return found;
}

async function learnInitial(context: RunContext, settings: Settings, seeds: readonly number[]): Promise<Start> {
  const { plan, initialEpochs: epochs } = settings;
  const data = await dataOf(context, settings, seeds);
  const shape = shapeOf(settings, seeds.length);
  const trainer = await openTrainer(shape, executionOf(context));
  try {
    const labelled = data.map(({ initial }) => ({ pool: poolOf(initial), labels: initial.labels }));
    const models = await trainInitial(
      trainer,
      shape,
      labelled,
      plan.initialClasses,
      seeds.map((seed) => streamOf(seed, 'stage', 0)),
      {
        epochs,
        rate: INITIAL_RATE,
        onEpoch: (epoch) =>
          context.emit({ type: 'progress', done: epoch + 1, total: epochs, label: `stage 0, epoch ${epoch + 1}` }),
      },
    );
    return { data, models };
  } finally {
    await trainer.dispose();
  }
}

async function dataOf(context: RunContext, settings: Settings, seeds: readonly number[]): Promise<ClassStages[]> {
  const { plan, families, width, scatter } = settings;
  if (settings.data === 'signs')
    return pictureStages(
      context,
      plan,
      settings,
      seeds.map((seed) => streamOf(seed, 'signs')),
    );
  if (settings.data === 'papers')
    return paperStages(
      context,
      plan,
      seeds.map((seed) => streamOf(seed, 'papers')),
    );
  const classes = classesAt(plan, plan.stages);
  return seeds.map((seed) => {
    const source = sphereFamilies({ ...SPHERE, scatter, classes, families, width }, streamOf(seed, 'classes'));
    return drawClassStages(plan, source, streamOf(seed, 'samples'));
  });
}
