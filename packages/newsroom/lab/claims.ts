import {
  type Claim,
  type Experiment,
  isStale,
  type RunResult,
  readParameters,
  type Size,
  type Verdict,
} from '@broadsheet/experiments';
import type { Host } from '../host/index.ts';
import { SERVER_SIZES } from './ask.ts';
import { laboratoryOf } from './experiments.ts';
import { isPlain, recordedRuns, verdictsOf } from './recorded.ts';
import { newestDone } from './runs.ts';

/** What is known of a claim: the verdict of the largest run that tests it. */
export interface ClaimState {
  readonly claim: Claim;
  readonly verdict?: Verdict;
  readonly size?: Size;
  readonly isStale?: boolean;
  readonly runId?: string;
}

/**
 * The state of each claim of an experiment: from its recorded runs, largest size first; where none of them tests it, from
 * the newest run that the server has finished.
 */
export async function claimStates(host: Host, experiment: Experiment): Promise<ClaimState[]> {
  const sources: { id: string; result: RunResult; isStale: boolean }[] = recordedRuns(host, experiment.id).filter(
    isPlain,
  );
  for (const size of sources.length === 0 ? SERVER_SIZES.filter((s) => experiment.sizes[s]) : []) {
    // Runs with a reader's own parameters say nothing of the paper's claims.
    const parameters = readParameters(experiment, size);
    const newest = await newestDone(host, { experiment: experiment.id, size, parameters });
    if (!newest) continue;
    sources.unshift({ ...newest, isStale: isStale(newest.result, laboratoryOf(host).sourcesHash(experiment.id)) });
  }
  const known = verdictsOf(sources);
  return experiment.claims.map((claim) => {
    const found = known.get(claim.id);
    if (!found) return { claim };
    const { verdict, run } = found;
    return { claim, verdict, size: run.result.size, isStale: run.isStale, runId: run.id };
  });
}

/** Every experiment of the site with the state of its claims. */
export async function listClaims(host: Host): Promise<{ experiment: Experiment; claims: ClaimState[] }[]> {
  const laboratory = laboratoryOf(host);
  const loaded = await Promise.all(laboratory.list().map((summary) => laboratory.load(summary.id)));
  const experiments = loaded.filter((experiment) => experiment !== undefined);
  return Promise.all(
    experiments.map(async (experiment) => ({ experiment, claims: await claimStates(host, experiment) })),
  );
}
