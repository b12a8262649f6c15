import { openPostgres } from '../dialects/postgres.ts';
import { openSqlite } from '../dialects/sqlite.ts';
import { openJobs } from '../jobs/index.ts';

// A worker that takes a job and never finishes it, for the test that kills it.
const url = process.env.BROADSHEET_TEST_POSTGRES;
const database =
  process.env.KIND === 'postgres' ? openPostgres(url as string) : openSqlite(process.env.STORE as string);
const jobs = await openJobs(database, { url, schema: process.env.SCHEMA });
await jobs.work(
  'stuck',
  async () => {
    process.send?.('taken');
    await new Promise(() => setInterval(() => undefined, 1_000));
  },
  { leaseMs: 1_000, pollMs: 500 },
);
