import { randomUUID } from 'node:crypto';
import type { Database } from '../dialects/index.ts';
import { transaction } from '../transaction.ts';
import { type JobLog, type Jobs, type JobView, KEPT_MS, MAX_ATTEMPTS, pauseMs } from './jobs.ts';
import { type Claim, startWorker, type Worker } from './worker.ts';

/** How often old jobs are swept out; the table stays small enough for its index either way. */
const SWEEP_MS = 3_600_000;

/**
 * Jobs in a table of the store, for one machine: whoever takes a job holds a lease on it and renews it while working.
 * A worker that dies loses its lease, and the job is taken up again.
 */
export function leasedJobs(database: Database, { now, log }: { now: () => number; log: JobLog }): Jobs {
  const workers = new Map<Worker, string>();
  let sweptAt = Number.NEGATIVE_INFINITY;
  const take = async (queue: string, owner: string, leaseMs: number) => {
    if (now() - sweptAt > SWEEP_MS) {
      sweptAt = now();
      await sweep(database, sweptAt);
    }
    return takeJob(database, queue, { owner, leaseMs, now, log });
  };
  return {
    async enqueue(queue, payload, { runAt = now(), singletonKey, maxAttempts = MAX_ATTEMPTS } = {}) {
      const row = {
        ...{ queue, payload_json: JSON.stringify(payload ?? null), singleton_key: singletonKey ?? null },
        ...{ run_at: runAt, max_attempts: maxAttempts, attempts: 0, lease_owner: null, leased_until: null },
        ...{ last_error: null, created_at: now(), finished_at: null },
      };
      // The index job_singleton refuses a second one, whichever process adds it.
      const result = await transaction(database, (db) =>
        db
          .insertInto('job')
          .values(row)
          .onConflict((conflict) => conflict.doNothing())
          .executeTakeFirst(),
      );
      for (const [worker, its] of workers) if (its === queue) worker.wake();
      return Number(result.numInsertedOrUpdatedRows ?? 0) > 0;
    },
    async work(queue, handler, options = {}) {
      const owner = randomUUID();
      const worker = startWorker(queue, (leaseMs) => take(queue, owner, leaseMs), handler, { ...options, log });
      workers.set(worker, queue);
      return {
        async stop() {
          await worker.stop();
          workers.delete(worker);
        },
      };
    },
    async counts(queue) {
      const rows = await database.db
        .selectFrom('job')
        .select((s) => ['state', s.fn.countAll<number>().as('count')])
        .$if(queue !== undefined, (q) => q.where('queue', '=', queue as string))
        .groupBy('state')
        .execute();
      const of = (state: string) => Number(rows.find((row) => row.state === state)?.count ?? 0);
      return { queued: of('queued'), running: of('running'), done: of('done'), failed: of('failed') };
    },
    async list(queue, limit = 100) {
      const jobs = database.db.selectFrom('job').selectAll().where('queue', '=', queue);
      const rows = await jobs.orderBy('id', 'desc').limit(limit).execute();
      return rows.map(
        (row): JobView => ({
          ...{ id: String(row.id), state: row.state, payload: JSON.parse(row.payload_json) },
          ...{ attempts: row.attempts, maxAttempts: row.max_attempts, lastError: row.last_error },
          ...{ runAt: row.run_at, createdAt: row.created_at, finishedAt: row.finished_at },
        }),
      );
    },
    async close() {
      await Promise.all([...workers.keys()].map((worker) => worker.stop()));
      workers.clear();
    },
  };
}

interface Taking {
  owner: string;
  leaseMs: number;
  now: () => number;
  log: JobLog;
}

/** Takes the job that is due first: a queued one, or one whose worker has fallen silent. */
async function takeJob(database: Database, queue: string, taking: Taking): Promise<Claim | undefined> {
  const { owner, leaseMs, now, log } = taking;
  const due = (db = database.db) =>
    db
      .selectFrom('job')
      .where('queue', '=', queue)
      .where((w) =>
        w.or([
          w.and([w('state', '=', 'queued'), w('run_at', '<=', now())]),
          w.and([w('state', '=', 'running'), w('leased_until', '<', now())]),
        ]),
      )
      .orderBy('run_at')
      .orderBy('id')
      .limit(1);
  // An idle worker looks without the write lock.
  if (!(await due().select('id').executeTakeFirst())) return undefined;
  return transaction(database, async (db) => {
    const row = await due(db).select(['id', 'payload_json', 'attempts', 'max_attempts']).executeTakeFirst();
    if (!row) return undefined;
    const update = db.updateTable('job').where('id', '=', row.id);
    if (row.attempts >= row.max_attempts) {
      // It took its worker down each time; once more would not be better.
      const last_error = `its worker ended without a word on attempt ${row.attempts} of ${row.max_attempts}`;
      await update.set({ state: 'failed', last_error, finished_at: now(), leased_until: null }).execute();
      log('warn', 'job failed for good', { queue, id: row.id, error: last_error });
      return undefined;
    }
    const attempts = row.attempts + 1;
    await update.set({ state: 'running', lease_owner: owner, leased_until: now() + leaseMs, attempts }).execute();
    return claimOf(database, { ...row, attempts }, taking);
  });
}

interface TakenRow {
  id: number;
  payload_json: string;
  attempts: number;
  max_attempts: number;
}

function claimOf(database: Database, row: TakenRow, { owner, leaseMs, now }: Taking): Claim {
  // The attempt is part of the claim: the same worker may have taken the job up again after losing it.
  const mine = () =>
    database.db
      .updateTable('job')
      .where('id', '=', row.id)
      .where('lease_owner', '=', owner)
      .where('attempts', '=', row.attempts)
      .where('state', '=', 'running');
  const ended = () => ({ finished_at: now(), leased_until: null });
  return {
    ...{ id: String(row.id), payload: JSON.parse(row.payload_json) },
    ...{ attempt: row.attempts, maxAttempts: row.max_attempts },
    async extend() {
      const { numUpdatedRows } = await mine()
        .set({ leased_until: now() + leaseMs })
        .executeTakeFirst();
      return Number(numUpdatedRows) > 0;
    },
    async done() {
      await mine()
        .set({ state: 'done', ...ended() })
        .execute();
    },
    async failed(last_error) {
      const isLast = row.attempts >= row.max_attempts;
      const again = { run_at: now() + pauseMs(row.attempts), lease_owner: null, leased_until: null };
      await mine()
        .set(isLast ? { state: 'failed', last_error, ...ended() } : { state: 'queued', last_error, ...again })
        .execute();
    },
  };
}

async function sweep(database: Database, at: number): Promise<void> {
  const ended = database.db.deleteFrom('job').where('state', 'in', ['done', 'failed']);
  await ended.where('finished_at', '<', at - KEPT_MS).execute();
}
