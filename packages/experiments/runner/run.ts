import { judge } from '../claims.ts';
import type { PartOutcome, RunEvent, RunResult, SeedOutcome, Summary, Verdict } from '../contract.ts';
import { hashOf } from '../result.ts';
import { createCollector } from './collect.ts';
import { outcomesOf } from './outcomes.ts';
import { WorkerLostError, type WorkerPool } from './pool.ts';
import { createProgress, type RunProgress } from './progress.ts';
import { type RunRequest, type UnitResult, type UnitStore, unitKey, unitsOf, type WorkUnit } from './units.ts';

/** What a run tells while it goes. Verdicts come after each unit, for the claims that have measures by then. */
export type RunnerEvent =
  | Exclude<RunEvent, { type: 'progress' }>
  | RunProgress
  | { readonly type: 'verdicts'; readonly verdicts: readonly Verdict[] };

export interface RunHooks {
  readonly pool: WorkerPool;
  readonly signal: AbortSignal;
  readonly onEvent?: (event: RunnerEvent) => void;
  readonly store?: UnitStore;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

const MOST_TRIES = 3; // of a unit whose worker was lost

/**
 * Runs an experiment: its parts and batches of seeds over the pool's workers, finished units kept in the store and
 * taken from it. The result does not depend on the order in which workers finish.
 * @throws the signal's reason as soon as it aborts; finished units stay stored
 */
export async function runExperiment(request: RunRequest, hooks: RunHooks): Promise<RunResult> {
  const { experiment, size, parameters, seeds, executor, executorDescription, threads, sourcesHash } = request;
  const { pool, signal, onEvent = () => {}, store, now = Date.now } = hooks;
  signal.throwIfAborted();
  const startedMs = now();
  const units = unitsOf(request);
  const results: (UnitResult | undefined)[] = await Promise.all(
    units.map((unit) => store?.load(unitKey(unit, sourcesHash))),
  );
  const storedMs = results.reduce((sum, result) => sum + (result?.durationMs ?? 0), 0);
  const progress = createProgress(
    units.map((unit) => (experiment.cost?.(parameters, unit.part) ?? 1) * unit.seeds.length),
    now,
  );
  results.forEach((result, i) => {
    if (!result) return;
    progress.resume(i);
    replayEvents(result, onEvent);
  });

  const verdictsNow = (): Verdict[] => {
    const outcomes = outcomesOf(request, units, results);
    return experiment.claims.map((claim) => judge(claim, size, outcomes));
  };
  const work = async (index: number): Promise<void> => {
    const unit = units[index];
    const result = await runOne(pool, unit, signal, now, (event) =>
      onEvent(event.type === 'progress' ? progress.within(index, event) : event),
    );
    results[index] = result;
    await store?.save(unitKey(unit, sourcesHash), unit, result);
    onEvent(progress.finish(index, unit.part));
    onEvent({ type: 'verdicts', verdicts: verdictsNow() });
  };
  if (results.some((result) => result)) onEvent({ type: 'verdicts', verdicts: verdictsNow() });
  await spread(
    units.map((_, i) => i).filter((i) => !results[i]),
    pool.size,
    work,
    signal,
  );

  const outcomes: SeedOutcome[] = outcomesOf(request, units, results);
  const summary: Summary = experiment.summary?.(parameters, outcomes) ?? { points: [], rows: [] };
  for (const point of summary.points) onEvent({ type: 'point', ...point });
  for (const row of summary.rows) onEvent({ type: 'row', ...row });
  const finished = results as UnitResult[];
  const result: Omit<RunResult, 'hash'> = {
    format: 1,
    experiment: experiment.id,
    size,
    parameters,
    seeds,
    executor,
    executorDescription,
    threads,
    sourcesHash,
    startedAt: new Date(startedMs).toISOString(),
    durationMs: Math.round(now() - startedMs + storedMs),
    outcomes,
    verdicts: experiment.claims.map((claim) => judge(claim, size, outcomes)),
    points: [...finished.flatMap((one) => one.points), ...summary.points],
    rows: [...finished.flatMap((one) => one.rows), ...summary.rows],
    reports: finished.flatMap((one) => one.reports),
    ...(summary.headline === undefined ? {} : { headline: summary.headline }),
  };
  return { ...result, hash: hashOf(result) };
}

async function runOne(
  pool: WorkerPool,
  unit: WorkUnit,
  signal: AbortSignal,
  now: () => number,
  onEvent: (event: RunEvent) => void,
): Promise<UnitResult> {
  for (let attempt = 1; ; attempt++) {
    const startedMs = now();
    const collector = createCollector();
    let fault: unknown;
    // Events may come from a process's message handler, where nobody would catch what is thrown.
    const take = (event: RunEvent) => {
      try {
        if (!signal.aborted && collector.take(event)) onEvent(event);
      } catch (error) {
        fault ??= error;
      }
    };
    try {
      const outcomes: PartOutcome[] = await pool.run(unit, take, signal);
      if (fault) throw fault;
      return { outcomes, ...collector.result(), durationMs: now() - startedMs };
    } catch (error) {
      if (!(error instanceof WorkerLostError) || attempt === MOST_TRIES || signal.aborted) throw error;
    }
  }
}

/** Works through `items`, `width` at a time; ends at once when one fails or the signal aborts. */
async function spread<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const queue = [...items];
  const lane = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      signal.throwIfAborted();
      await work(item);
    }
  };
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    const onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    stop = () => signal.removeEventListener('abort', onAbort);
  });
  try {
    const lanes = Array.from({ length: Math.min(width, queue.length) }, lane);
    await Promise.race([Promise.all(lanes), aborted]);
    signal.throwIfAborted();
  } catch (error) {
    queue.length = 0;
    throw error;
  } finally {
    stop();
  }
}

function replayEvents(result: UnitResult, onEvent: (event: RunnerEvent) => void): void {
  for (const point of result.points) onEvent({ type: 'point', ...point });
  for (const row of result.rows) onEvent({ type: 'row', ...row });
  for (const report of result.reports) onEvent({ type: 'report', ...report });
}
