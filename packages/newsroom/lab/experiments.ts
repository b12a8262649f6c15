import { type Experiment, type ExperimentSummary, listExperiments, loadExperiment } from '@broadsheet/experiments';
import { sourcesHash } from '@broadsheet/experiments/sources-hash';
import type { Host } from '../host/index.ts';

/** The experiments of a site, as the lab asks for them. */
export interface Laboratory {
  list(): ExperimentSummary[];
  /** By its name or its paper's arXiv id. */
  load(name: string): Promise<Experiment | undefined>;
  /** Content hash of all code behind its numbers. */
  sourcesHash(id: string): string;
  /** The folder of its recorded runs. */
  recordedFolder(id: string): URL;
  /** A module that exports `experiment`, for a process that has only the name; undefined where the registry knows it. */
  moduleOf(id: string): URL | undefined;
  /** The address of a module for browsers, where the player's own scripts do not hold the experiment. */
  browserModule?(id: string): string | undefined;
}

const hashes = new Map<string, string>();

const shipped: Laboratory = {
  list: listExperiments,
  load: loadExperiment,
  sourcesHash(id) {
    // The sources of a running program do not change.
    const hash = hashes.get(id) ?? sourcesHash(id);
    hashes.set(id, hash);
    return hash;
  },
  recordedFolder: (id) => new URL(`../../experiments/${id}/recorded/`, import.meta.url),
  moduleOf: () => undefined,
};

const others = new WeakMap<Host, Laboratory>();

/** The site's experiments: those of the registry, unless a test has given it others. */
export function laboratoryOf(host: Host): Laboratory {
  return others.get(host) ?? shipped;
}

/** Gives a site other experiments; tests bring a small one. */
export function equip(host: Host, laboratory: Laboratory): void {
  others.set(host, laboratory);
}
