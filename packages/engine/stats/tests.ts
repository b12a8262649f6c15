import { checkSample, meanOf } from './intervals.ts';
import type { Rng } from './rng.ts';

/** Spearman's rank correlation, ties by mid-ranks; null when one side does not vary. */
export function spearman(x: ArrayLike<number>, y: ArrayLike<number>): number | null {
  if (x.length !== y.length) throw new RangeError(`spearman: ${x.length} values of x but ${y.length} of y.`);
  checkSample('spearman', x, 2);
  checkSample('spearman', y, 2);
  return pearson(ranks(x), ranks(y));
}

/** Pearson's correlation; null when one side does not vary. */
export function pearson(x: ArrayLike<number>, y: ArrayLike<number>): number | null {
  const meanX = meanOf(x);
  const meanY = meanOf(y);
  let xy = 0;
  let xx = 0;
  let yy = 0;
  for (let i = 0; i < x.length; i++) {
    xy += (x[i] - meanX) * (y[i] - meanY);
    xx += (x[i] - meanX) ** 2;
    yy += (y[i] - meanY) ** 2;
  }
  return xx === 0 || yy === 0 ? null : xy / Math.sqrt(xx * yy);
}

/** Ranks from 1; equal values share the mean of their ranks. */
export function ranks(values: ArrayLike<number>): Float64Array {
  const order = Array.from({ length: values.length }, (_, i) => i).sort((a, b) => values[a] - values[b]);
  const result = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end + 1 < order.length && values[order[end + 1]] === values[order[start]]) end++;
    for (let i = start; i <= end; i++) result[order[i]] = (start + end) / 2 + 1;
    start = end + 1;
  }
  return result;
}

export type Alternative = 'two-sided' | 'greater' | 'less';

/** `exact` says whether every arrangement was counted; otherwise p is from `arrangements` random ones. */
export interface PermutationResult {
  statistic: number;
  p: number;
  arrangements: number;
  exact: boolean;
}

const EXACT_LIMIT = 50_000; // arrangements that are counted one by one: 8! = 40,320 and 2¹⁵ fit, well below a second
const TOLERANCE = 1e-12; // two arrangements that are equal on paper may differ by rounding

/**
 * Permutes y against x and asks how often the statistic (Spearman unless told) is at least as extreme.
 * Exact up to 8 pairs, else by `draws` random permutations with the +1 correction (Phipson & Smyth 2010).
 */
export function permutationTest(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  rng: Rng,
  options: {
    statistic?: (x: ArrayLike<number>, y: ArrayLike<number>) => number | null;
    alternative?: Alternative;
    draws?: number;
  } = {},
): PermutationResult {
  const { statistic = spearman, alternative = 'two-sided', draws = 10_000 } = options;
  const observed = statistic(x, y) ?? 0;
  const permuted = Float64Array.from(y);
  const extreme = () => isExtreme(statistic(x, permuted) ?? 0, observed, alternative);
  let arrangements = 1;
  for (let i = 2; i <= y.length && arrangements <= EXACT_LIMIT; i++) arrangements *= i;
  if (arrangements <= EXACT_LIMIT) {
    let hits = 0;
    forEachPermutation(permuted, () => {
      if (extreme()) hits++;
    });
    return { statistic: observed, p: hits / arrangements, arrangements, exact: true };
  }
  let hits = 0;
  for (let draw = 0; draw < draws; draw++) {
    const order = rng.permutation(y.length);
    for (let i = 0; i < order.length; i++) permuted[i] = y[order[i]];
    if (extreme()) hits++;
  }
  return { statistic: observed, p: (hits + 1) / (draws + 1), arrangements: draws, exact: false };
}

/**
 * Sign-flip test on paired differences: is their mean zero? Exact up to 15 pairs.
 * The test for ten paired seeds: smallest two-sided p there is 2/1024.
 */
export function signFlipTest(
  differences: ArrayLike<number>,
  rng: Rng,
  options: { alternative?: Alternative; draws?: number } = {},
): PermutationResult {
  const { alternative = 'two-sided', draws = 10_000 } = options;
  checkSample('signFlipTest', differences, 1);
  const count = differences.length;
  const observed = meanOf(differences);
  const flippedMean = (isNegative: (i: number) => boolean) => {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += isNegative(i) ? -differences[i] : differences[i];
    return sum / count;
  };
  let hits = 0;
  if (2 ** count <= EXACT_LIMIT) {
    const arrangements = 2 ** count;
    for (let mask = 0; mask < arrangements; mask++)
      if (
        isExtreme(
          flippedMean((i) => ((mask >> i) & 1) === 1),
          observed,
          alternative,
        )
      )
        hits++;
    return { statistic: observed, p: hits / arrangements, arrangements, exact: true };
  }
  for (let draw = 0; draw < draws; draw++)
    if (
      isExtreme(
        flippedMean(() => (rng.bits() & 0x80000000) !== 0),
        observed,
        alternative,
      )
    )
      hits++;
  return { statistic: observed, p: (hits + 1) / (draws + 1), arrangements: draws, exact: false };
}

/** Holm's step-down correction: adjusted p values in the order given. Holm 1979. */
export function holm(pValues: ArrayLike<number>): number[] {
  const order = Array.from({ length: pValues.length }, (_, i) => i).sort((a, b) => pValues[a] - pValues[b]);
  const adjusted = new Array<number>(pValues.length);
  let running = 0;
  order.forEach((index, position) => {
    running = Math.max(running, Math.min(1, (pValues.length - position) * pValues[index]));
    adjusted[index] = running;
  });
  return adjusted;
}

function isExtreme(value: number, observed: number, alternative: Alternative): boolean {
  if (alternative === 'greater') return value >= observed - TOLERANCE;
  if (alternative === 'less') return value <= observed + TOLERANCE;
  return Math.abs(value) >= Math.abs(observed) - TOLERANCE;
}

/** Every order of the array, in place (Heap's algorithm). */
function forEachPermutation(values: Float64Array, visit: () => void): void {
  const counters = new Int32Array(values.length);
  visit();
  for (let i = 1; i < values.length; ) {
    if (counters[i] < i) {
      const other = i % 2 === 0 ? 0 : counters[i];
      const kept = values[other];
      values[other] = values[i];
      values[i] = kept;
      visit();
      counters[i]++;
      i = 1;
    } else {
      counters[i] = 0;
      i++;
    }
  }
}
