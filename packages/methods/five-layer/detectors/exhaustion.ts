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
  wasCutOff = false,
): Check {
  if (reportedTokens === null && !wasCutOff)
    return skipped(4, 'truncation', 'The server does not say how many tokens it read.');
  const ratio = reportedTokens === null ? 1 : reportedTokens / estimatedTokens;
  return {
    layer: 4,
    detector: 'truncation',
    result: ratio < t.truncationRatio ? 'red' : wasCutOff ? 'amber' : 'pass',
    statistic: ratio,
    threshold: t.truncationRatio,
    n: 1,
    detail:
      ratio < t.truncationRatio
        ? `The server read ${reportedTokens} of about ${estimatedTokens} tokens: it has cut the conversation.`
        : wasCutOff
          ? 'Its last answer ended at its limit of length, and not by itself.'
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

/** D5, anchors: the constraints of the decision, two at each look, recalled by their ids. The rule is that of the canaries. */
export function checkAnchors(recalled: readonly boolean[], thresholds: Thresholds): Check {
  if (recalled.length === 0) return skipped(4, 'anchors', 'No constraint of the question was asked for yet.');
  const { statistic, n, ...check } = checkCanaries(recalled, thresholds);
  return {
    ...check,
    detector: 'anchors',
    statistic,
    n,
    detail: `It could not say ${statistic} of the last ${n} constraints that it was asked for.`,
  };
}

/** Layer 4: the newest answer's time against the median of those before. */
export function checkLatency(milliseconds: readonly number[], { latency: t }: Thresholds): Check {
  const earlier = milliseconds.slice(0, -1).sort((a, b) => a - b);
  const newest = milliseconds.at(-1);
  if (newest === undefined || earlier.length < t.fewest)
    return skipped(4, 'latency', `Only ${milliseconds.length} answers were timed.`);
  const median = earlier[Math.floor(earlier.length / 2)];
  const times = newest / Math.max(1, median);
  return {
    layer: 4,
    detector: 'latency',
    result: times > t.amberTimes && newest >= t.leastMs ? 'amber' : 'pass',
    statistic: times,
    threshold: t.amberTimes,
    n: earlier.length,
    detail: `Its last answer took ${(newest / 1000).toFixed(1)} seconds; half of those before took less than ${(median / 1000).toFixed(1)}.`,
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
