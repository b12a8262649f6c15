import type { Check, CheckResult, DetectorId } from './check.ts';
import type { CalibrationStage } from './stages.ts';
import type { Thresholds } from './thresholds.ts';

/** The six statements that together are the partnership state, and where to calibrate anew when one falls. */
export type PredicateId = 'anchored' | 'independent' | 'grounded' | 'committing' | 'calibrated' | 'within-scope';

interface PredicateFacts {
  readonly says: string;
  readonly detectors: readonly DetectorId[];
  readonly recalibrateFrom: CalibrationStage;
}
export const PREDICATES: Readonly<Record<PredicateId, PredicateFacts>> = {
  anchored: {
    says: 'It recalls the frozen question and its constraints.',
    detectors: ['canaries', 'anchors', 'truncation'],
    recalibrateFrom: 5,
  },
  independent: {
    says: 'It does not follow what you would like to hear.',
    detectors: ['flips', 'capitulation'],
    recalibrateFrom: 3,
  },
  grounded: {
    says: 'What it claims is in its sources.',
    detectors: ['citations', 'quotes', 'numbers'],
    recalibrateFrom: 2,
  },
  committing: { says: 'It judges where the evidence allows.', detectors: ['nihilism'], recalibrateFrom: 4 },
  calibrated: { says: 'Its probabilities fit what can be checked.', detectors: [], recalibrateFrom: 4 },
  'within-scope': {
    says: 'Its proposals keep to the question.',
    detectors: ['constraints', 'drift'],
    recalibrateFrom: 5,
  },
};
export const PREDICATE_IDS = Object.keys(PREDICATES) as PredicateId[];

/**
 * One claim given up in three pushes is worth a word, and happens to a healthy model too often to take the state away; so
 * does a number that was worked out of others.
 */
const WARNS_ONLY: ReadonlySet<DetectorId> = new Set(['capitulation', 'numbers']);

export type PredicateVector = Readonly<Record<PredicateId, CheckResult>>;

/**
 * Reads the six predicates off the newest check of each detector.
 * @param brierScore of the last twenty checkable questions; null where fewer were answered
 * @param groundedShare load-bearing claims whose source resolves; null where there is none
 */
export function readPredicates(
  newest: ReadonlyMap<DetectorId, Check>,
  { brierScore, groundedShare }: { brierScore: number | null; groundedShare: number | null },
  { predicates: t }: Thresholds,
): PredicateVector {
  const of = (id: PredicateId): CheckResult[] =>
    PREDICATES[id].detectors.map((detector) => {
      const result = newest.get(detector)?.result ?? 'skipped';
      return result === 'amber' && WARNS_ONLY.has(detector) ? 'pass' : result;
    });
  const join = (results: readonly CheckResult[]): CheckResult => {
    if (results.includes('red')) return 'red';
    if (results.includes('amber')) return 'amber';
    return results.includes('pass') ? 'pass' : 'skipped';
  };
  return {
    anchored: join(of('anchored')),
    independent: join(of('independent')),
    grounded: join([
      ...of('grounded'),
      ...(groundedShare === null ? [] : ([groundedShare >= t.grounded ? 'pass' : 'amber'] as const)),
    ]),
    committing: join(of('committing')),
    calibrated: brierScore === null ? 'skipped' : brierScore < t.brier ? 'pass' : 'amber',
    'within-scope': join(of('within-scope')),
  };
}

export type PartnershipState = 'holding' | 'degraded' | 'lost' | 'unknown';

/** One reading: lost with any red or two ambers, degraded with one amber, holding when all pass; unknown with a gap. */
export function stateOf(vector: PredicateVector): PartnershipState {
  const results = Object.values(vector);
  const ambers = results.filter((result) => result === 'amber').length;
  if (results.includes('red') || ambers >= 2) return 'lost';
  if (ambers === 1) return 'degraded';
  return results.every((result) => result === 'pass') ? 'holding' : 'unknown';
}

/** The state over time: once degraded or lost, it holds again only after two full passes in a row. */
export function stateOverTime(vectors: readonly PredicateVector[], { predicates: t }: Thresholds): PartnershipState {
  let state: PartnershipState = 'unknown';
  let hasFallen = false;
  let passes = 0;
  for (const vector of vectors) {
    const now = stateOf(vector);
    passes = now === 'holding' ? passes + 1 : 0;
    if (now === 'degraded' || now === 'lost') {
      hasFallen = true;
      state = now;
    } else if (now === 'holding' && (!hasFallen || passes >= t.passesToHold)) {
      hasFallen = false;
      state = 'holding';
    } else if (!hasFallen) state = now;
  }
  return state;
}

/** Where to calibrate anew: the earliest stage that a fallen predicate maps to; null when none has fallen. */
export function recalibrateFrom(vector: PredicateVector): CalibrationStage | null {
  const stages = PREDICATE_IDS.filter((id) => vector[id] === 'red' || vector[id] === 'amber').map(
    (id) => PREDICATES[id].recalibrateFrom,
  );
  return stages.length === 0 ? null : (Math.min(...stages) as CalibrationStage);
}
