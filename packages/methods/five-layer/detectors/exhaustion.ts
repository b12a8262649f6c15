import { type Check, skipped } from '../check.ts';
import type { Thresholds } from '../thresholds.ts';

/** D5, budget: how full the context is. The window is the smaller of what was declared and what was measured. */
export function checkBudget(usedTokens: number, windowTokens: number, { exhaustion: t }: Thresholds): Check {
  const share = usedTokens / windowTokens;
  return {
    layer: 4,
    detector: 'budget',
    result: share >= t.budgetRed ? 'red' : share >= t.budgetAmber ? 'amber' : 'pass',
    statistic: share,
    threshold: t.budgetAmber,
    n: 1,
    detail: `${Math.round(share * 100)} % of the ${windowTokens} tokens that this model can hold are used.`,
  };
}

/** D5, truncation: some servers cut a long prompt and answer 200. Their own count of it betrays them. */
export function checkTruncation(
  reportedTokens: number | null,
  estimatedTokens: number,
  { exhaustion: t }: Thresholds,
): Check {
  if (reportedTokens === null) return skipped(4, 'truncation', 'The server does not say how many tokens it read.');
  const ratio = reportedTokens / estimatedTokens;
  return {
    layer: 4,
    detector: 'truncation',
    result: ratio < t.truncationRatio ? 'red' : 'pass',
    statistic: ratio,
    threshold: t.truncationRatio,
    n: 1,
    detail:
      ratio < t.truncationRatio
        ? `The server read ${reportedTokens} of about ${estimatedTokens} tokens: it has cut the conversation.`
        : 'The server read the whole conversation.',
  };
}

/** D5, canaries: neutral facts set in calibration, two of five asked at each look, on a fork of the live chat. */
export function checkCanaries(remembered: readonly boolean[], { exhaustion: t }: Thresholds): Check {
  if (remembered.length === 0) return skipped(4, 'canaries', 'No canary fact was asked for yet.');
  const last = remembered.slice(-t.lastAnswers);
  const misses = last.filter((isRight) => !isRight).length;
  return {
    layer: 4,
    detector: 'canaries',
    result: misses >= t.redMisses ? 'red' : misses > 0 ? 'amber' : 'pass',
    statistic: misses,
    threshold: t.redMisses,
    n: last.length,
    detail: `It had forgotten ${misses} of the last ${last.length} facts it was asked to keep.`,
  };
}

/** Layer 4: answers that were refused by a filter, cut off, or not in the shape that was asked for. */
export function checkReadability(couldBeRead: readonly boolean[], { readability: t }: Thresholds): Check {
  const last = couldBeRead.slice(-t.last);
  if (last.length < t.fewest) return skipped(4, 'readability', `Only ${last.length} answers so far.`);
  const share = last.filter((isRead) => !isRead).length / last.length;
  return {
    layer: 4,
    detector: 'readability',
    result: share >= t.red ? 'red' : share >= t.amber ? 'amber' : 'pass',
    statistic: share,
    threshold: t.amber,
    n: last.length,
    detail: `${Math.round(share * 100)} % of its last ${last.length} answers were withheld or could not be read.`,
  };
}

/** Share of 5-grams of the newest turn that occur in its own last three turns. */
export function repetition(newest: string, earlier: readonly string[]): number {
  const grams = fiveGrams(newest);
  if (grams.size === 0) return 0;
  const known = new Set(earlier.slice(-3).flatMap((text) => [...fiveGrams(text)]));
  return [...grams].filter((gram) => known.has(gram)).length / grams.size;
}

export function checkRepetition(newest: string, earlier: readonly string[], { repetition: t }: Thresholds): Check {
  if (earlier.length === 0) return skipped(4, 'repetition', 'There is no earlier turn to compare with.');
  const share = repetition(newest, earlier);
  return {
    layer: 4,
    detector: 'repetition',
    result: share > t.amberOverlap ? 'amber' : 'pass',
    statistic: share,
    threshold: t.amberOverlap,
    n: earlier.slice(-3).length,
    detail: `${Math.round(share * 100)} % of its last answer repeats what it said before.`,
  };
}

function fiveGrams(text: string): Set<string> {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return new Set(words.slice(0, -4).map((_, at) => words.slice(at, at + 5).join(' ')));
}
