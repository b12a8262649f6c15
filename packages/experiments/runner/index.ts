/** Runs experiments: units of work over a pool, events as they come, resume, cancel. Browser and Node alike. */
export { localPool, runUnit, type UnitHost, WorkerLostError, type WorkerPool } from './pool.ts';
export type { RunProgress } from './progress.ts';
export { type RunHooks, type RunnerEvent, runExperiment } from './run.ts';
export { type RunRequest, type UnitResult, type UnitStore, unitKey, unitsOf, WHOLE, type WorkUnit } from './units.ts';
