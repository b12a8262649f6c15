import { randomUUID } from 'node:crypto';
import type { Database } from '../dialects/index.ts';
import { transaction } from '../transaction.ts';
import { type JobHandler, type Jobs, LEASE_MS, MAX_ATTEMPTS, POLL_MS, pauseMs, type WorkOptions } from './jobs.ts';

/**
 * Jobs in a table of the store, for one machine: whoever takes a job holds a lease on it and renews it while working.
 * A worker that dies loses its lease, and the job is taken up again.
 */
export function leasedJobs(database: Database, { now }: { now: () => number }): Jobs {
  const workers = new Set<{ stop(): Promise<void> }>();
  return {
    async enqueue(queue, payload, { runAt = now(), singletonKey, maxAttempts = MAX_ATTEMPTS } = {}) {
      return transaction(database, async (db) => {
        if (singletonKey !== undefined) {
          const taken = await db
            .selectFrom('job')
            .select('id')
            .where('queue', '=', queue)
            .where('singleton_key', '=', singletonKey)
            .where('state', 'in', ['queued', 'running'])
            .executeTakeFirst();
          if (taken) return false;
        }
        await db
          .insertInto('job')
          .values({
            queue,
            payload_json: JSON.stringify(payload ?? null),
            singleton_key: singletonKey ?? null,
            run_at: runAt,
            attempts: 0,
            max_attempts: maxAttempts,
            lease_owner: null,
            leased_until: null,
            last_error: null,
            created_at: now(),
            finished_at: null,
          })
          .execute();
        return true;
      });
    },
    async work(queue, handler, options = {}) {
      const worker = startWorker(database, queue, handler, { now, ...options });
      workers.add(worker);
      return worker;
    },
    async counts() {
      const rows = await database.db
        .selectFrom('job')
        .select((s) => ['state', s.fn.countAll<number>().as('count')])
        .groupBy('state')
        .execute();
      const of = (state: string) => Number(rows.find((row) => row.state === state)?.count ?? 0);
      return { queued: of('queued'), running: of('running'), done: of('done'), failed: of('failed') };
    },
    async close() {
      await Promise.all([...workers].map((worker) => worker.stop()));
    },
  };
}

function startWorker(
  database: Database,
  queue: string,
  handler: JobHandler,
  { now, leaseMs = LEASE_MS, pollMs = POLL_MS }: WorkOptions & { now: () => number },
): { stop(): Promise<void> } {
  const owner = randomUUID();
  const stopping = new AbortController();
  const loop = async () => {
    while (!stopping.signal.aborted) {
      const job = await take(database, queue, owner, { now, leaseMs }).catch(() => undefined);
      if (job) await run(database, job, handler, { owner, now, leaseMs, signal: stopping.signal });
      else await pause(pollMs, stopping.signal);
    }
  };
  const done = loop();
  return {
    async stop() {
      stopping.abort();
      await done;
    },
  };
}

interface TakenJob {
  id: number;
  payload: unknown;
  attempts: number;
  maxAttempts: number;
}

async function take(
  database: Database,
  queue: string,
  owner: string,
  { now, leaseMs }: { now: () => number; leaseMs: number },
): Promise<TakenJob | undefined> {
  return transaction(database, async (db) => {
    const at = now();
    const due = await db
      .selectFrom('job')
      .select(['id', 'payload_json', 'attempts', 'max_attempts'])
      .where('queue', '=', queue)
      .where((w) =>
        w.or([
          w.and([w('state', '=', 'queued'), w('run_at', '<=', at)]),
          w.and([w('state', '=', 'running'), w('leased_until', '<', at)]),
        ]),
      )
      .orderBy('run_at')
      .orderBy('id')
      .limit(1)
      .executeTakeFirst();
    if (!due) return undefined;
    await db
      .updateTable('job')
      .set({ state: 'running', lease_owner: owner, leased_until: at + leaseMs, attempts: due.attempts + 1 })
      .where('id', '=', due.id)
      .execute();
    return {
      id: due.id,
      payload: JSON.parse(due.payload_json),
      attempts: due.attempts + 1,
      maxAttempts: due.max_attempts,
    };
  });
}

async function run(
  database: Database,
  job: TakenJob,
  handler: JobHandler,
  { owner, now, leaseMs, signal }: { owner: string; now: () => number; leaseMs: number; signal: AbortSignal },
): Promise<void> {
  const lost = new AbortController();
  const mine = () =>
    database.db
      .updateTable('job')
      .where('id', '=', job.id)
      .where('lease_owner', '=', owner)
      .where('state', '=', 'running');
  const renewal = setInterval(async () => {
    try {
      const renewed = await mine()
        .set({ leased_until: now() + leaseMs })
        .executeTakeFirst();
      if (Number(renewed.numUpdatedRows) === 0) lost.abort(new Error('another worker has taken this job up'));
    } catch {
      // The store may be busy for a moment; the lease lasts for several renewals.
    }
  }, leaseMs / 3);
  try {
    await handler(job.payload, { signal: AbortSignal.any([signal, lost.signal]) });
    await mine().set({ state: 'done', finished_at: now(), leased_until: null }).execute();
  } catch (error) {
    const message = String((error as Error)?.message ?? error).slice(0, 1_000);
    const isLast = job.attempts >= job.maxAttempts;
    await mine()
      .set(
        isLast
          ? { state: 'failed', last_error: message, finished_at: now(), leased_until: null }
          : {
              state: 'queued',
              last_error: message,
              run_at: now() + pauseMs(job.attempts),
              lease_owner: null,
              leased_until: null,
            },
      )
      .execute()
      // Then the lease runs out and the job is taken up again; nothing is lost.
      .catch(() => undefined);
  } finally {
    clearInterval(renewal);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(resolve, ms);
    const stop = () => {
      clearTimeout(timer);
      resolve();
    };
    signal.addEventListener('abort', stop, { once: true });
  });
}
