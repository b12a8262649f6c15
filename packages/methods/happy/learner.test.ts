import type { ExecutorName } from '@broadsheet/engine';
import { loadNativeRuntime } from '@broadsheet/engine/node';
import { createRng } from '@broadsheet/engine/stats';
import { describe, expect, test } from 'vitest';
import {
  ABLATION,
  type Model,
  openTrainer,
  plainViews,
  predict,
  rows,
  type Shape,
  type StageChoices,
  singleViews,
  trainInitial,
  trainStage,
  unitRows,
} from './index.ts';

const executor: ExecutorName = loadNativeRuntime() === undefined ? 'native' : 'reference';
const WIDTH = 12;
const CHOICES: StageChoices = { fresh: 2, heads: 'clusters', tauH: 0.1, restarts: 2 };
const shapeOf = (lanes: number): Shape => ({ lanes, width: WIDTH, hidden: 8, projection: 8, batch: 8, mostClasses: 8 });

/** Samples around unit vectors of a class each: `counts[c]` of class c. */
function samplesOf(seed: number, counts: readonly number[]) {
  const rng = createRng(seed);
  const centre = (label: number) => createRng('centres').split(label).normals(WIDTH);
  const labels = counts.flatMap((count, label) => Array<number>(count).fill(label));
  const data = unitRows(
    rows(
      labels.length,
      WIDTH,
      labels.flatMap((label) => [...centre(label).map((v) => v + rng.normal(0, 0.5))]),
    ),
  );
  return { pool: singleViews(Float32Array.from(data.data), WIDTH), labels };
}

async function learn(
  seeds: readonly number[],
  stepsPerCall = 1,
  epochs = 6,
): Promise<{ initial: Model[]; later: Model[] }> {
  const shape = shapeOf(seeds.length);
  const execution = { executor, threads: 1, stepsPerCall };
  const rngs = (name: string) => seeds.map((seed) => createRng(seed).split(name));
  const first = await openTrainer(shape, execution);
  const then = await openTrainer(shape, execution, { weights: ABLATION.g.weights });
  try {
    const labelled = seeds.map((seed) => samplesOf(seed, [20, 20, 20]));
    const initial = await trainInitial(first, shape, labelled, 3, rngs('initial'), { epochs, rate: 0.1 });
    const pools = seeds.map((seed) => samplesOf(seed + 100, [4, 4, 4, 20, 20]).pool);
    const choices = seeds.map(() => CHOICES);
    const later = await trainStage(then, shape, initial, pools, choices, rngs('stage'), { epochs, rate: 0.01 });
    return { initial, later };
  } finally {
    await first.dispose();
    await then.dispose();
  }
}

describe('a learner of two stages', { timeout: 60_000 }, () => {
  test('labelled classes are learnt, new ones found, and ids of old heads and prototypes stay', async () => {
    const { initial, later } = await learn([1, 2]);
    for (const [lane, model] of later.entries()) {
      expect(model.heads.count).toBe(5);
      expect(model.prototypes.means.count).toBe(5);
      expect([...model.prototypes.means.data.slice(0, 3 * WIDTH)]).toEqual([...initial[lane].prototypes.means.data]);
      expect(model.prototypes.radius).toBe(initial[lane].prototypes.radius);
      const { pool, labels } = samplesOf(77, [10, 10, 10, 10, 10]);
      const predicted = predict(model, plainViews(pool)).labels;
      const rightOfOld = labels.filter((label, i) => label < 3 && predicted[i] === label).length;
      expect(rightOfOld / 30).toBeGreaterThan(0.8);
      const foundNew = labels.filter((label, i) => label >= 3 && predicted[i] >= 3).length;
      expect(foundNew / 20).toBeGreaterThan(0.5);
    }
  });

  test('the same seed gives the same model, alone or beside another, by one step a call or by several', async () => {
    const [[, both], [, alone], [, several]] = (await Promise.all([learn([1, 2]), learn([1]), learn([1], 4)])).map(
      ({ initial, later }) => [initial[0], later[0]] as const,
    );
    for (const other of [alone, several])
      for (const [i, value] of both.heads.data.entries()) expect(other.heads.data[i]).toBeCloseTo(value, 3);
  });

  test('a stage that is too small for a batch or too large for the program says so', async () => {
    const shape = { ...shapeOf(1), mostClasses: 4 };
    const trainer = await openTrainer(shape, { executor, threads: 1, stepsPerCall: 1 });
    const rngs = [createRng(1)];
    const labelled = [samplesOf(1, [2, 2])];
    await expect(trainInitial(trainer, shape, labelled, 2, rngs, { epochs: 1, rate: 0.1 })).rejects.toThrow(
      /do not fill/,
    );
    const [model] = await trainInitial(trainer, shape, [samplesOf(1, [9, 9, 9])], 3, rngs, { epochs: 1, rate: 0.1 });
    const pools = [samplesOf(2, [4, 4, 4, 9]).pool];
    await expect(trainStage(trainer, shape, [model], pools, [CHOICES], rngs, { epochs: 1, rate: 0.1 })).rejects.toThrow(
      /5 classes, but the program has room for 4/,
    );
    await trainer.dispose();
  });

  test('a stopped training ends with the reason and leaves the model before as it was', async () => {
    const { initial } = await learn([1], 1, 1);
    const kept = initial[0].heads.data.slice();
    const stop = new AbortController();
    const trainer = await openTrainer(
      shapeOf(1),
      { executor, threads: 1, stepsPerCall: 1, signal: stop.signal },
      { weights: ABLATION.g.weights },
    );
    stop.abort(new Error('stopped by a reader'));
    const pools = [samplesOf(2, [4, 4, 4, 9]).pool];
    const running = trainStage(trainer, shapeOf(1), initial, pools, [CHOICES], [createRng(1)], {
      epochs: 9,
      rate: 0.01,
    });
    await expect(running).rejects.toThrow('stopped by a reader');
    expect(initial[0].heads.data).toEqual(kept);
    await trainer.dispose();
  });
});
