import type { Point } from '../contract.ts';

/** The paper's own figures, in percent: CIFAR-100, 50 + 5 × 10 classes, means of five runs; table 1 and the ablation. */

/** Averages over five stages: All, Old, New. */
export const PAPER_AVERAGES: Readonly<Record<string, readonly [all: number, old: number, fresh: number]>> = {
  g: [69.0, 71.82, 51.36],
  simgcd: [56.25, 64.34, 3.92],
  'simgcd+': [61.25, 67.86, 18.82],
  gcd: [61.06, 65.3, 33.42],
  kmeans: [37.19, 38.56, 27.66],
  a: [50.95, 58.66, 1.96],
  b: [57.67, 65.58, 7.44],
  c: [58.26, 65.33, 12.84],
  d: [60.51, 67.39, 16.36],
  e: [57.75, 66.32, 1.96],
  f: [66.89, 69.98, 47.94],
  'g-estimated': [68.8, 72.4, 45.74],
};

const STAGES: Readonly<Record<string, readonly (readonly [number, number, number])[]>> = {
  Happy: [
    [80.4, 85.26, 56.1],
    [74.13, 78.27, 49.3],
    [68.23, 70.86, 49.8],
    [62.26, 63.75, 50.3],
    [59.99, 60.96, 51.3],
  ],
  SimGCD: [
    [73.37, 86.44, 8.0],
    [62.56, 72.43, 3.3],
    [54.17, 61.61, 2.1],
    [47.62, 53.37, 1.6],
    [43.53, 47.86, 4.6],
  ],
};
const SHARES = ['all', 'old', 'new'];

/** Hollow marks of a figure of accuracy by stage. */
export function paperPoints(figure: string): Point[] {
  const share = SHARES.indexOf(figure);
  return Object.entries(STAGES).flatMap(([series, stages]) =>
    stages.map((values, i) => ({ figure, series, x: i + 1, y: values[share] })),
  );
}
