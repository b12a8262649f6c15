import { bumpSequence, transaction } from '@broadsheet/database';
import type { Jobs } from '@broadsheet/database/jobs';
import type { RunResult } from '@broadsheet/experiments';
import type { UnitResult } from '@broadsheet/experiments/runner';
import type { Host } from '../host/index.ts';
import { QUEUE } from './ask.ts';
import { ProcessLostError, runInProcess } from './child.ts';
import { eventWriter } from './events.ts';
import { laboratoryOf } from './experiments.ts';
import { recordedRuns } from './recorded.ts';
import { findRun, type StoredRun } from './runs.ts';

/** Attempts of a run whose process is lost without finishing another unit in between. */
const MOST_LOSSES = 3;
const CANCEL_POLL_MS = 400;
/** The shortest that pg-boss takes is ten seconds; a killed site's run is taken up this long after. */
const LEASE_MS = 15_000;
/** Finished runs are kept this long, so that a link to one still leads somewhere. */
const KEPT_MS = 90 * 24 * 3_600_000;
/** A reader who lost the connection just before the end still gets what was drawn. */
const EVENTS_KEPT_MS = 10 * 60_000;
/** Its job has had all its attempts long before. */
const ABANDONED_MS = 2 * 24 * 3_600_000;

export interface LabWorkerOptions {
  readonly leaseMs?: number;
  readonly pollMs?: number;
  /** Hears of each process that is started; for tests that kill it. */
  readonly onProcess?: (pid: number, run: string) => void;
}

/** Ends the attempt without ending the run. */
class Cancelled extends Error {}
class OutOfTime extends Error {}

/**
 * Works through the runs that were asked for, one at a time. Stopping ends the process in hand; its finished units stay
 * stored, and whoever takes the job up goes on from them.
 */
export async function startLabWorker(
  host: Host,
  jobs: Jobs,
  { leaseMs = LEASE_MS, pollMs, onProcess }: LabWorkerOptions = {},
): Promise<{ stop(): Promise<void> }> {
  await tidy(host);
  return jobs.work(
    QUEUE,
    async (payload, { signal }) => {
      const { run: id } = payload as { run: string };
      const run = await findRun(host, id);
      if (!run || (run.state !== 'queued' && run.state !== 'running')) return;
      await carryOut(host, run, signal, onProcess);
      await tidy(host);
    },
    { concurrency: 1, leaseMs, pollMs },
  );
}

async function carryOut(host: Host, run: StoredRun, stopping: AbortSignal, onProcess: LabWorkerOptions['onProcess']) {
  const started = run.startedAt ?? host.now();
  const ending = new AbortController();
  const watch = watchFor(host, run.id, started, ending);
  try {
    const result = await withRestarts(host, run, AbortSignal.any([stopping, ending.signal]), started, onProcess);
    await end(host, run.id, { state: 'done', result_json: JSON.stringify(result), said: null });
    await tellPages(host, run);
  } catch (error) {
    // Stopping is not the run's end: another worker, or this one after a restart, goes on with it.
    if (stopping.aborted && !ending.signal.aborted) throw error;
    if (error instanceof Cancelled) await end(host, run.id, { state: 'cancelled', said: error.message });
    else {
      const said = (error as Error).message;
      host.log.warn('a lab run failed', { run: run.id, experiment: run.experiment, error: said });
      await end(host, run.id, { state: 'failed', said });
    }
  } finally {
    clearInterval(watch);
  }
}

