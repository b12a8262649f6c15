import { type Kysely, sql } from 'kysely';
import { textType } from '../dialects/columns.ts';

/** What programs have sent about decisions, so that nothing sent twice is done twice; and for which day people were reminded. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const s = db.schema;
  const text = textType(db);
  await s
    .createTable('decision_request')
    .addColumn('reader_id', 'bigint', (c) => c.notNull().references('reader.id').onDelete('cascade'))
    .addColumn('key_hash', text, (c) => c.notNull())
    .addColumn('decision_id', text, (c) => c.notNull().references('decision.id').onDelete('cascade'))
    // Of the route and what was sent: the same key with anything else is a mistake of whoever sends it.
    .addColumn('what_hash', text, (c) => c.notNull())
    .addColumn('state', text, (c) => c.notNull())
    .addColumn('head_seq', 'integer', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('decision_request_pk', ['reader_id', 'key_hash'])
    .addCheckConstraint('decision_request_state', sql`state in ('in hand', 'done')`)
    .execute();
  await s.createIndex('decision_request_by_at').on('decision_request').column('at').execute();
  await s.createIndex('decision_request_by_decision').on('decision_request').column('decision_id').execute();
  // The review date of which letters have told.
  await s.alterTable('decision').addColumn('reminded_for', text).execute();
}
