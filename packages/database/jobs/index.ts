import type { Database } from '../dialects/index.ts';
import type { PostgresDatabase } from '../dialects/postgres.ts';
import type { JobLog, Jobs } from './jobs.ts';
import { leasedJobs } from './leased.ts';

export type {
  EnqueueOptions,
  JobContext,
  JobCounts,
  JobHandler,
  JobLog,
  JobStateName,
  Jobs,
  JobView,
  WorkOptions,
} from './jobs.ts';

/** The jobs of an opened and migrated store: a leased table on SQLite, pg-boss on PostgreSQL. */
export async function openJobs(
  database: Database,
  { now = Date.now, log = () => undefined }: { now?: () => number; log?: JobLog } = {},
): Promise<Jobs> {
  if (database.name === 'sqlite') return leasedJobs(database, { now, log });
  // Loaded here, so that a site on SQLite does not pay for it at each start.
  const { pgBossJobs } = await import('./pg-boss.ts');
  return pgBossJobs(database as PostgresDatabase, { now, log });
}
