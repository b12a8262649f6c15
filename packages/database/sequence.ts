import { type Kysely, sql } from 'kysely';
import type { Database } from './dialects/index.ts';
import type { Schema } from './schema.ts';

/**
 * Takes the next number of a named sequence inside the caller's transaction and returns it.
 * A row and not a PostgreSQL sequence: the row lock makes numbers visible in their order, so that a follower that has
 * seen n never meets a smaller one later.
 */
export async function bumpSequence(db: Kysely<Schema>, name: string): Promise<number> {
  const row = await db
    .insertInto('sequence')
    .values({ name, value: 1 })
    .onConflict((c) => c.column('name').doUpdateSet({ value: sql`sequence.value + 1` }))
    .returning('value')
    .executeTakeFirstOrThrow();
  return row.value;
}

/**
 * Makes those who write under a sequence come one after the other, from here to the end of the caller's transaction, and
 * takes no number: for work that may turn out to change nothing. On SQLite `begin immediate` is that lock already.
 */
export async function lockSequence(database: Database, db: Kysely<Schema>, name: string): Promise<void> {
  if (database.name === 'postgres')
    await db.selectFrom('sequence').select('value').where('name', '=', name).forUpdate().execute();
}

/** The last number taken of a named sequence; 0 before the first. */
export async function readSequence(db: Kysely<Schema>, name: string): Promise<number> {
  const row = await db.selectFrom('sequence').select('value').where('name', '=', name).executeTakeFirst();
  return row?.value ?? 0;
}
