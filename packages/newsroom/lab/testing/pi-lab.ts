import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type RunResult, readParameters, type Size, seedsOf } from '@broadsheet/experiments';
import { localPool, runExperiment } from '@broadsheet/experiments/runner';
import { hashOfClosure } from '@broadsheet/experiments/sources-hash';
import { experiment } from '@broadsheet/experiments/testing';
import type { Laboratory } from '../experiments.ts';

const MODULE = new URL('../../../experiments/testing/pi.ts', import.meta.url);

/** Where a page finds the experiment's module. */
export const PI_ADDRESS = '/player/pi-of-tests.js';
export const PI_SOURCE = MODULE;

/** A lab with the one small experiment of the tests, and its runs recorded in a folder of their own. */
export async function piLab({ recorded = [] as Size[] } = {}): Promise<Laboratory & { dispose(): void }> {
  const folder = mkdtempSync(join(tmpdir(), 'broadsheet-recorded-'));
  for (const size of recorded) writeFileSync(join(folder, `${size}.json`), JSON.stringify(await recordPi(size)));
  return {
    list: () => [{ id: experiment.id, arXivId: experiment.paper.arXivId }],
    load: async (name) => (name === experiment.id || name === experiment.paper.arXivId ? experiment : undefined),
    sourcesHash: () => hashOfClosure(MODULE.pathname),
    recordedFolder: () => pathToFileURL(`${folder}/`),
    moduleOf: () => MODULE,
    // Tests of pages put the module there; the player's own scripts know nothing of it.
    browserModule: () => PI_ADDRESS,
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A run of the experiment in this process. */
export function recordPi(size: Size, given: Record<string, unknown> = {}): Promise<RunResult> {
  return runExperiment(
    {
      ...{ experiment, size, parameters: readParameters(experiment, size, given) },
      seeds: seedsOf(experiment.sizes[size]?.seeds),
      ...{ executor: 'reference', executorDescription: 'plain JavaScript', threads: 1 },
      sourcesHash: hashOfClosure(MODULE.pathname),
    },
    { pool: localPool(experiment), signal: new AbortController().signal },
  );
}
