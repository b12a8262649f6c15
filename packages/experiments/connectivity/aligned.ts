import { frobeniusNorm, type Matrix, matrix } from '@broadsheet/engine/linalg';
import { alignedLowRank, matched, randomLowRank } from '@broadsheet/methods/connectivity';
import type { PartOutcome, RunContext } from '../contract.ts';
import { type Arm, rankPart, STRUCTURE_TASK, startOf, streamsOf } from './arms.ts';
import type { Settings } from './parameters.ts';
import { runArm } from './recurrent.ts';
import { netOf } from './stacked.ts';

export const ALIGNED_PART = 'aligned';
const RANK = 1;
/** Of the Gaussian start's norm: at all of it, the aligned matrix has a spectral radius near 5 and diverges. Ours. */
const SHARE_OF_NORM = 0.2;
const TRAININGS = 3;

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
  const train = (index: number, arm: Arm, starts: readonly Matrix[]) =>
    runArm({ context: shareOf(context, index), settings, seeds, arm }, starts);
  const armNamed = (name: string): Arm => ({ part: ALIGNED_PART, task: STRUCTURE_TASK, name, rank: null });

  const { units } = settings;
  const teacher: Arm = { ...armNamed('teacher'), part: rankPart(STRUCTURE_TASK, units), rank: units };
  const gaussians = seeds.map((seed) => startOf(teacher, seed, settings));
  const learnt = await train(0, teacher, gaussians);
  const random = seeds.map((seed) => randomLowRank(units, RANK, streamsOf(seed)('random')));
  const along = seeds.map((_, i) =>
    learnt.outcomes[i].failure ? random[i] : alignedLowRank(gaussians[i], netOf(learnt.after, i).wh, RANK),
  );
  const scaled = (starts: readonly Matrix[]) =>
    starts.map((w, i) => matched(w, matrix(1, 1, [SHARE_OF_NORM * frobeniusNorm(gaussians[i].data)]), 'fro'));
  const one = await train(1, armNamed('along the task'), scaled(along));
  const two = await train(2, armNamed('along the task, null'), scaled(random));

  return seeds.map((seed, i) => {
    const failure = [learnt, one, two].map(({ outcomes }) => outcomes[i].failure).find((said) => said);
    const values = { ...prefixed('aligned', one.outcomes[i]), ...prefixed('random', two.outcomes[i]) };
    return failure ? { seed, values, failure } : { seed, values };
  });
}

/** The context of one of the trainings: its progress is a share of the whole; of its points only the scatter's are shown. */
function shareOf(context: RunContext, index: number): RunContext {
  return {
    ...context,
    emit(event) {
      if (event.type === 'progress')
        context.emit({
          ...event,
          done: index * event.total + event.done,
          total: TRAININGS * event.total,
          label: `aligned low rank, ${event.label}`,
        });
      else if (event.type === 'point' && event.figure === 'tka-sv' && index > 0) context.emit(event);
    },
  };
}

function prefixed(name: string, { values }: PartOutcome): Record<string, number | null> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [`${name}.${key}`, value]));
}
