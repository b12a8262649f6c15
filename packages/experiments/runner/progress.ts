import type { RunEvent } from '../contract.ts';

/** How far a run is: share of its work, and the seconds that the rest may take (null while nothing is known). */
export interface RunProgress {
  readonly type: 'progress';
  readonly fraction: number;
  readonly secondsLeft: number | null;
  readonly label: string;
}

/** Reckons the time left from the work done in this session; stored units count as done but teach no speed. */
export function createProgress(costs: readonly number[], now: () => number) {
  const done = costs.map(() => 0); // share of each unit
  const total = costs.reduce((sum, cost) => sum + cost, 0);
  const startedMs = now();
  let resumed = 0;

  const workDone = () => done.reduce((sum, share, i) => sum + share * costs[i], 0);
  const state = (label: string): RunProgress => {
    const work = workDone();
    const perWork = (now() - startedMs) / (work - resumed);
    const secondsLeft = work > resumed ? Math.max(0, ((total - work) * perWork) / 1000) : null;
    return { type: 'progress', fraction: total > 0 ? Math.min(1, work / total) : 1, secondsLeft, label };
  };
  return {
    resume(unit: number) {
      done[unit] = 1;
      resumed += costs[unit];
    },
    finish(unit: number, label: string) {
      done[unit] = 1;
      return state(label);
    },
    within(unit: number, event: RunEvent & { type: 'progress' }) {
      done[unit] = event.total > 0 ? Math.min(1, event.done / event.total) : 0;
      return state(event.label);
    },
  };
}
