/** Page's cumulative sum: S ← max(0, S + increment). Never negative, monotone in each increment (Page 1954). */
export function cusum(increments: readonly number[], start = 0): number {
  return increments.reduce((sum, increment) => Math.max(0, sum + increment), start);
}

/** The largest value that the sum reaches on its way. */
export function cusumPeak(increments: readonly number[]): number {
  let sum = 0;
  let peak = 0;
  for (const increment of increments) {
    sum = Math.max(0, sum + increment);
    peak = Math.max(peak, sum);
  }
  return peak;
}
