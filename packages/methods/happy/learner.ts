import type { Rng } from '@broadsheet/engine/stats';
import { initialHeads } from './initial-heads.ts';
import { type Model, predict } from './model.ts';
import { embed, initAdapter } from './network.ts';
import { TAU_T } from './objectives.ts';
import { appendPrototypes, drawPrototypes, hardnessOf, prototypesOf, samplingOf } from './prototypes.ts';
import { type Rows, rowOf, rows, unitRows } from './rows.ts';
import { cosineRate, teacherTemperature } from './schedules.ts';
import type { Plan, Shape, Trainer, Weights } from './trainer.ts';
import { plainViews, type ViewPool, writeViews } from './views.ts';

export interface Schedule {
  readonly epochs: number;
  readonly rate: number;
  readonly onEpoch?: (epoch: number, meanLoss: Float64Array) => void;
}

/** One lane's data at stage 0. Every lane has as many samples. */
export interface Labelled {
  readonly pool: ViewPool;
  readonly labels: ArrayLike<number>;
}

/**
 * Stage 0 (§2.3): adapter and heads from labelled data, then prototypes and radius. The model is that of the last epoch;
 * the code takes the best epoch on test data, which leaks.
 */
export async function trainInitial(
  trainer: Trainer,
  shape: Shape,
  data: readonly Labelled[],
  classes: number,
  rngs: readonly Rng[],
  schedule: Schedule,
): Promise<Model[]> {
  const { batch, mostClasses, width, hidden } = shape;
  const order = orders(
    data.map(({ pool }) => pool.count),
    rngs,
    'order',
  );
  const views = rngs.map((rng) => rng.split('views'));
  const plan: Plan = {
    ...planOf(shape, data[0].pool.count, schedule),
    tauT: (epoch) => teacherTemperature(epoch, Math.max(2, Math.round(0.3 * schedule.epochs))), // 30 of the code's 100
    groups: () => ({ old: ones(mostClasses, 0, classes), fresh: new Float32Array(mostClasses) }),
    write(lane, epoch, step, into) {
      const { pool, labels } = data[lane];
      for (let i = 0; i < batch; i++) {
        const sample = order(lane, epoch)[step * batch + i];
        writeViews(pool, sample, views[lane], into.x, i * width, (i + batch) * width);
        into.targets[i * mostClasses + labels[sample]] = 1;
        into.targets[(i + batch) * mostClasses + labels[sample]] = 1;
      }
    },
  };
  const start = rngs.map(
    (rng): Weights => ({
      adapter: initAdapter(rng.split('adapter'), { width, hidden }),
      heads: randomHeads(rng.split('heads'), classes, width),
    }),
  );
  const trained = await trainer.train(
    start,
    rngs.map((rng) => rng.split('projection')),
    plan,
  );
  return trained.map((weights, lane) => {
    const features = embed(weights.adapter, plainViews(data[lane].pool), width);
    return { ...weights, prototypes: prototypesOf(features, data[lane].labels, classes) };
  });
}

/** How a stage goes about new heads and replay; the loss itself is the trainer's. */
export interface StageChoices {
  readonly fresh: number;
  /** Clustering-guided, as the paper; re-clustered, ours; or random directions. */
  readonly heads: 'clusters' | 'reclustered' | 'random';
  /** τ_h of replay; Infinity draws evenly. */
  readonly tauH: number;
  readonly restarts: number;
}

/** §2.4: one continual stage of unlabelled data for each lane. Without epochs nothing is trained: "init only". */
export async function trainStage(
  trainer: Trainer | undefined,
  shape: Shape,
  models: readonly Model[],
  pools: readonly ViewPool[],
  choices: readonly StageChoices[],
  rngs: readonly Rng[],
  schedule: Schedule,
): Promise<Model[]> {
  const start = models.map(
    (model, lane): Weights => ({
      adapter: model.adapter,
      heads: extendedHeads(model, pools[lane], choices[lane], rngs[lane]),
    }),
  );
  for (const { heads } of start)
    if (heads.count > shape.mostClasses)
      throw new RangeError(`trainStage: ${heads.count} classes, but the program has room for ${shape.mostClasses}.`);
  const trained = trainer
    ? await trainer.train(
        start,
        rngs.map((rng) => rng.split('projection')),
        stagePlan(shape, models, start, pools, choices, rngs, schedule),
      )
    : start;
  return trained.map((weights, lane) => {
    const { labels, features } = predict({ ...weights, prototypes: models[lane].prototypes }, plainViews(pools[lane]));
    return { ...weights, prototypes: appendPrototypes(models[lane].prototypes, features, labels, weights.heads) };
  });
}

