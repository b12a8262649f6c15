import { once } from 'node:events';
import { constants, setPriority } from 'node:os';
import { type Experiment, loadExperiment, readParameters, seedsOf } from '@broadsheet/experiments';
import { localPool, type RunnerEvent, runExperiment, type UnitResult } from '@broadsheet/experiments/runner';
import { dataOf } from './data.ts';
import type { ChildMessage, StartMessage, StoredMessage } from './messages.ts';
import { nodeExecutor } from './node-executor.ts';

/** How often what was drawn is sent on; a reader's eye needs no more. */
const FLUSH_MS = 200;

// One run in a process of its own: the pages stay quick, its memory is the system's again when it ends, and it can be
// killed at any moment. It does not outlive its parent.
process.on('disconnect', () => process.exit(0));
try {
  setPriority(constants.priority.PRIORITY_LOW);
} catch {
  // Some containers forbid it; the run is then only less polite.
}
const [start] = (await once(process, 'message')) as [StartMessage];
try {
  await send({ type: 'result', result: await run(start) });
} catch (error) {
  await send({ type: 'failed', said: String((error as Error)?.message ?? error) });
}
process.disconnect();

async function run(start: StartMessage) {
  const experiment = await find(start);
  const { executor, description, threads } = await nodeExecutor();
  const units = new Map(start.units);
  const flow = eventFlow();
  const request = {
    experiment,
    size: start.size,
    parameters: readParameters(experiment, start.size, start.parameters),
    seeds: seedsOf(start.seeds),
    executor,
    executorDescription: description,
    threads,
    sourcesHash: start.sourcesHash,
  };
  const result = await runExperiment(request, {
    pool: localPool(experiment, { data: dataOf }),
    signal: new AbortController().signal,
    onEvent: flow.add,
    store: {
      load: async (key) => units.get(key),
      save: (key, _unit, unit) => store(key, unit),
    },
  });
  await flow.end();
  return result;
}

async function find({ experiment, module }: StartMessage): Promise<Experiment> {
  const found = module
    ? ((await import(module)) as { experiment: Experiment }).experiment
    : await loadExperiment(experiment);
  if (!found) throw new Error(`There is no experiment "${experiment}" in this version.`);
  return found;
}

/** Waits until the unit is stored: only then may what comes after it rest on it. */
async function store(key: string, result: UnitResult): Promise<void> {
  const answered = new Promise<void>((resolve) => {
    const hear = (message: StoredMessage) => {
      if (message.stored !== key) return;
      process.off('message', hear);
      resolve();
    };
    process.on('message', hear);
  });
  await send({ type: 'unit', key, result });
  await answered;
}

/** Gathers events and sends them on a few times a second; of progress only the newest. */
function eventFlow() {
  let kept: RunnerEvent[] = [];
  const flush = async () => {
    if (kept.length === 0) return;
    const progress = kept.findLast((event) => event.type === 'progress');
    const events = kept.filter((event) => event.type !== 'progress' || event === progress);
    kept = [];
    await send({ type: 'events', events });
  };
  let flushedAt = Date.now();
  const timer = setInterval(() => void flush(), FLUSH_MS);
  return {
    add(event: RunnerEvent) {
      kept.push(event);
      // A run that never lets the event loop turn would keep the timer from firing.
      if (Date.now() - flushedAt < FLUSH_MS) return;
      flushedAt = Date.now();
      void flush();
    },
    async end() {
      clearInterval(timer);
      await flush();
    },
  };
}

function send(message: ChildMessage): Promise<void> {
  return new Promise((resolve, reject) => {
    if (!process.send) return reject(new Error('this file is started by the lab, not by hand'));
    process.send(message, undefined, undefined, (error) => (error ? reject(error) : resolve()));
  });
}
