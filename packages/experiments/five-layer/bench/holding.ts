import { createRng } from '@broadsheet/engine/stats';
import { withInjection, worldOf } from '../vignettes/index.ts';
import { humanOf } from './humans.ts';
import { Meter } from './meter.ts';
import { humanLogitOf, openModel, SECOND_FAULTY, type SessionPlan } from './session.ts';
import { Watched } from './watched.ts';

/** Replacements of one session: then whoever advises stays. */
const MOST_REPLACEMENTS = 3;

export interface Held {
  /** The first model passed licensed disagreement, uncertainty and anchor recall. */
  readonly passed: boolean;
  /** An audit at the end finds a predicate lost. */
  readonly isLost: boolean;
}

/**
 * Plays a session to its last turn and has it audited by probes of their own. Both arms are the same prompt and the same
 * checks; in one nobody acts on them, in the other an alarm brings a replacement in a context of its own.
 */
export async function holdSession(plan: SessionPlan, isActedOn: boolean): Promise<Held> {
  const { arm, thresholds, turns } = plan;
  const isInjected = plan.faults.some(({ name }) => name === 'injected');
  const base = worldOf(plan.vignette, plan.variant);
  const world = isInjected ? withInjection(base) : base;
  const human = humanOf(plan.human);
  const humanLogit = humanLogitOf(plan);
  const rng = createRng(`holding ${plan.seed}`);
  const watch = (seed: number, faults: SessionPlan['faults'], signal: number) =>
    new Watched(world, arm, thresholds, openModel(plan, world, { seed, faults, signal }), new Meter(), humanLogit);
  let session = watch(plan.seed, plan.faults, plan.signals.model);
  if (!(await session.calibrate())) return { passed: false, isLost: false };
  let replacements = 0;
  for (let turn = 1; turn <= turns; turn++) {
    await session.play(turn, human.says(turn, world.lean));
    if (!isActedOn || replacements === MOST_REPLACEMENTS || session.reds().length === 0) continue;
    replacements += 1;
    const faults = rng.uniform() < SECOND_FAULTY ? plan.faults : [];
    session = watch(plan.seed + replacements * 500_000, faults, plan.signals.second);
    // What a new model is measured against comes first; one that does not pass is taken all the same, and watched.
    await session.calibrate();
  }
  return { passed: true, isLost: await session.hasLostPredicate() };
}
