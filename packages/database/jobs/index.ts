import type { Database } from '../dialects/index.ts';
import type { Jobs } from './jobs.ts';
import { leasedJobs } from './leased.ts';
import { pgBossJobs } from './pg-boss.ts';

export type { EnqueueOptions, JobContext, JobHandler, Jobs, WorkOptions } from './jobs.ts';

/** The jobs of a store: a leased table on SQLite, pg-boss on PostgreSQL. */
export async function openJobs(
  database: Database,
  { now = Date.now, url, schema }: { now?: () => number; url?: string; schema?: string } = {},
): Promise<Jobs> {
  if (database.name === 'sqlite') return leasedJobs(database, { now });
  if (!url) throw new Error('openJobs: jobs on PostgreSQL need the address of the server (DATABASE_URL).');
  return pgBossJobs(url, { schema, now });
}
