export type * from './contract.ts';

/** What a list of experiments says of each. */
export interface ExperimentSummary {
  /** The name of its method, e.g. 'connectivity'. */
  id: string;
  arXivId: string;
}

/** Every experiment that runs here; a paper is marked as running only when its experiment is in this list. */
export function listExperiments(): ExperimentSummary[] {
  return [];
}
