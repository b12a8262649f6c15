/** What an experiment is, which there are, and what their results say. The runner is `@broadsheet/experiments/runner`. */
export { FEWEST_SEEDS, judge, needOf } from './claims.ts';
export { type Confirmation, confirmationPath, confirms, isRecord, knownTo } from './confirmation.ts';
export * from './contract.ts';
export {
  allowed,
  defaultOf,
  MOST_SEEDS,
  ParameterError,
  type ParameterFault,
  readParameters,
  seedsOf,
} from './parameters.ts';
export { type ExperimentSummary, listExperiments, loadExperiment } from './registry.ts';
export { type Comparison, compareRuns } from './replay.ts';
export { canonicalJson, hashOf, isIntact, isStale } from './result.ts';
