/** Seeded random numbers, intervals and tests. Plain arrays in, plain numbers out. */
export { bootstrap, deviationOf, type Interval, meanInterval, meanOf, quantile, tQuantile } from './intervals.ts';
export { createRng, type Rng } from './rng.ts';
export {
  type Alternative,
  holm,
  type PermutationResult,
  pearson,
  permutationTest,
  ranks,
  signFlipTest,
  spearman,
} from './tests.ts';
