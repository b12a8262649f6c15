import { type Check, skipped } from '../check.ts';
import type { Thresholds } from '../thresholds.ts';

/**
 * Discrete semantic entropy over clusters of meaning, in nats: 0 for one meaning, ln n for all distinct
 * (Farquhar et al. 2024, Nature 630:625, the discrete form).
 * @param meanings the cluster of each sampled answer
 */
export function semanticEntropy(meanings: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const meaning of meanings) counts.set(meaning, (counts.get(meaning) ?? 0) + 1);
  let entropy = 0;
  for (const count of counts.values()) entropy -= (count / meanings.length) * Math.log(count / meanings.length);
  // −0 would be printed as such.
  return entropy === 0 ? 0 : entropy;
}

/**
 * D2c: answers to a short neutral question, sampled at temperature 1. Sees answers made up anew each time; an invention
 * that is repeated looks sure, and no number of samples repairs that.
 */
export function checkSampling(meanings: readonly string[], { entropy: t }: Thresholds): Check {
  if (meanings.length < 3) return skipped(3, 'sampling', 'Fewer than three answers were sampled.');
  const entropy = semanticEntropy(meanings);
  return {
    layer: 3,
    detector: 'sampling',
    result: entropy >= t.red ? 'red' : entropy >= t.amber ? 'amber' : 'pass',
    statistic: entropy,
    threshold: t.amber,
    n: meanings.length,
    detail: `${new Set(meanings).size} different answers in ${meanings.length} samples of the same question.`,
  };
}
