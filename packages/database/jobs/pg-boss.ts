import { PgBoss } from 'pg-boss';
import { type Jobs, MAX_ATTEMPTS, POLL_MS } from './jobs.ts';

/** A worker that has been silent for this long is dead; pg-boss allows no less than ten. */
const HEARTBEAT_SECONDS = 15;
/** How often the dead are looked for. */
const SUPERVISE_SECONDS = 5;
/** The longest that pg-boss allows a job to run; a lab run at a paper's own scale takes hours. */
const LONGEST_JOB_SECONDS = 23 * 3_600;

/** Jobs on PostgreSQL by pg-boss, so that any number of machines can work. Its tables live in a schema of their own. */
export async function pgBossJobs(
  url: string,
  { schema = 'broadsheet_jobs', now }: { schema?: string; now: () => number },
): Promise<Jobs> {
  const boss = new PgBoss({ connectionString: url, schema, max: 4, superviseIntervalSeconds: SUPERVISE_SECONDS });
  // Without a listener an error of its own timers would end the process.
  boss.on('error', () => undefined);
  await boss.start();
  const known = new Set<string>();
  const ensure = async (queue: string) => {
    if (known.has(queue)) return;
    await boss.createQueue(queue, {
      policy: 'standard',
      heartbeatSeconds: HEARTBEAT_SECONDS,
      expireInSeconds: LONGEST_JOB_SECONDS,
    });
    known.add(queue);
  };
  return {
    async enqueue(queue, payload, { runAt, singletonKey, maxAttempts = MAX_ATTEMPTS } = {}) {
      await ensure(queue);
      if (singletonKey !== undefined && (await isTaken(boss, schema, queue, singletonKey))) return false;
      const id = await boss.send(
        queue,
        { value: payload ?? null },
        {
          retryLimit: maxAttempts - 1,
          retryDelay: 1,
          retryBackoff: true,
          ...(runAt !== undefined && runAt > now() ? { startAfter: new Date(runAt) } : {}),
          ...(singletonKey === undefined ? {} : { singletonKey }),
        },
      );
      return id !== null;
    },
    async work(queue, handler, { pollMs = POLL_MS } = {}) {
      await ensure(queue);
      const id = await boss.work<{ value: unknown }>(
        queue,
        { batchSize: 1, pollingIntervalSeconds: Math.max(0.5, pollMs / 1000) },
        async ([job]) => handler(job.data.value, { signal: job.signal }),
      );
      return {
        async stop() {
          await boss.offWork(queue, { id, wait: true });
        },
      };
    },
    async counts() {
      const rows = await query<{ state: string; count: string }>(
        boss,
        `select state::text as state, count(*) as count from ${schema}.job group by state`,
      );
      const of = (...states: string[]) =>
        rows.filter((row) => states.includes(row.state)).reduce((sum, row) => sum + Number(row.count), 0);
      return {
        queued: of('created', 'retry'),
        running: of('active'),
        done: of('completed'),
        failed: of('failed', 'cancelled'),
      };
    },
    close: () => boss.stop({ graceful: true, timeout: 10_000 }),
  };
}

async function isTaken(boss: PgBoss, schema: string, queue: string, key: string): Promise<boolean> {
  const rows = await query(
    boss,
    `select 1 from ${schema}.job where name = $1 and singleton_key = $2 and state::text in ('created', 'retry', 'active') limit 1`,
    [queue, key],
  );
  return rows.length > 0;
}

async function query<T>(boss: PgBoss, text: string, values: unknown[] = []): Promise<T[]> {
  const { rows } = await boss.getDb().executeSql(text, values);
  return rows as T[];
}
