import type { Kysely } from 'kysely';
import { textType } from '../dialects/columns.ts';

/** Questions that readers named: a query with a name is a feed. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const text = textType(db);
  await db.schema
    .createTable('saved_search')
    // Random, so that knowing one leads to no other: whoever has the address may read the feed.
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('reader_id', 'bigint', (c) => c.notNull().references('reader.id').onDelete('cascade'))
    .addColumn('name', text, (c) => c.notNull())
    // The search as it stands behind /papers?
    .addColumn('query', text, (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addUniqueConstraint('saved_search_name', ['reader_id', 'name'])
    .execute();
}
