import { type Kysely, sql } from 'kysely';
import type { Database } from './dialects/index.ts';
import { asStoreError } from './errors.ts';
import type { Schema } from './schema.ts';

/** How often a PostgreSQL transaction is tried again when it lost a race (serialisation failure, deadlock). */
const MAX_TRIES = 5;
const LOST_A_RACE = new Set(['40001', '40P01']);

/**
 * Runs `work` in one transaction that is all there or not at all; on PostgreSQL it may run `work` again when it lost a
 * race, so `work` must do nothing that cannot be repeated.
 * Inside, only the `db` that it is given may be used: the store's own handle waits for this transaction to end.
 * On SQLite it begins IMMEDIATE: a deferred one that writes after reading fails when another process wrote in between.
 * @throws {StoreError} for faults of the store (full, unreachable, …); what `work` throws otherwise passes unchanged.
 */
export async function transaction<T>(database: Database, work: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
  try {
    return database.name === 'sqlite' ? await immediate(database, work) : await withRetries(database, work);
  } catch (error) {
    throw asStoreError(error, database.location);
  }
}

async function withRetries<T>(database: Database, work: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await database.db.transaction().execute(work);
    } catch (error) {
      if (attempt >= MAX_TRIES || !LOST_A_RACE.has(String((error as { code?: unknown }).code))) throw error;
    }
  }
}

async function immediate<T>(database: Database, work: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
  return database.db.connection().execute(async (db) => {
    await sql`begin immediate`.execute(db);
    try {
      const result = await work(db);
      await sql`commit`.execute(db);
      return result;
    } catch (error) {
      // A full disk has already rolled back by itself; then this one fails and the first error is the one to tell.
      await sql`rollback`.execute(db).catch(() => undefined);
      throw error;
    }
  });
}