/** Starts the process again when it is lost, as long as it gets on. */
async function withRestarts(
  host: Host,
  run: StoredRun,
  signal: AbortSignal,
  started: number,
  onProcess: LabWorkerOptions['onProcess'],
): Promise<RunResult> {
  for (let losses = 0; ; ) {
    const units = await storedUnits(host, run.id);
    const writer = await eventWriter(host, run.id);
    await host.database.db
      .updateTable('lab_run')
      .set((e) => ({ state: 'running', started_at: started, attempts: e('attempts', '+', 1) }))
      .where('id', '=', run.id)
      .execute();
    let finished = 0;
    try {
      return await runInProcess(
        { ...(await startOf(host, run)), units },
        {
          onStart: (pid) => onProcess?.(pid, run.id),
          onEvents: (events) => writer.write(events),
          async onUnit(key, result) {
            finished += 1;
            await host.database.db
              .insertInto('lab_unit')
              .values({ run_id: run.id, key, result_json: JSON.stringify(result) })
              .onConflict((c) => c.doNothing())
              .execute();
          },
        },
        signal,
      );
    } catch (error) {
      if (!(error instanceof ProcessLostError)) throw error;
      losses = finished > 0 ? 1 : losses + 1;
      host.log.warn('the process of a lab run was lost', { run: run.id, losses, error: error.message });
      if (losses >= MOST_LOSSES)
        throw new Error(
          `It was lost ${losses} times in a row at the same place. ${error.message} Smaller parameters may fit.`,
          { cause: error },
        );
    }
  }
}

async function startOf(host: Host, run: StoredRun) {
  const laboratory = laboratoryOf(host);
  const module = laboratory.moduleOf(run.experiment)?.href;
  const { experiment, size, parameters, seeds } = run;
  return { experiment, size, parameters, seeds, module, sourcesHash: laboratory.sourcesHash(experiment) };
}

async function storedUnits(host: Host, id: string): Promise<[string, UnitResult][]> {
  const rows = await host.database.db
    .selectFrom('lab_unit')
    .select(['key', 'result_json'])
    .where('run_id', '=', id)
    .execute();
  return rows.map((row) => [row.key, JSON.parse(row.result_json) as UnitResult]);
}

/** Looks a few times a second whether the run was cancelled, by any process, or has used up its time. */
function watchFor(host: Host, id: string, started: number, ending: AbortController): NodeJS.Timeout {
  const { minutes } = host.settings.lab;
  const look = async () => {
    if (host.now() - started > minutes * 60_000) {
      const said = `It took longer than ${minutes} minutes, the most that this site gives a run; with fewer seeds or smaller parameters it may fit.`;
      return ending.abort(new OutOfTime(said));
    }
    const row = await host.database.db
      .selectFrom('lab_run')
      .select('cancel_asked_at')
      .where('id', '=', id)
      .executeTakeFirst();
    if (!row || row.cancel_asked_at !== null) ending.abort(new Cancelled('Stopped by whoever asked for it.'));
  };
  return setInterval(() => void look().catch(() => undefined), CANCEL_POLL_MS);
}

/** Pages show the verdicts of a stored run where nothing was recorded; those that are kept must then be made anew. */
async function tellPages(host: Host, run: StoredRun): Promise<void> {
  if (recordedRuns(host, run.experiment).length > 0) return;
  await transaction(host.database, (db) => bumpSequence(db, 'change'));
  await host.contentChanged();
}

interface Ending {
  state: 'done' | 'failed' | 'cancelled';
  said: string | null;
  result_json?: string;
}

/** Writes how a run ended; what only a run in hand needs goes. Events stay a while for readers who are just behind. */
async function end(host: Host, id: string, ending: Ending): Promise<void> {
  const { db } = host.database;
  await db
    .updateTable('lab_run')
    .set({ ...ending, finished_at: host.now() })
    .where('id', '=', id)
    .execute();
  await db.deleteFrom('lab_unit').where('run_id', '=', id).execute();
}

/** Lets go of what nobody can ask for any more, and ends what no job stands behind any more. */
async function tidy(host: Host): Promise<void> {
  const { db } = host.database;
  const now = host.now();
  const ended = ['done', 'failed', 'cancelled'] as const;
  await db
    .deleteFrom('lab_run')
    .where('state', 'in', ended)
    .where('finished_at', '<', now - KEPT_MS)
    .execute();
  const old = db
    .selectFrom('lab_run')
    .select('id')
    .where('finished_at', '<', now - EVENTS_KEPT_MS);
  await db.deleteFrom('lab_event').where('run_id', 'in', old).execute();
  await db
    .updateTable('lab_run')
    .set({
      state: 'failed',
      finished_at: now,
      said: 'It was taken up again and again and never ended; nobody works on it any more.',
    })
    .where('state', 'in', ['queued', 'running'])
    .where('created_at', '<', now - ABANDONED_MS)
    .execute();
}
