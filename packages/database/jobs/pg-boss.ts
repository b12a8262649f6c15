import { PgBoss } from 'pg-boss';
import type { PostgresDatabase } from '../dialects/postgres.ts';
import { asStoreError } from '../errors.ts';
import {
  FIRST_PAUSE_MS,
  type JobLog,
  type Jobs,
  type JobView,
  KEPT_MS,
  LEASE_MS,
  LONGEST_PAUSE_MS,
  MAX_ATTEMPTS,
} from './jobs.ts';
import { jobsSchema, STATE } from './pg-boss-names.ts';
import { type Claim, startWorker, type Worker } from './worker.ts';

/** pg-boss accepts no shorter heartbeat. */
const SHORTEST_LEASE_S = 10;
/** A job's whole time, and its longest wait for its turn: pg-boss's upper limits, as only a silent worker shall lose a job. */
const LONGEST_RUN_S = 23 * 3_600;
const LONGEST_WAIT_S = 365 * 24 * 3_600;
/** How often silent workers are looked for; a lost job waits for its lease and this. */
const SUPERVISE_S = 5;

/**
 * Jobs on PostgreSQL by pg-boss, so that any number of machines can work. Its tables live in a schema beside the
 * store's. Its fetch, complete, fail and touch are driven by our loop: its own takes one job a poll.
 */
export async function pgBossJobs(
  database: PostgresDatabase,
  { now, log }: { now: () => number; log: JobLog },
): Promise<Jobs> {
  const schema = jobsSchema(database);
  const boss = new PgBoss({
    schema,
    db: { executeSql: (text, values) => database.pool.query(text, values) },
    superviseIntervalSeconds: SUPERVISE_S,
    monitorIntervalSeconds: SUPERVISE_S,
    schedule: false,
  });
  // Without a listener an error of its own timers would end the process.
  boss.on('error', (error) => log('warn', 'pg-boss reports an error', { error: String(error) }));
  try {
    await boss.start();
  } catch (error) {
    throw asStoreError(error, database.location);
  }
  const workers = new Map<Worker, string>();
  const known = new Set<string>();
  const ensureQueue = async (queue: string) => {
    if (known.has(queue)) return;
    await boss.createQueue(queue, {
      policy: 'exclusive',
      ...{ retryDelay: FIRST_PAUSE_MS / 1000, retryBackoff: true, retryDelayMax: LONGEST_PAUSE_MS / 1000 },
      ...{ expireInSeconds: LONGEST_RUN_S, retentionSeconds: LONGEST_WAIT_S, deleteAfterSeconds: KEPT_MS / 1000 },
      heartbeatSeconds: LEASE_MS / 1000,
    });
    known.add(queue);
  };
  return {
    async enqueue(queue, payload, { runAt, singletonKey, maxAttempts = MAX_ATTEMPTS } = {}) {
      await ensureQueue(queue);
      const id = await boss.send(
        queue,
        { value: payload ?? null },
        {
          retryLimit: maxAttempts - 1,
          // The server's clock decides; what is handed over is how long to wait.
          ...(runAt !== undefined && runAt > now() ? { startAfter: new Date(Date.now() + runAt - now()) } : {}),
          // The queue's policy allows one job a key, and takes jobs without one as one key of their own.
          singletonKey: singletonKey === undefined ? `unkeyed ${crypto.randomUUID()}` : `key ${singletonKey}`,
        },
      );
      for (const [worker, its] of workers) if (its === queue) worker.wake();
      return id !== null;
    },
    async work(queue, handler, options = {}) {
      await ensureQueue(queue);
      if (options.leaseMs !== undefined) {
        const heartbeatSeconds = Math.max(SHORTEST_LEASE_S, Math.ceil(options.leaseMs / 1000));
        await boss.updateQueue(queue, { heartbeatSeconds });
      }
      const worker = startWorker(queue, () => take(boss, queue), handler, { ...options, log });
      workers.set(worker, queue);
      return {
        async stop() {
          await worker.stop();
          workers.delete(worker);
        },
      };
    },
    async counts(queue) {
      const { rows } = await database.pool.query<{ state: string; count: number }>(
        `select state::text, count(*) as count from ${schema}.job where ($1::text is null or name = $1) and name not like '\\_\\_pgboss%' group by 1`,
        [queue ?? null],
      );
      const counts = { queued: 0, running: 0, done: 0, failed: 0 };
      for (const row of rows) counts[STATE[row.state]] += row.count;
      return counts;
    },
    async list(queue, limit = 100) {
      const { rows } = await database.pool.query(
        `select id::text, state::text, data, retry_count, retry_limit, start_after, created_on, completed_on, output from ${schema}.job where name = $1 order by created_on desc, id desc limit $2`,
        [queue, limit],
      );
      return rows.map(viewOf);
    },
    async close() {
      await Promise.all([...workers.keys()].map((worker) => worker.stop()));
      workers.clear();
      await boss.stop({ graceful: true, timeout: 10_000 });
    },
  };
}

async function take(boss: PgBoss, queue: string): Promise<Claim | undefined> {
  const [job] = await boss.fetch<{ value: unknown }>(queue, { batchSize: 1, includeMetadata: true });
  if (!job) return undefined;
  // Naming the attempt leaves a job alone that another worker has taken up since.
  const attempt = { id: job.id, retryCount: job.retryCount };
  return {
    ...{ id: job.id, payload: job.data.value, attempt: job.retryCount + 1, maxAttempts: job.retryLimit + 1 },
    async extend() {
      // pg-boss's types leave out what its answer holds.
      const { affected } = (await boss.touch(queue, attempt)) as { affected: number };
      return affected > 0;
    },
    async done() {
      await boss.complete(queue, attempt);
    },
    async failed(message) {
      await boss.fail(queue, attempt, { message });
    },
  };
}

interface BossRow {
  id: string;
  state: string;
  data: { value: unknown };
  retry_count: number;
  retry_limit: number;
  start_after: Date;
  created_on: Date;
  completed_on: Date | null;
  output: { message?: string; value?: { message?: string } } | null;
}

function viewOf(row: BossRow): JobView {
  return {
    ...{ id: row.id, state: STATE[row.state], payload: row.data.value, maxAttempts: row.retry_limit + 1 },
    // pg-boss counts retries, when they begin; a job that no one has taken has had no attempt.
    attempts: row.state === 'created' ? 0 : row.retry_count + 1,
    ...{ runAt: row.start_after.getTime(), createdAt: row.created_on.getTime() },
    finishedAt: row.completed_on?.getTime() ?? null,
    lastError: row.output?.message ?? row.output?.value?.message ?? null,
  };
}
