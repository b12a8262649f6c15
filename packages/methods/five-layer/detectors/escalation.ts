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

const SUNK =
  /\b(?:sunk|already (?:spent|invested|paid|put)|(?:spent|invested|put) (?:so|too) much|too (?:late|far) to (?:stop|turn back)|come (?:this|so|too) far|(?:would|will) (?:all )?(?:be|have been) (?:wasted|for nothing)|can(?:not|'t|’t) (?:stop|give up|turn back) now|after (?:all|everything) (?:we|i) (?:have )?(?:done|spent|put))\b/giu;

/** Words that give what was spent as a reason to go on; a short English lexicon. */
export function sunkCostWords(text: string): number {
  return text.match(SUNK)?.length ?? 0;
}

/**
 * Layer 1: what was spent is no reason to go on. Amber at most: words are no proof.
 * @param words such words in each thing that a person wrote, oldest first; the last three are looked at
 */
export function checkSunkCost(words: readonly number[]): Check {
  if (words.length === 0) return skipped(1, 'sunk-cost', 'Nobody has given a reason yet.');
  const found = words.slice(-3).reduce((sum, count) => sum + count, 0);
  return {
    layer: 1,
    detector: 'sunk-cost',
    result: found > 0 ? 'amber' : 'pass',
    statistic: found,
    threshold: 1,
    n: Math.min(3, words.length),
    detail:
      found > 0
        ? 'What was spent so far is given as a reason. It is gone either way.'
        : 'Nobody gives what was spent as a reason.',
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
