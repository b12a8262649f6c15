import type { Kysely } from 'kysely';

/** Where an editor put a paper in its edition: the first, the second, …; those without a place follow by their votes. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('feature').addColumn('place', 'integer').execute();
}
