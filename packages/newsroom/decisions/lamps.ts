import {
  burdened,
  CALIBRATION,
  type CheckResult,
  INITIALISATION,
  type Layer,
  lampsOf,
} from '@broadsheet/methods/five-layer';
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

/** The five lamps. Never green without a check; the second is lit by challenges, which people resolve. */
export function lampsNow(state: DecisionState): Lamp[] {
  const lamps = lampsOf(state.checks);
  return ([1, 2, 3, 4, 5] as const).map((layer) => ({
    layer,
    name: NAMES[layer],
    result: layer === 2 ? challengeLamp(state) : lamps[layer],
  }));
}

function challengeLamp({ challenges }: DecisionState): CheckResult {
  if (challenges.length === 0) return 'skipped';
  // A judge can warn; what it says clears nothing and closes nothing.
  return challenges.some(({ as, verdict }) => as === 'open' || verdict === 'misses') ? 'amber' : 'pass';
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
