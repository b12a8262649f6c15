import { meanInterval } from '@broadsheet/engine/stats';
import type { Claim, SeedOutcome, Size, Verdict, VerdictWord } from './contract.ts';

/** No verdict rests on fewer (design rule). */
export const FEWEST_SEEDS = 10;
/** Above this share of seeds that ended early, those that did not are no fair sample any more. Ours. */
export const MOST_FAILED = 0.2;

/** What a finished (or half-finished) run says of one claim: the interval of its measure over seeds, and the word. */
export function judge(claim: Claim, size: Size, outcomes: readonly SeedOutcome[]): Verdict {
  const values = outcomes.map((outcome) => outcome.measures[claim.measure] ?? null).filter((v) => v !== null);
  // A measure that is there but null on a seed that ended early was tried; one that is not there was not asked for.
  const isMeasured = values.length > 0 || outcomes.some((o) => claim.measure in o.measures && o.failures.length > 0);
  if (!claim.sizes.includes(size) || !isMeasured) return notRun(claim, size);
  const failedSeeds = outcomes.length - values.length;
  const interval = values.length > 1 ? boundsOf(values) : null;
  const verdict = decide(claim, interval, values.length, failedSeeds);
  return {
    claim: claim.id,
    verdict,
    interval,
    seeds: values.length,
    failedSeeds,
    sentence: sentenceOf(claim, verdict, interval, values.length, failedSeeds),
  };
}

type Bounds = { mean: number; low: number; high: number };

function decide(claim: Claim, interval: Bounds | null, seeds: number, failed: number): VerdictWord {
  if (!interval || seeds < FEWEST_SEEDS || failed > MOST_FAILED * (seeds + failed)) return 'inconclusive';
  const { low, high } = interval;
  const t = claim.threshold;
  switch (claim.comparison) {
    case 'above':
      return low > t ? 'supported' : high < t ? 'not supported' : 'inconclusive';
    case 'below':
      return high < t ? 'supported' : low > t ? 'not supported' : 'inconclusive';
    case 'within':
      return low > -t && high < t ? 'supported' : high < -t || low > t ? 'not supported' : 'inconclusive';
  }
}

function sentenceOf(
  claim: Claim,
  verdict: VerdictWord,
  interval: Bounds | null,
  seeds: number,
  failed: number,
): string {
  const word = `${verdict[0].toUpperCase()}${verdict.slice(1)}`;
  const failures =
    failed > 0 ? ` ${countOf(failed, 'seed')} of ${seeds + failed} ended early or lack the measure.` : '';
  if (!interval) return `${word}: ${claim.measureLabel} was measured on ${countOf(seeds, 'seed')}.${failures}`;
  const unit = claim.unit ? ` ${claim.unit}` : '';
  const range = `[${shown(interval.low)}, ${shown(interval.high)}]`;
  const found = `${claim.measureLabel} is ${shown(interval.mean)}${unit}, 95 % interval ${range}, over ${countOf(seeds, 'seed')}`;
  return `${word}: ${found}; the claim needs it ${needOf(claim)}.${reasonOf(verdict, seeds, failed)}${failures}`;
}

function reasonOf(verdict: VerdictWord, seeds: number, failed: number): string {
  if (verdict !== 'inconclusive') return '';
  if (seeds < FEWEST_SEEDS) return ` No verdict rests on fewer than ${FEWEST_SEEDS} seeds.`;
  if (failed > MOST_FAILED * (seeds + failed)) return ' Too many seeds ended early for the others to speak for all.';
  return ' The interval touches that limit.';
}

/** 'above 0', 'between −0.02 and 0.02'. */
export function needOf(claim: Claim): string {
  return claim.comparison === 'within'
    ? `between ${shown(-claim.threshold)} and ${shown(claim.threshold)}`
    : `${claim.comparison} ${shown(claim.threshold)}`;
}

function notRun(claim: Claim, size: Size): Verdict {
  const where = claim.sizes.includes(size) ? 'with these parameters' : `at size ${size}`;
  const sentence = `Not run: this claim is not tested ${where}.`;
  return { claim: claim.id, verdict: 'not run', interval: null, seeds: 0, failedSeeds: 0, sentence };
}

/** Two to four decimals, more for small values; a real minus sign. */
function shown(value: number): string {
  const size = Math.abs(value);
  const digits = size >= 100 ? 0 : size >= 0.1 || size === 0 ? 2 : size >= 0.01 ? 3 : 4;
  return value
    .toFixed(digits)
    .replace(/^-(?=[0.]*$)/, '')
    .replace('-', '−');
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function boundsOf(values: readonly number[]): Bounds {
  const { mean, low, high } = meanInterval(values);
  return { mean, low, high };
}
