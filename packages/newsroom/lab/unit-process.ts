import { loadExperiment, type RunEvent } from '@broadsheet/experiments';
import { runUnit, type WorkUnit } from '@broadsheet/experiments/runner';
import { dataOf } from './data.ts';
import { nodeExecutor } from './node-executor.ts';
import type { UnitMessage } from './process-pool.ts';

/** Progress is passed on this often at most; what is drawn is not held back. */
const PROGRESS_MS = 200;

// A worker of process-pool.ts: units come in, events and outcomes go out. It does not outlive its parent.
process.on('disconnect', () => process.exit(0));
process.on('message', (unit: WorkUnit) => void work(unit));

async function work(unit: WorkUnit): Promise<void> {
  try {
    const experiment = await loadExperiment(unit.experiment);
    if (!experiment) throw new Error(`There is no experiment "${unit.experiment}" in this version.`);
    await nodeExecutor(); // gives the engine its runtime
    const outcomes = await runUnit(experiment, unit, { data: dataOf }, quietly(), new AbortController().signal);
    await send({ type: 'outcomes', outcomes });
  } catch (error) {
    await send({ type: 'failed', said: error instanceof Error ? error.message : String(error) });
  }
}

function quietly(): (event: RunEvent) => void {
  let toldAt = 0;
  return (event) => {
    if (event.type === 'progress') {
      if (Date.now() - toldAt < PROGRESS_MS && event.done < event.total) return;
      toldAt = Date.now();
    }
    void send({ type: 'event', event });
  };
}

function send(message: UnitMessage): Promise<void> {
  return new Promise((resolve, reject) => {
    if (!process.send) return reject(new Error('this file is started by process-pool.ts, not by hand'));
    process.send(message, undefined, undefined, (error) => (error ? reject(error) : resolve()));
  });
}
