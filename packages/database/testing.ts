import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from './dialects/index.ts';
import { openPostgres } from './dialects/postgres.ts';
import { openSqlite } from './dialects/sqlite.ts';
import { migrate } from './migrate.ts';

/** A migrated SQLite file of its own for one test; `dispose` closes and removes it. */
export async function temporarySqlite(): Promise<Database & { dispose(): Promise<void>; dir: string }> {
  const dir = mkdtempSync(join(tmpdir(), 'broadsheet-'));
  const database = openSqlite(join(dir, 'broadsheet.sqlite'));
  await migrate(database);
  return Object.assign(database, {
    dir,
    dispose: async () => {
      await database.close();
      rmSync(dir, { recursive: true, force: true });
    },
  });
}

/** The server that PostgreSQL tests use: BROADSHEET_TEST_POSTGRES, e.g. postgres://broadsheet@127.0.0.1:5432/broadsheet. */
export const testPostgresUrl = process.env.BROADSHEET_TEST_POSTGRES;

/** A migrated PostgreSQL schema of its own for one test; `dispose` drops it. */
export async function temporaryPostgres(url = testPostgresUrl): Promise<Database & { dispose(): Promise<void> }> {
  if (!url) throw new Error('BROADSHEET_TEST_POSTGRES is not set; this test needs a PostgreSQL server.');
  const schema = `test_${randomBytes(6).toString('hex')}`;
  const admin = openPostgres(url, { max: 1 });
  await admin.pool.query(`create schema ${schema}`);
  const database = openPostgres(url, { schema, max: 5 });
  await migrate(database);
  return Object.assign(database, {
    dispose: async () => {
      await database.close();
      await admin.pool.query(`drop schema ${schema} cascade`);
      await admin.close();
    },
  });
}

/** The stores that a contract suite runs on here, with the reason for one that is missing. */
export const storesUnderTest: {
  name: string;
  open: () => Promise<Database & { dispose(): Promise<void> }>;
  skip?: string;
}[] = [
  { name: 'sqlite', open: temporarySqlite },
  {
    name: 'postgres',
    open: () => temporaryPostgres(),
    ...(testPostgresUrl ? {} : { skip: 'BROADSHEET_TEST_POSTGRES is not set' }),
  },
];
