import {
  burdened,
  CALIBRATION,
  type Check,
  type CheckResult,
  type DetectorId,
  INITIALISATION,
  type Layer,
  lampsOf,
  type PartnershipState,
  stateOverTime,
  THRESHOLDS_V1,
} from '@broadsheet/methods/five-layer';
import { turnOf } from './session.ts';
import type { DecisionState } from './state.ts';

export interface Lamp {
  readonly layer: Layer;
  readonly name: string;
  /** Skipped: grey, no check has run. */
  readonly result: CheckResult;
}

const NAMES: Readonly<Record<Layer, string>> = {
  1: 'Bias',
  2: 'Challenge',
  3: 'Partnership',
  4: 'Degradation',
  5: 'Stakeholders',
};

/** Checks that rest on probes, and how many turns the answers to those speak for. */
const LOOKS: ReadonlySet<DetectorId> = new Set(['endpoint', 'injection']);
const MEMORY: ReadonlySet<DetectorId> = new Set(['canaries', 'anchors']);
const ROUNDS: ReadonlySet<DetectorId> = new Set(['flips', 'capitulation', 'nihilism', 'sampling', 'session-gap']);

/** The newest checks; one whose probes have not run for longer than their period says nothing any more. */
export function checksNow(state: DecisionState): ReadonlyMap<DetectorId, Check & { readonly at: string }> {
  const turn = turnOf(state);
  const { memoryTurns, roundTurns } = THRESHOLDS_V1.schedule;
  const since = (detector: DetectorId) =>
    LOOKS.has(detector)
      ? { at: state.seen.lookedAt, period: 1 }
      : MEMORY.has(detector)
        ? { at: state.seen.memoryAt, period: memoryTurns }
        : ROUNDS.has(detector)
          ? { at: state.seen.roundAt, period: roundTurns }
          : null;
  return new Map(
    [...state.checks].map(([detector, check]) => {
      const ran = since(detector);
      const isStale = ran !== null && check.result === 'pass' && (ran.at === null || turn - ran.at > ran.period);
      if (!isStale) return [detector, check];
      const detail = `Its probes have not run since turn ${ran.at ?? 0}: the budget or the model did not let them.`;
      return [detector, { ...check, result: 'skipped', detail }];
    }),
  );
}

/** The state of the partnership over time: once lost or degraded, it holds again only after two full passes in a row. */
export function partnershipOf({ vectors }: DecisionState): PartnershipState {
  return stateOverTime(vectors, THRESHOLDS_V1);
}

/** The five lamps. Never green without a check; the second is lit by challenges, which people resolve. */
export function lampsNow(state: DecisionState): Lamp[] {
  const lamps = lampsOf(checksNow(state));
  return ([1, 2, 3, 4, 5] as const).map((layer) => ({
    layer,
    name: NAMES[layer],
    result: layer === 2 ? challengeLamp(state) : lamps[layer],
  }));
}

function challengeLamp({ challenges }: DecisionState): CheckResult {
  const counting = challenges.filter(({ duplicateOf }) => duplicateOf === null);
  if (counting.length === 0) return 'skipped';
  // A judge can warn; what it says clears nothing and closes nothing.
  return counting.some(({ as, verdict }) => as === 'open' || verdict === 'misses') ? 'amber' : 'pass';
}

/** Who bears a harm and gains nothing. */
export function burdenedBy(state: DecisionState): string[] {
  return burdened(state.stakeholders);
}

export const INITIALISATION_STAGES = Object.entries(INITIALISATION).map(([stage, facts]) => ({
  stage: Number(stage),
  ...facts,
}));
export const CALIBRATION_STAGES = Object.entries(CALIBRATION).map(([stage, facts]) => ({
  stage: Number(stage),
  ...facts,
}));