function stagePlan(
  shape: Shape,
  models: readonly Model[],
  start: readonly Weights[],
  pools: readonly ViewPool[],
  choices: readonly StageChoices[],
  rngs: readonly Rng[],
  schedule: Schedule,
): Plan {
  const { batch, mostClasses, width } = shape;
  const order = orders(
    pools.map(({ count }) => count),
    rngs,
    'order',
  );
  const views = rngs.map((rng) => rng.split('views'));
  const draws = rngs.map((rng) => rng.split('replay'));
  const sampling = models.map(({ prototypes }, lane) => samplingOf(hardnessOf(prototypes), choices[lane].tauH));
  return {
    ...planOf(shape, Math.min(...pools.map(({ count }) => count)), schedule),
    tauT: () => TAU_T,
    groups: (lane) => {
      const old = models[lane].heads.count;
      return { old: ones(mostClasses, 0, old), fresh: ones(mostClasses, old, start[lane].heads.count) };
    },
    write(lane, epoch, step, into) {
      for (let i = 0; i < batch; i++)
        writeViews(
          pools[lane],
          order(lane, epoch)[step * batch + i],
          views[lane],
          into.x,
          i * width,
          (i + batch) * width,
        );
      const { prototypes } = models[lane];
      const labels = drawPrototypes(prototypes, sampling[lane], draws[lane], 2 * batch, into.replay);
      labels.forEach((label, i) => {
        into.targets[i * mostClasses + label] = 1;
      });
    },
  };
}

/** The old heads and the new ones, by clusters or at random. */
function extendedHeads({ heads, adapter }: Model, pool: ViewPool, choices: StageChoices, rng: Rng): Rows {
  const { fresh, restarts } = choices;
  const out = rows(heads.count + fresh, heads.width);
  out.data.set(heads.data);
  const found =
    choices.heads === 'random'
      ? randomHeads(rng.split('heads'), fresh, heads.width)
      : initialHeads(embed(adapter, plainViews(pool), pool.width), heads, fresh, rng.split('clusters'), {
          restarts,
          recluster: choices.heads === 'reclustered',
        }).heads;
  for (let i = 0; i < fresh; i++) rowOf(out, heads.count + i).set(rowOf(found, i));
  return out;
}

function planOf({ batch }: Shape, samples: number, { epochs, rate, onEpoch }: Schedule) {
  const stepsPerEpoch = Math.floor(samples / batch); // the rest of an epoch is dropped, as in the code
  if (stepsPerEpoch < 1)
    throw new RangeError(`${samples} samples do not fill one batch of ${batch}; take a smaller batch.`);
  return { epochs, stepsPerEpoch, rate: (epoch: number) => cosineRate(rate, epoch, epochs), onEpoch };
}

/** The order of samples in an epoch of a lane; drawn when its epoch begins, so that epochs come in turn. */
function orders(counts: readonly number[], rngs: readonly Rng[], name: string) {
  const streams = rngs.map((rng) => rng.split(name));
  const current = counts.map(() => ({ epoch: -1, order: new Int32Array() as Int32Array }));
  return (lane: number, epoch: number): Int32Array => {
    if (current[lane].epoch !== epoch) current[lane] = { epoch, order: streams[lane].permutation(counts[lane]) };
    return current[lane].order;
  };
}

function randomHeads(rng: Rng, count: number, width: number): Rows {
  return unitRows(rows(count, width, rng.normals(count * width)));
}

function ones(length: number, from: number, to: number): Float32Array {
  return new Float32Array(length).fill(1, from, to);
}
