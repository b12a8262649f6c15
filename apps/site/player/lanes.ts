import type { Experiment, PartOutcome, RunEvent } from '@broadsheet/experiments';
import { readParameters, seedsOf } from '@broadsheet/experiments';
import { localPool, unitsOf, WorkerLostError, type WorkerPool, type WorkUnit } from '@broadsheet/experiments/runner';
import { fetchData } from './data.ts';
import type { RunOrder } from './order.ts';
import type { FetchedRuntime } from './runtime.ts';

const LANE = '/player/lane.js';
/** What a lane is told at first. */
export interface LaneStart {
  readonly order: RunOrder;
  readonly runtime?: FetchedRuntime;
}
/** What it tells. */
export type LaneMessage =
  | { readonly type: 'event'; readonly event: RunEvent }
  | { readonly type: 'outcomes'; readonly outcomes: PartOutcome[] }
  | { readonly type: 'failed'; readonly words: string };

/**
 * Where the units of a run are worked on: in this worker, and where the machine has another core and the run another
 * unit, in a worker of this one, which begins when the first unit is under way. Ending this worker ends that one too.
 */
export function openLanes(experiment: Experiment, order: RunOrder, runtime: FetchedRuntime | undefined): WorkerPool {
  const here = localPool(experiment, { data: fetchData });
  const size = Math.min(order.lanes, countUnits(experiment, order));
  if (size < 2 || order.executor === 'webgpu') return here;
  let isHereFree = true;
  let lane: Worker | undefined;
  return {
    size,
    async run(unit, onEvent, signal) {
      if (isHereFree) {
        isHereFree = false;
        try {
          return await here.run(unit, onEvent, signal);
        } finally {
          isHereFree = true;
        }
      }
      lane ??= openLane({ order, runtime });
      try {
        return await runInLane(lane, unit, onEvent);
      } catch (error) {
        if (error instanceof WorkerLostError) {
          lane.terminate();
          lane = undefined;
        }
        throw error;
      }
    },
  };
}

function countUnits(experiment: Experiment, order: RunOrder): number {
  const parameters = readParameters(experiment, order.size, order.parameters);
  const facts = { executor: order.executor, executorDescription: '', threads: 1, sourcesHash: '' };
  return unitsOf({ experiment, size: order.size, parameters, seeds: seedsOf(order.seeds), ...facts }).length;
}

function openLane(start: LaneStart): Worker {
  const lane = new Worker(LANE, { type: 'module' });
  lane.postMessage(start);
  return lane;
}

function runInLane(lane: Worker, unit: WorkUnit, onEvent: (event: RunEvent) => void): Promise<PartOutcome[]> {
  return new Promise((resolve, reject) => {
    const listening = new AbortController();
    const { signal } = listening;
    const end = (settle: () => void) => {
      listening.abort();
      settle();
    };
    lane.addEventListener(
      'message',
      ({ data }: MessageEvent<LaneMessage>) => {
        if (data.type === 'event') onEvent(data.event);
        else if (data.type === 'outcomes') end(() => resolve(data.outcomes));
        else end(() => reject(new Error(data.words)));
      },
      { signal },
    );
    const lost = (event: ErrorEvent) =>
      end(() => reject(new WorkerLostError(`a second worker ended: ${event.message}`)));
    lane.addEventListener('error', lost, { signal });
    lane.postMessage(unit);
  });
}
