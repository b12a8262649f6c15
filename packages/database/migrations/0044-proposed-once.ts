import type { Kysely } from 'kysely';

/** Readers who chose to have each paper proposed to them once, and since when. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('proposed_once')
    .addColumn('reader_id', 'bigint', (c) => c.primaryKey().references('reader.id').onDelete('cascade'))
    .addColumn('since', 'bigint', (c) => c.notNull())
    .execute();
}
