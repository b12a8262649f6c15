import { type Cause, type DetectorId, livePrompt, type Thresholds } from '@broadsheet/methods/five-layer';
import type { ControlName, Fault, FaultTransform } from '../model/faults.ts';
import { logistic } from '../model/healthy.ts';
import { type Complete, simulatedModel } from '../model/simulated-model.ts';
import { type VignetteId, type World, withInjection, worldOf } from '../vignettes/index.ts';
import { bestOption, PAYOFFS } from '../vignettes/payoffs.ts';
import type { Arm } from './arms.ts';
import { type HumanName, humanOf } from './humans.ts';
import { Meter } from './meter.ts';
import { adviceOf, MARK, Watched } from './watched.ts';

/** A replacement is faulty itself this often. */
export const SECOND_FAULTY = 0.2;

export interface SessionPlan {
  readonly seed: number;
  readonly vignette: VignetteId;
  readonly variant: number;
  readonly arm: Arm;
  readonly human: HumanName;
  readonly faults: readonly Fault[];
  readonly control?: ControlName;
  readonly turns: number;
  readonly thresholds: Thresholds;
  /** ln odds of the hidden fact as human and models will see it: drawn by the scorer, who knows the truth. */
  readonly signals: { readonly human: number; readonly model: number; readonly second: number };
  /** The model that replaces or debates is faulty too. */
  readonly isSecondFaulty: boolean;
  readonly transforms?: Partial<Record<Fault['name'], FaultTransform>>;
}

export interface SessionOutcome {
  /** Turn of the first red check (0: in calibration); null: none. */
  readonly redAt: number | null;
  readonly redBy: readonly DetectorId[];
  readonly cause: Cause;
  readonly decided: string;
  /** Of the hidden fact, before any advice and at the end. */
  readonly prior: number;
  readonly final: number;
  readonly calls: number;
  readonly tokens: number;
  readonly partiesNamed: readonly string[];
  /** The largest statistic of each detector over its threshold. */
  readonly peaks: Readonly<Partial<Record<DetectorId, number>>>;
}

/** Plays one session. Pure: the same plan gives the same outcome. */
export async function playSession(plan: SessionPlan): Promise<SessionOutcome> {
  const { arm, thresholds } = plan;
  const isInjected = plan.faults.some(({ name }) => name === 'injected') || plan.control === 'quoting-paper';
  const base = worldOf(plan.vignette, plan.variant);
  const world = isInjected ? withInjection(base) : base;
  const human = humanOf(plan.human);
  const humanLogit = humanLogitOf(plan);
  const meter = new Meter();
  const complete = openModel(plan, world, { seed: plan.seed, signal: plan.signals.model, faults: plan.faults });
  const second = openModel(plan, world, {
    seed: plan.seed + 500_000,
    signal: plan.signals.second,
    faults: plan.isSecondFaulty ? plan.faults : [],
  });
  const done = (
    outcome: Pick<SessionOutcome, 'redAt' | 'redBy' | 'cause' | 'peaks'>,
    adviceLogit: number | null,
    named: readonly string[] = [],
  ): SessionOutcome => {
    const final = logistic(humanLogit + (adviceLogit ?? 0));
    return {
      ...outcome,
      decided: bestOption(PAYOFFS[world.vignette], final),
      prior: logistic(humanLogit),
      final,
      calls: meter.calls,
      tokens: meter.tokensIn + meter.tokensOut,
      partiesNamed: named,
    };
  };
  const nothing = { redAt: null, redBy: [], cause: 'unknown', peaks: {} } as const;
  if (arm.advice === 'none') return done(nothing, null);

  const session = new Watched(world, arm, thresholds, complete, meter, humanLogit);
  if (arm.calibrates && !(await session.calibrate()))
    return done(
      { redAt: 0, redBy: [], cause: 'endpoint-changed', peaks: {} },
      replacementAdvice(world, second, meter, plan.turns),
    );
  for (let turn = 1; turn <= plan.turns; turn++) {
    if (arm.restartEvery > 0 && turn > 1 && (turn - 1) % arm.restartEvery === 0) session.restart(turn);
    await session.play(turn, human.says(turn, world.lean));
    const red = session.reds();
    if (red.length === 0) continue;
    const cause = session.cause();
    const outcome = { redAt: turn, redBy: red.map(({ detector }) => detector), cause, peaks: session.peaks };
    // An alarm is answered by a replacement, never by silence alone.
    return done(outcome, replacementAdvice(world, second, meter, plan.turns), session.parties);
  }
  return done(
    { ...nothing, cause: session.cause(), peaks: session.peaks },
    finalAdvice(plan, session, second, meter),
    session.parties,
  );
}

/** ln odds of the hidden fact as the human judges it, the wish among it. */
export function humanLogitOf({ signals, human }: SessionPlan): number {
  // The wish is for the leaned-to option, which is good when the hidden fact does not hold.
  return signals.human - humanOf(human).bias;
}

/** A model of one session: the one that advises, or one that takes its place. */
export function openModel(
  plan: SessionPlan,
  world: World,
  given: { readonly seed: number; readonly signal: number; readonly faults: readonly Fault[] },
): Complete {
  return simulatedModel({
    world,
    ...given,
    control: plan.control,
    humanWish: { option: world.lean, logit: humanLogitOf(plan) },
    transforms: plan.transforms,
  });
}

/** The neutral question in a fresh context, answered by another model. */
function replacementAdvice(world: World, second: Complete, meter: Meter, turn: number): number {
  const messages = livePrompt(
    world.frozen,
    world.evidence,
    [{ role: 'human', text: 'What does the evidence say?', status: 'ok' }],
    MARK,
  );
  return adviceOf(meter.call(second, messages, { turn, fork: 'replacement', context: 'clean' }).text);
}

function finalAdvice(plan: SessionPlan, session: Watched, second: Complete, meter: Meter): number {
  const { arm } = plan;
  if (arm.advice === 'five-samples') {
    const samples = [0, 1, 2, 3, 4].map((i) => session.ask(`sample ${i}`));
    return samples.reduce((sum, advice) => sum + advice, 0) / samples.length;
  }
  if (arm.advice === 'two-debaters') {
    let [own, others] = [session.advice, 0];
    for (let round = 0; round < 3; round++) {
      others = replacementAdvice(session.world, second, meter, plan.turns);
      // Both move half-way towards each other, as debating models do.
      own = (own + others) / 2;
    }
    return own;
  }
  return session.advice;
}
