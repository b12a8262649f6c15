import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadExperiment, readParameters } from '@broadsheet/experiments';
import { WorkerLostError, type WorkUnit } from '@broadsheet/experiments/runner';
import { afterEach, describe, expect, test } from 'vitest';
import { openProcessPool } from './process-pool.ts';
import { replayHere, runHere } from './run-here.ts';
import { unitFolder } from './unit-folder.ts';

const SMALL = { units: 8, iterations: 20, batch: 4, probeTrials: 2, linearScale: 1 };
const SLOW = { ...SMALL, iterations: 20_000 };
const never = new AbortController().signal;
const folders: string[] = [];
const newFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'broadsheet-lab-'));
  folders.push(folder);
  return folder;
};
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

async function unitOf(part: string, given: Record<string, unknown>): Promise<WorkUnit> {
  const experiment = await loadExperiment('connectivity');
  if (!experiment) throw new Error('the registry lost an experiment');
  const parameters = readParameters(experiment, 'live', given);
  return { experiment: 'connectivity', parameters, part, seeds: [1, 2], executor: 'native', threads: 1 };
}

describe('a pool of processes', { timeout: 120_000 }, () => {
  test('runs a unit, passes its events on and serves again', async () => {
    const pool = openProcessPool(1);
    try {
      const unit = await unitOf('linear', SMALL);
      const events: string[] = [];
      const outcomes = await pool.run(unit, (event) => events.push(event.type), never);
      expect(outcomes.map((outcome) => outcome.seed)).toEqual([1, 2]);
      expect(events).toContain('point');
      expect(events).toContain('progress');
      expect(await pool.run(unit, () => {}, never)).toEqual(outcomes);
    } finally {
      pool.close();
    }
  });

  test('a stop kills the process in the middle of its work', async () => {
    const pool = openProcessPool(1);
    const abort = new AbortController();
    const run = pool.run(
      await unitOf('rank/2AF/8', { ...SLOW }),
      (event) => event.type === 'progress' && abort.abort(new Error('enough')),
      abort.signal,
    );
    await expect(run).rejects.toThrow(/enough/);
    pool.close();
  });

  test('a process that is killed is a lost worker, not a fault of the experiment', async () => {
    const pool = openProcessPool(1);
    const run = pool.run(
      await unitOf('rank/2AF/8', { ...SLOW }),
      (event) => event.type === 'progress' && pool.close(),
      never,
    );
    await expect(run).rejects.toThrow(WorkerLostError);
  });

  test('a fault inside a unit is told in its own words', async () => {
    const pool = openProcessPool(1);
    try {
      const unit = { ...(await unitOf('linear', SMALL)), experiment: 'nowhere' };
      await expect(pool.run(unit, () => {}, never)).rejects.toThrow('There is no experiment "nowhere"');
    } finally {
      pool.close();
    }
  });
});

describe('a run on this machine', { timeout: 240_000 }, () => {
  test('is stopped, goes on from its stored parts, and comes to the result of an unbroken run', async () => {
    const dataDir = newFolder();
    const asked = { experiment: 'connectivity', size: 'live', seeds: 2, parameters: SMALL, workers: 1 } as const;
    const abort = new AbortController();
    const stopped = runHere({
      ...asked,
      dataDir,
      signal: abort.signal,
      onEvent: (event) => event.type === 'verdicts' && abort.abort(new Error('stopped')),
    });
    await expect(stopped).rejects.toThrow('stopped');
    const kept = join(dataDir, 'lab', 'units');
    expect(readdirSync(join(kept, readdirSync(kept)[0])).length).toBeGreaterThanOrEqual(1);
    const resumed = await runHere({ ...asked, dataDir, signal: never });
    const unbroken = await runHere({ ...asked, signal: never });
    expect(resumed.result.hash).toBe(unbroken.result.hash);
    await resumed.forget();
    expect(readdirSync(kept)).toEqual([]);
    const { comparison } = await replayHere(JSON.parse(JSON.stringify(resumed.result)), { workers: 1, signal: never });
    expect(comparison).toEqual({ word: 'identical', where: [] });
  });

  test('a record that was tampered with, or that is none, is told apart', async () => {
    await expect(replayHere({ format: 1 }, { signal: never })).rejects.toThrow(/no result of a run/);
  });

  test('names every parameter that cannot be used', async () => {
    const run = runHere({ experiment: 'connectivity', size: 'live', parameters: { units: 1, gain: 9 }, signal: never });
    await expect(run).rejects.toThrow(/units is 1.*8 to 300.*gain is 9/);
    await expect(runHere({ experiment: 'nothing', size: 'live', signal: never })).rejects.toThrow(
      /there are connectivity/,
    );
  });
});

test('a unit file that was cut short is as good as none', async () => {
  const folder = newFolder();
  writeFileSync(join(folder, 'abc.json'), '{"unit":{},"res');
  expect(await unitFolder(folder).load('abc')).toBeUndefined();
  expect(existsSync(join(folder, 'abc.json'))).toBe(true);
});
