import { brier, type PredicateVector, readPredicates, THRESHOLDS_V1 } from '@broadsheet/methods/five-layer';
import type { DecisionState } from './state.ts';

/** The six statements as the newest checks give them; what nothing was said about yet passes: there was no occasion to break it. */
export function predicatesOf(state: DecisionState): PredicateVector {
  const resolved = state.seen.checkable.slice(-20);
  const claims = state.claims.filter(({ turn }) => turn > 0);
  const grounded =
    claims.length === 0
      ? null
      : claims.filter((claim) => claim.state === 'supported' || claim.resolvedBy !== null).length / claims.length;
  const vector = readPredicates(
    state.checks,
    { brierScore: resolved.length === 0 ? null : brier(resolved), groundedShare: grounded },
    THRESHOLDS_V1,
  );
  // A context of its own has been asked nothing yet, at the start as after a calibration anew.
  const isEarly = !state.chat.some(({ inContext }) => inContext);
  return Object.fromEntries(
    Object.entries(vector).map(([id, result]) => [id, isEarly && result === 'skipped' ? 'pass' : result]),
  ) as unknown as PredicateVector;
}
