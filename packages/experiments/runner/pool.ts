import type { Experiment, PartOutcome, RunContext, RunEvent } from '../contract.ts';
import type { WorkUnit } from './units.ts';

/**
 * Whoever does the work: threads of Node, workers of a browser, or this thread. The host makes it; the runner hands it
 * at most `size` units at a time.
 */
export interface WorkerPool {
  readonly size: number;
  /**
   * Runs one unit. When `signal` aborts it stops soon (a worker may simply be ended) and rejects with its reason.
   * @throws {WorkerLostError} when the worker went away; the runner then gives the unit to another
   */
  run(unit: WorkUnit, onEvent: (event: RunEvent) => void, signal: AbortSignal): Promise<PartOutcome[]>;
}

/** A worker ended by itself (killed, out of memory): not the experiment's fault, the unit can be done again. */
export class WorkerLostError extends Error {
  override name = 'WorkerLostError';
}

/** What a host gives units beyond the unit itself. */
export type UnitHost = Pick<RunContext, 'data'>;

/** Runs one unit in this thread: what a worker does with the units it is sent. */
export function runUnit(
  experiment: Experiment,
  unit: WorkUnit,
  host: UnitHost,
  onEvent: (event: RunEvent) => void,
  signal: AbortSignal,
): Promise<PartOutcome[]> {
  const { executor, threads, parameters, seeds, part } = unit;
  const context: RunContext = { executor, threads, signal, emit: onEvent, data: host.data };
  return experiment.run(context, parameters, seeds, part);
}

/** A pool of this thread alone, for tests and small runs. */
export function localPool(experiment: Experiment, host: Partial<UnitHost> = {}): WorkerPool {
  const data = host.data ?? ((name) => Promise.reject(new Error(`This run has no data named "${name}".`)));
  return { size: 1, run: (unit, onEvent, signal) => runUnit(experiment, unit, { data }, onEvent, signal) };
}
