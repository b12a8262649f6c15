import type { Kysely } from 'kysely';
import { textType } from '../dialects/columns.ts';

/**
 * Answers of sources that stay the same for a while (arXiv's query API: a day), so that they are not asked for twice.
 * Takes the place of `fetch_cache`, which no release has written: addresses may be longer than an index takes, and what
 * matters of an answer is how long it holds.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const text = textType(db);
  await db.schema.dropTable('fetch_cache').execute();
  await db.schema
    .createTable('kept_answer')
    .addColumn('address_hash', text, (c) => c.primaryKey())
    .addColumn('kept_until', 'bigint', (c) => c.notNull())
    .addColumn('body', text, (c) => c.notNull())
    .execute();
}
