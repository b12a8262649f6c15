import { drawTrials, taskFacts } from '@broadsheet/datasets/neuro-tasks';
import type { StepProgram, Tensor } from '@broadsheet/engine';
import type { Matrix } from '@broadsheet/engine/linalg';
import { createRng } from '@broadsheet/engine/stats';
import type { PartOutcome } from '../contract.ts';
import { outerWeightsOf, streamsOf } from './arms.ts';
import { type ArmRun, createObserver, type Observer } from './observer.ts';
import type { Settings } from './parameters.ts';
import { batchSource, openProbe, openTraining } from './programs.ts';
import { netOf, type Stacked, stack } from './stacked.ts';

const OUTPUTS = 3;
const PROBE_TRIALS = 320; // authors' code
const CURVE_POINTS = 40; // of each loss curve
/** Shares of the training after which the kernel is looked at again, besides the end. */
const CHECKPOINTS: readonly number[] = [0.05, 0.15, 0.35, 0.65];
const DIVERGED = 100; // nats a label; an untrained network has about 1.1

/** Trains one arm's networks, all seeds together, and measures what moved. */
export async function runArm(
  run: ArmRun,
  starts: readonly Matrix[],
): Promise<{ outcomes: PartOutcome[]; after: Stacked }> {
  const { context, settings, seeds, arm } = run;
  const before = stackStarts(settings, seeds, starts, taskFacts(arm.task).inputs);
  const probe = drawTrials(arm.task, createRng('probe').split(arm.task), { batch: PROBE_TRIALS });
  const program = await openProbe(context, settings, probe, netOf(before, 0));
  try {
    const observer = await createObserver(run, { probe, program, before });
    const after = await train(run, before, observer);
    return { outcomes: await observer.finish(after), after };
  } finally {
    await program.close();
  }
}

/** Trains from the stacked weights and gives the trained ones; tells the observer of losses and checkpoints. */
async function train({ context, settings, seeds, arm }: ArmRun, before: Stacked, observer: Observer): Promise<Stacked> {
  const { iterations } = settings;
  const streams = seeds.map((seed) => streamsOf(seed)(`batches ${arm.task}`));
  const batches = batchSource(arm.task, streams, settings, stepsPerCallFor(settings));
  const training = await openTraining(context, settings, before, batches);
  const window = Math.max(1, Math.round(iterations / CURVE_POINTS));
  const checkpoints = CHECKPOINTS.map((share) => Math.round(share * iterations));
  const sums = new Float64Array(seeds.length);
  let inWindow = 0;
  try {
    for (let done = 0; done < iterations; ) {
      context.signal.throwIfAborted();
      const losses = (await training.step(batches.next())) as Tensor;
      for (let step = 0; step < batches.stepsPerCall; step++) {
        for (let i = 0; i < seeds.length; i++) sums[i] += losses.data[step * seeds.length + i];
        done++;
        inWindow++;
        if (inWindow < window && done < iterations) continue;
        observer.losses(
          done,
          sums.map((sum) => sum / inWindow),
          DIVERGED,
        );
        sums.fill(0);
        inWindow = 0;
      }
      context.emit({ type: 'progress', done, total: iterations, label: `${arm.task}, ${arm.name}, iteration ${done}` });
      if (observer.allDiverged()) break;
      while (checkpoints.length > 0 && checkpoints[0] <= done && done < iterations) {
        if (checkpoints.length === 1 || checkpoints[1] > done)
          await observer.checkpoint(done, await weightsOf(training));
        checkpoints.shift();
      }
    }
    return await weightsOf(training);
  } finally {
    await training.dispose();
  }
}

/**
 * Steps in one call: enough that the call itself costs little, few enough that a stop is heard within a fraction of a
 * second, and a divisor of the iterations.
 */
function stepsPerCallFor({ iterations, units }: Settings): number {
  for (let steps = units > 150 ? 5 : 10; steps > 1; steps--) if (iterations % steps === 0) return steps;
  return 1;
}

function stackStarts(
  { units }: Settings,
  seeds: readonly number[],
  starts: readonly Matrix[],
  channels: number,
): Stacked {
  const outer = seeds.map((seed) => outerWeightsOf(seed, units, channels, OUTPUTS));
  return {
    wx: stack(outer.map((weights) => weights.wx)),
    wh: stack(starts),
    wo: stack(outer.map((weights) => weights.wo)),
  };
}

async function weightsOf(training: StepProgram): Promise<Stacked> {
  return ((await training.state()) as unknown as { weights: Stacked }).weights;
}
