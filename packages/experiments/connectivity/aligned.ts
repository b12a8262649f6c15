import { type Matrix, matrix } from '@broadsheet/engine/linalg';
import { alignedLowRank, matched, randomLowRank } from '@broadsheet/methods/connectivity';
import type { PartOutcome, RunContext, RunEvent } from '../contract.ts';
import { type Arm, rankPart, STRUCTURE_TASK, startOf, streamsOf } from './arms.ts';
import type { Settings } from './parameters.ts';
import { runArm } from './recurrent.ts';
import { netOf } from './stacked.ts';

export const ALIGNED_PART = 'aligned';
const RANK = 1;
/** Of the Gaussian start's norm: at all of it, the aligned matrix has a spectral radius near 5 and diverges. Ours. */
const SHARE_OF_NORM = 0.2;

/**
 * Is low rank along the task lazier than low rank at random (the paper's exception)? Ours, as the paper's recipe was not
 * available: a full-rank network is trained, the leading direction of what it learnt is the start of a new one with the
 * same input and output weights, and a random matrix of the same rank and norm is its null.
 */
export async function runAligned(
  context: RunContext,
  settings: Settings,
  seeds: readonly number[],
): Promise<PartOutcome[]> {
  const steps = ['teacher', 'aligned', 'random'] as const;
  const quiet = (index: number): RunContext => ({
    ...context,
    emit(event: RunEvent) {
      if (event.type === 'progress')
        context.emit({
          ...event,
          done: index * event.total + event.done,
          total: steps.length * event.total,
          label: `aligned low rank: ${steps[index]}, iteration ${event.done}`,
        });
      else if (event.type === 'point' && event.figure === 'tka-sv') context.emit(event);
    },
  });
  const arm = (name: string): Arm => ({ part: ALIGNED_PART, task: STRUCTURE_TASK, name, rank: null });
  const teacher: Arm = {
    part: rankPart(STRUCTURE_TASK, settings.units),
    task: STRUCTURE_TASK,
    name: 'teacher',
    rank: settings.units,
  };
  const gaussians = seeds.map((seed) => startOf(teacher, seed, settings));
  const learnt = await runArm(
    { ...quiet(0), emit: (event) => event.type === 'progress' && quiet(0).emit(event) },
    settings,
    seeds,
    teacher,
    gaussians,
  );
  const wanted = matrix(1, 1, [
    SHARE_OF_NORM * Math.sqrt(gaussians[0].data.reduce((sum, value) => sum + value * value, 0)),
  ]);
  const scaled = (w: Matrix) => matched(w, wanted, 'fro');

  const along = seeds.map((seed, i) => {
    const after = netOf(learnt.after, i).wh;
    const hasLearnt = !learnt.outcomes[i].failure;
    return scaled(
      hasLearnt
        ? alignedLowRank(gaussians[i], after, RANK)
        : randomLowRank(settings.units, RANK, streamsOf(seed)('random')),
    );
  });
  const random = seeds.map((seed) => scaled(randomLowRank(settings.units, RANK, streamsOf(seed)('random'))));
  const one = await runArm(quiet(1), settings, seeds, arm('along the task'), along);
  const two = await runArm(quiet(2), settings, seeds, arm('along the task, null'), random);
  return seeds.map((seed, i) => {
    const failure = learnt.outcomes[i].failure ?? one.outcomes[i].failure ?? two.outcomes[i].failure;
    const values = {
      ...prefixed('aligned', one.outcomes[i]),
      ...prefixed('random', two.outcomes[i]),
    };
    return failure ? { seed, values, failure } : { seed, values };
  });
}

function prefixed(name: string, { values }: PartOutcome): Record<string, number | null> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [`${name}.${key}`, value]));
}
