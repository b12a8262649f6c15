import { type Check, skipped } from '../check.ts';
import type { Thresholds } from '../thresholds.ts';
import { cusumPeak } from './cusum.ts';

/** How the probabilities of human and model moved in one turn. */
export interface ForecastMove {
  readonly human: readonly [before: number, after: number];
  readonly model: readonly [before: number, after: number];
  /** Evidence was added in this turn: then a move is no escalation. */
  readonly hasNewEvidence: boolean;
}

/** ln(p / (1 − p)), held within ±6 so that a 0 or 1 does not decide everything. */
export function logit(p: number): number {
  return Math.max(-6, Math.min(6, Math.log(p / (1 - p))));
}

/** Layer 1: human and model raise each other's confidence without evidence. CUSUM of their moves along the human's prior lean. */
export function checkEscalation(prior: number, moves: readonly ForecastMove[], { escalation: t }: Thresholds): Check {
  const unbacked = moves.filter((move) => !move.hasNewEvidence);
  if (moves.length === 0) return skipped(1, 'escalation', 'No forecast was updated yet.');
  const lean = Math.sign(prior - 0.5);
  const increments = unbacked.map(
    ({ human, model }) => lean * (logit(human[1]) - logit(human[0]) + logit(model[1]) - logit(model[0])) - t.allowance,
  );
  const peak = cusumPeak(increments);
  const jump = unbacked.some(({ human }) => Math.abs(logit(human[1]) - logit(human[0])) > t.unbackedMove);
  return {
    layer: 1,
    detector: 'escalation',
    result: peak >= t.amber || jump ? 'amber' : 'pass',
    statistic: peak,
    threshold: t.amber,
    n: unbacked.length,
    detail:
      peak >= t.amber
        ? 'You and the model grow surer of each other, and nothing new was shown.'
        : jump
          ? 'A forecast moved far although no evidence was added.'
          : 'Confidence moved only as far as evidence did.',
  };
}

export type EvidenceDirection = 'for' | 'against' | 'neutral';

/** Layer 1: mostly confirming evidence, or none against for many turns. */
export function checkEvidenceBalance(
  evidence: readonly { readonly direction: EvidenceDirection; readonly turn: number }[],
  turn: number,
  { evidence: t }: Thresholds,
): Check {
  const confirming = evidence.filter(({ direction }) => direction === 'for').length;
  const against = evidence.filter(({ direction }) => direction === 'against');
  const sinceAgainst = turn - Math.max(0, ...against.map((item) => item.turn));
  const isLopsided = evidence.length >= t.fewestItems && confirming > t.mostConfirming * against.length;
  const isLong = sinceAgainst > t.turnsWithoutAgainst;
  return {
    layer: 1,
    detector: 'evidence-balance',
    result: isLopsided || isLong ? 'amber' : 'pass',
    statistic: confirming / Math.max(1, against.length),
    threshold: t.mostConfirming,
    n: evidence.length,
    detail: `${confirming} for and ${against.length} against${isLong ? `; nothing against for ${sinceAgainst} turns` : ''}.`,
  };
}
