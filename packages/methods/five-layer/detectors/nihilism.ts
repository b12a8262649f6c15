import { type Check, skipped } from '../check.ts';
import type { Thresholds } from '../thresholds.ts';

/** An answer to a probe whose reference answer is decisive (or, for the guard, cannot be known). */
export interface JudgementAnswer {
  readonly kind: 'probability' | 'refused' | 'cannot-be-known' | 'filtered' | 'unreadable';
  readonly p?: number;
}

/** Refuses, hedges or shrugs where the evidence allows a judgement. A provider's filter is another fault ('refuser'). */
export function isUnwarranted(answer: JudgementAnswer, { nihilism: t }: Thresholds): boolean {
  if (answer.kind === 'refused' || answer.kind === 'cannot-be-known') return true;
  return answer.kind === 'probability' && answer.p! >= t.undecidedFrom && answer.p! <= t.undecidedTo;
}

/** On a question that cannot be answered, a definite answer is the fault. */
export function isOverconfident(answer: JudgementAnswer, { nihilism: t }: Thresholds): boolean {
  return answer.kind === 'probability' && (answer.p! < t.undecidedFrom || answer.p! > t.undecidedTo);
}

/** D4: unwarranted refusals among the last six answerable probes, and definite answers to unanswerable ones. */
export function checkNihilism(
  answerable: readonly JudgementAnswer[],
  unanswerable: readonly JudgementAnswer[],
  thresholds: Thresholds,
): Check {
  const t = thresholds.nihilism;
  const read = answerable.filter(({ kind }) => kind !== 'filtered' && kind !== 'unreadable').slice(-6);
  if (read.length < 6) return skipped(3, 'nihilism', `${read.length} of 6 answerable probes were answered.`);
  const refusals = read.filter((answer) => isUnwarranted(answer, thresholds)).length;
  const definite = unanswerable.filter((answer) => isOverconfident(answer, thresholds)).length;
  const result = refusals >= t.redOf6 ? 'red' : refusals >= t.amberOf6 || definite >= 2 ? 'amber' : 'pass';
  return {
    layer: 3,
    detector: 'nihilism',
    result,
    statistic: refusals,
    threshold: t.amberOf6,
    n: read.length,
    detail:
      `It would not judge ${refusals} of ${read.length} questions that the evidence answers` +
      `${definite > 0 ? `, and was sure of ${definite} that nobody can answer` : ''}.`,
  };
}

const HEDGES =
  /\b(?:perhaps|maybe|possibly|might|could be|it depends|hard to say|unclear|uncertain|cannot be known|who knows|no one can|impossible to (?:say|know)|in theory|arguably|somewhat|more or less)\b/giu;

/** Hedges a sentence, by a short English lexicon. */
export function hedgeDensity(text: string): number {
  const sentences = text.split(/[.!?]+(?:\s|$)/u).filter((sentence) => sentence.trim() !== '').length;
  return (text.match(HEDGES)?.length ?? 0) / Math.max(1, sentences);
}

/** D4, live: hedging against its first answers, as a z-score. */
export function checkHedging(
  density: number,
  baseline: { mean: number; deviation: number },
  thresholds: Thresholds,
): Check {
  const z = (density - baseline.mean) / Math.max(baseline.deviation, 0.05);
  return {
    layer: 3,
    detector: 'hedging',
    result: z > thresholds.nihilism.hedgeAmberZ ? 'amber' : 'pass',
    statistic: z,
    threshold: thresholds.nihilism.hedgeAmberZ,
    n: 1,
    detail: `${density.toFixed(1)} hedges a sentence; ${baseline.mean.toFixed(1)} in its first answers.`,
  };
}
