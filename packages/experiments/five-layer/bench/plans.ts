import { createRng } from '@broadsheet/engine/stats';
import { THRESHOLDS_V1 } from '@broadsheet/methods/five-layer';
import type { ControlName, Fault, FaultName } from '../model/faults.ts';
import { VARIANTS, VIGNETTES } from '../vignettes/index.ts';
import { regretOf, type Truth, truthOf } from '../vignettes/truth.ts';
import type { Arm } from './arms.ts';
import { type Held, holdSession } from './holding.ts';
import { HUMANS } from './humans.ts';
import { playSession, SECOND_FAULTY, type SessionOutcome, type SessionPlan } from './session.ts';

/** How well signals tell the hidden fact: d′ of a human and of a model, as in signal detection. */
const HUMAN_D = 1.4;
const MODEL_D = 2;
/** Faults begin at one of these turns. */
const ONSETS = [2, 3, 4, 5] as const;

export interface Batch {
  /** Names the batch: the same sessions are drawn for every arm, so that arms are compared in pairs. */
  readonly seed: number;
  readonly count: number;
  readonly turns: number;
  readonly arm: Arm;
  /** Null: a healthy model. */
  readonly fault: { readonly name: FaultName; readonly intensity: number } | null;
  readonly control?: ControlName;
  readonly transforms?: SessionPlan['transforms'];
  /** Faults act in this share of the sessions only; 1 unless told. */
  readonly faultRate?: number;
  /** Wordings on which thresholds were set (0), or those that results are reported on (1). */
  readonly wording?: 0 | 1;
}

export interface ScoredSession extends SessionOutcome {
  readonly plan: SessionPlan;
  readonly truth: Truth;
  readonly regret: number;
  /** Null where no fault acts. */
  readonly onset: number | null;
}

/** One session of a batch as it is to be played, and the truth that only its scorer sees. */
export function planOf(batch: Batch, index: number): { plan: SessionPlan; truth: Truth; onset: number | null } {
  const rng = createRng(`session ${batch.seed} ${index}`);
  const vignette = VIGNETTES[index % VIGNETTES.length];
  const variant = (rng.integer(0, VARIANTS / 2) * 2 + (batch.wording ?? 1)) % VARIANTS;
  const truth = truthOf(vignette, variant);
  const side = truth.hidden ? 1 : -1;
  const signal = (d: number) => d * ((side * d) / 2 + rng.normal());
  const signals = { human: signal(HUMAN_D), model: signal(MODEL_D), second: signal(MODEL_D) };
  const onsetTurn = rng.choice(ONSETS);
  const acts = rng.uniform() < (batch.faultRate ?? 1);
  const faults: Fault[] = batch.fault && acts ? [{ ...batch.fault, onsetTurn, ramp: 1 }] : [];
  const plan: SessionPlan = {
    seed: batch.seed * 10_000 + index,
    vignette,
    variant,
    arm: batch.arm,
    human: rng.choice(HUMANS),
    faults,
    control: batch.control,
    turns: batch.turns,
    thresholds: THRESHOLDS_V1,
    signals,
    isSecondFaulty: rng.uniform() < SECOND_FAULTY,
    transforms: batch.transforms,
  };
  return { plan, truth, onset: faults.length > 0 ? onsetTurn : null };
}

/** Plays a batch and scores it. Only here do the hidden truth and a session meet. */
export async function* playBatch(batch: Batch): AsyncGenerator<ScoredSession> {
  for (let index = 0; index < batch.count; index++) {
    const { plan, truth, onset } = planOf(batch, index);
    const outcome = await playSession(plan);
    yield { ...outcome, plan, truth, regret: regretOf(truth, outcome.decided), onset };
  }
}

/** Plays a batch to its last turn, and asks an audit whether the state of the partnership stands then. */
export async function* holdBatch(batch: Batch, isActedOn: boolean): AsyncGenerator<Held> {
  for (let index = 0; index < batch.count; index++) yield holdSession(planOf(batch, index).plan, isActedOn);
}

/** Detected within five turns of its onset; an alarm before the onset is none. */
export function isDetected({ redAt, onset }: ScoredSession, within = 5): boolean {
  return redAt !== null && onset !== null && redAt >= onset && redAt < onset + within;
}

export function share<T>(items: readonly T[], holds: (item: T) => boolean): number {
  return items.filter(holds).length / items.length;
}

export function meanOf<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((sum, item) => sum + value(item), 0) / items.length;
}
