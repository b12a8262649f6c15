/// <reference lib="webworker" />
import type { WorkUnit } from '@broadsheet/experiments/runner';
import { localPool } from '@broadsheet/experiments/runner';
import { fetchData } from './data.ts';
import { findExperiment } from './find-experiment.ts';
import type { LaneMessage, LaneStart } from './lanes.ts';
import { useFetched } from './runtime.ts';

declare const self: DedicatedWorkerGlobalScope;

// A second worker of one run: it is told once what is run, then takes one unit after the other.
let ready: Promise<ReturnType<typeof localPool>> | undefined;
self.addEventListener('message', ({ data }: MessageEvent<LaneStart | WorkUnit>) => {
  if ('order' in data) ready = prepare(data);
  else
    void work(data).catch((error: unknown) =>
      tell({ type: 'failed', words: String((error as Error)?.message ?? error) }),
    );
});

async function prepare({ order, runtime }: LaneStart) {
  const [experiment] = await Promise.all([findExperiment(order), runtime && useFetched(order.executor, runtime)]);
  return localPool(experiment, { data: fetchData });
}

async function work(unit: WorkUnit): Promise<void> {
  const pool = await ready;
  if (!pool) throw new Error('a lane was given a unit before it was told what is run');
  // Which executor the first worker chose stands in the unit; the run is ended by ending both.
  const outcomes = await pool.run(unit, (event) => tell({ type: 'event', event }), new AbortController().signal);
  tell({ type: 'outcomes', outcomes });
}

function tell(message: LaneMessage): void {
  self.postMessage(message);
}
