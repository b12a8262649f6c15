import type { Experiment } from './contract.ts';

/** What a list of experiments says of each, without loading it. */
export interface ExperimentSummary {
  /** The name of its method, e.g. 'connectivity'. */
  id: string;
  arXivId: string;
}

/** Every experiment, loaded when asked for. Adding one is a folder and one line here. */
const experiments: (ExperimentSummary & { load(): Promise<{ experiment: Experiment }> })[] = [
  { id: 'connectivity', arXivId: '2310.08513', load: () => import('./connectivity/experiment.ts') },
  { id: 'happy', arXivId: '2410.06535', load: () => import('./happy/experiment.ts') },
  { id: 'five-layer', arXivId: '2511.07669', load: () => import('./five-layer/experiment.ts') },
];

/** Every experiment that runs here; a paper is marked as running only when its experiment is in this list. */
export function listExperiments(): ExperimentSummary[] {
  return experiments.map(({ id, arXivId }) => ({ id, arXivId }));
}

/** An experiment by its name or by its paper's arXiv id; undefined where there is none. */
export async function loadExperiment(name: string): Promise<Experiment | undefined> {
  const found = experiments.find(({ id, arXivId }) => id === name || arXivId === name);
  return found && (await found.load()).experiment;
}
