import { sql } from 'kysely';
import type { Database } from '../dialects/index.ts';
import type { PostgresDatabase } from '../dialects/postgres.ts';
import type { JobCounts, JobStateName } from './jobs.ts';
import { jobsSchema, STATE } from './pg-boss-names.ts';

/** How many jobs of each queue are in which state, read without starting anything that works on them. */
export async function readJobCounts(database: Database): Promise<{ queue: string; counts: JobCounts }[]> {
  const rows = database.name === 'sqlite' ? await ofTable(database) : await ofPgBoss(database as PostgresDatabase);
  return [...Map.groupBy(rows, (row) => row.queue)].map(([queue, its]) => {
    const counts: JobCounts = { queued: 0, running: 0, done: 0, failed: 0 };
    for (const { state, count } of its) counts[state] += Number(count);
    return { queue, counts };
  });
}

type Row = { queue: string; state: JobStateName; count: number };

async function ofTable({ db }: Database): Promise<Row[]> {
  return db
    .selectFrom('job')
    .select((s) => ['queue', 'state', s.fn.countAll<number>().as('count')])
    .groupBy(['queue', 'state'])
    .orderBy('queue')
    .execute();
}

async function ofPgBoss(database: PostgresDatabase): Promise<Row[]> {
  const table = `${jobsSchema(database)}.job`;
  const { rows: found } = await sql<{ there: string | null }>`select to_regclass(${table})::text as there`.execute(
    database.db,
  );
  // pg-boss makes its tables when something first works.
  if (!found[0]?.there) return [];
  const counted = sql<{ queue: string; state: string; count: number }>`
    select name as queue, state::text as state, count(*) as count from ${sql.table(table)} group by 1, 2 order by 1`;
  const { rows } = await counted.execute(database.db);
  return rows.flatMap((row) => (STATE[row.state] ? [{ ...row, state: STATE[row.state] }] : []));
}
