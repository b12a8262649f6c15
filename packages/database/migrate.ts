import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { isPostgres } from './dialects/columns.ts';
import type { Database } from './dialects/index.ts';
import { asStoreError, StoreError } from './errors.ts';
import { migrations as shipped } from './migrations/index.ts';
import type { Schema } from './schema.ts';
import { transaction } from './transaction.ts';

/** Ours: any number that no other program takes locks by in the same database. */
const LOCK = 7_302_611;

interface Migrations {
  migration: { name: string; applied_at: number };
}

/**
 * Brings the store to the newest migration and returns the names applied now. All run in one transaction under a lock,
 * so that of several processes that start at once one works and the others find it done.
 * Not Kysely's Migrator: on SQLite it takes no lock and no transaction, and on PostgreSQL it mistakes the tables of
 * another schema for its own.
 *
 * @throws {StoreError} when a migration fails (nothing of it is kept; the start must stop) or when the store is newer than this program.
 */
export async function migrate(
  database: Database,
  { migrations = shipped, now = Date.now }: { migrations?: Record<string, Migration>; now?: () => number } = {},
): Promise<string[]> {
  try {
    return await transaction(database, (db) => migrateInside(database, db, { migrations, now }));
  } catch (error) {
    throw asStoreError(error, database.location);
  }
}

/** The names of the migrations that a store has, in their order. */
export async function appliedMigrations(db: Kysely<Schema>): Promise<string[]> {
  const names = (db as unknown as Kysely<Migrations>).selectFrom('migration').select('name').orderBy('name');
  return (await names.execute()).map((row) => row.name);
}

/** The same inside a transaction that the caller has begun; `upTo` stops after that migration. */
export async function migrateInside(
  database: Database,
  db: Kysely<Schema>,
  { migrations, now, upTo }: { migrations: Record<string, Migration>; now: () => number; upTo?: string },
): Promise<string[]> {
  const applied = await lockAndReadApplied(db as unknown as Kysely<Migrations>);
  const unknown = applied.filter((name) => !Object.hasOwn(migrations, name));
  if (unknown.length > 0) {
    throw new StoreError(
      'newer',
      `This site's data in ${database.location} was written by a newer Broadsheet (it has ${unknown.join(', ')}, which this program does not know). Start that version again, or restore a backup made with this one; nothing was changed.`,
    );
  }
  const done: string[] = [];
  for (const [name, migration] of Object.entries(migrations)) {
    if (!applied.includes(name)) {
      await runOne(database, db, name, migration);
      await (db as unknown as Kysely<Migrations>).insertInto('migration').values({ name, applied_at: now() }).execute();
      done.push(name);
    }
    if (name === upTo) break;
  }
  return done;
}

async function lockAndReadApplied(db: Kysely<Migrations>): Promise<string[]> {
  // On SQLite `begin immediate` is the lock.
  if (isPostgres(db as Kysely<unknown>)) await sql`select pg_advisory_xact_lock(${sql.lit(LOCK)})`.execute(db);
  await sql`create table if not exists migration (name text primary key, applied_at bigint not null)`.execute(db);
  const rows = await db.selectFrom('migration').select('name').execute();
  return rows.map((row) => row.name);
}

async function runOne(database: Database, db: Kysely<Schema>, name: string, migration: Migration): Promise<void> {
  try {
    await migration.up(db as unknown as Kysely<unknown>);
  } catch (error) {
    const reason = String((error as Error).message ?? error);
    throw new StoreError(
      'migration-failed',
      `Migration ${name} failed on ${database.location}: ${reason}. Nothing of it was kept; the data is as it was before. See docs/guides/upgrade.md.`,
      { cause: error },
    );
  }
}
