import { type ChildProcess, type ForkOptions, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from './dialects/index.ts';
import { openPostgres, type PostgresDatabase } from './dialects/postgres.ts';
import { openSqlite, type SqliteDatabase } from './dialects/sqlite.ts';
import { migrate } from './migrate.ts';

type Disposable<T> = T & { dispose(): Promise<void> };

/** A migrated SQLite file of its own for one test; `dispose` closes and removes it. */
export async function temporarySqlite({ migrated = true } = {}): Promise<Disposable<SqliteDatabase> & { dir: string }> {
  const dir = mkdtempSync(join(tmpdir(), 'broadsheet-'));
  const database = openSqlite(join(dir, 'broadsheet.sqlite'));
  if (migrated) await migrate(database);
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

/** A migrated PostgreSQL schema of its own for one test; `dispose` drops it and that of its jobs. */
export async function temporaryPostgres(
  url = testPostgresUrl,
  { migrated = true } = {},
): Promise<Disposable<PostgresDatabase>> {
  if (!url) throw new Error('BROADSHEET_TEST_POSTGRES is not set; this test needs a PostgreSQL server.');
  const schema = `test_${randomBytes(6).toString('hex')}`;
  const admin = openPostgres(url, { max: 1 });
  await admin.pool.query(`create schema ${schema}`);
  const database = openPostgres(url, { schema, max: 5 });
  if (migrated) await migrate(database);
  return Object.assign(database, {
    dispose: async () => {
      await database.close();
      await admin.pool.query(`drop schema if exists ${schema}_jobs cascade`);
      await admin.pool.query(`drop schema ${schema} cascade`);
      await admin.close();
    },
  });
}

/** The stores that a contract suite runs on here, with the reason for one that is missing. */
export const storesUnderTest: {
  name: string;
  open: (options?: { migrated?: boolean }) => Promise<Disposable<Database>>;
  skip?: string;
}[] = [
  { name: 'sqlite', open: temporarySqlite },
  {
    name: 'postgres',
    open: (options) => temporaryPostgres(undefined, options),
    ...(testPostgresUrl ? {} : { skip: 'BROADSHEET_TEST_POSTGRES is not set' }),
  },
];

/** Forks a script with the same store to itself: tests of what happens between processes. It finds the store by `storeFromParent`. */
export function forkOnStore(
  script: URL,
  database: Database,
  env: Record<string, string> = {},
  options: ForkOptions = {},
): ChildProcess {
  const { schema = '' } = database as Partial<PostgresDatabase>;
  return fork(script, {
    env: { ...process.env, STORE_KIND: database.name, STORE_FILE: database.location, STORE_SCHEMA: schema, ...env },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    ...options,
  });
}

/** The store of the test that forked this process. */
export function storeFromParent(): Database {
  const { STORE_KIND, STORE_FILE, STORE_SCHEMA } = process.env;
  if (STORE_KIND === 'sqlite') return openSqlite(STORE_FILE as string);
  return openPostgres(testPostgresUrl as string, { schema: STORE_SCHEMA, max: 3 });
}
