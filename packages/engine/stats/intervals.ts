// Named here for those who read this file from another room, and do not see the declarations beside it.
/// <reference path="../jstat.d.ts" />
import jstat from 'jstat';
import type { Rng } from './rng.ts';

const { studentt } = jstat.jStat;

/** An estimate with the interval that holds it at the stated level. */
export interface Interval {
  mean: number;
  low: number;
  high: number;
  /** Sample standard deviation (n − 1). */
  standardDeviation: number;
  count: number;
  level: number;
}

/**
 * Mean with Student's t interval. Values that are not finite are an error: decide first what a diverged seed counts as.
 * @throws {RangeError} with fewer than two values, or a value that is not finite
 */
export function meanInterval(values: ArrayLike<number>, level = 0.95): Interval {
  const count = values.length;
  checkSample('meanInterval', values, 2);
  const mean = meanOf(values);
  const standardDeviation = deviationOf(values, mean);
  const half = (tQuantile((1 + level) / 2, count - 1) * standardDeviation) / Math.sqrt(count);
  return { mean, low: mean - half, high: mean + half, standardDeviation, count, level };
}

/**
 * Quantile of Student's t with a whole number of degrees of freedom. jStat's value, good to about 1e-8, is polished by
 * Newton's steps on the exact finite sum.
 */
export function tQuantile(probability: number, degrees: number): number {
  if (!Number.isInteger(degrees) || degrees < 1)
    throw new RangeError(`tQuantile: ${degrees} degrees of freedom; it takes whole numbers from 1.`);
  let t = studentt.inv(probability, degrees);
  for (let step = 0; step < 2; step++) t -= (tProbability(t, degrees) - probability) / studentt.pdf(t, degrees);
  return t;
}

/** P(T ≤ t): Abramowitz & Stegun 26.7.3 and 26.7.4. */
function tProbability(t: number, degrees: number): number {
  const angle = Math.atan2(t, Math.sqrt(degrees));
  const cos = Math.cos(angle);
  const isOdd = degrees % 2 === 1;
  let term = isOdd ? cos : 1;
  let sum = degrees === 1 ? 0 : term;
  for (let k = isOdd ? 3 : 2; k <= degrees - 2; k += 2) {
    term *= ((k - 1) / k) * cos * cos;
    sum += term;
  }
  const twoSided = isOdd ? (2 / Math.PI) * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum;
  return (1 + twoSided) / 2;
}

/** Percentile bootstrap of any statistic (the mean unless told); Efron & Tibshirani 1993, §13.3. */
export function bootstrap(
  values: ArrayLike<number>,
  rng: Rng,
  options: { statistic?: (sample: Float64Array) => number; draws?: number; level?: number } = {},
): { estimate: number; low: number; high: number; level: number; draws: number } {
  const { statistic = meanOf, draws = 2000, level = 0.95 } = options;
  checkSample('bootstrap', values, 1);
  const source = Float64Array.from(values);
  const sample = new Float64Array(source.length);
  const estimates = new Float64Array(draws);
  for (let draw = 0; draw < draws; draw++) {
    for (let i = 0; i < sample.length; i++) sample[i] = source[rng.integer(0, source.length)];
    estimates[draw] = statistic(sample);
  }
  const tail = (1 - level) / 2;
  return {
    estimate: statistic(source),
    low: quantile(estimates, tail),
    high: quantile(estimates, 1 - tail),
    level,
    draws,
  };
}

/** Quantile with linear interpolation (type 7, as NumPy's default). */
export function quantile(values: ArrayLike<number>, probability: number): number {
  checkSample('quantile', values, 1);
  const sorted = Float64Array.from(values).sort();
  const position = probability * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}

export function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

/** Sample standard deviation (n − 1). */
export function deviationOf(values: ArrayLike<number>, mean = meanOf(values)): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] - mean) ** 2;
  return Math.sqrt(sum / (values.length - 1));
}

export function checkSample(caller: string, values: ArrayLike<number>, atLeast: number): void {
  if (values.length < atLeast)
    throw new RangeError(`${caller}: ${values.length} values; it needs at least ${atLeast}.`);
  for (let i = 0; i < values.length; i++)
    if (!Number.isFinite(values[i]))
      throw new RangeError(`${caller}: value ${i} is ${values[i]}; leave it out or replace it first.`);
}
