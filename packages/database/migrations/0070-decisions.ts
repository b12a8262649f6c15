import { type Kysely, sql } from 'kysely';
import { identity, textType } from '../dialects/columns.ts';

/** Decisions as chains of events, who may read them, what their model calls cost, and the endpoints that may be called. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const s = db.schema;
  const text = textType(db);
  // A projection of the events, for lists; the events are the record.
  await s
    .createTable('decision')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('owner_id', 'bigint', (c) => c.notNull().references('reader.id'))
    .addColumn('title', text, (c) => c.notNull())
    .addColumn('phase', text, (c) => c.notNull())
    .addColumn('paper_id', 'bigint', (c) => c.references('paper.id').onDelete('set null'))
    .addColumn('review_on', text)
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .addColumn('head_seq', 'integer', (c) => c.notNull())
    .addColumn('head_hash', text, (c) => c.notNull())
    .execute();
  await s.createIndex('decision_by_owner').on('decision').columns(['owner_id', 'updated_at']).execute();
  await s
    .createTable('decision_member')
    .addColumn('decision_id', text, (c) => c.notNull().references('decision.id').onDelete('cascade'))
    .addColumn('reader_id', 'bigint', (c) => c.notNull().references('reader.id').onDelete('cascade'))
    .addColumn('role', text, (c) => c.notNull())
    .addPrimaryKeyConstraint('decision_member_pk', ['decision_id', 'reader_id'])
    .addCheckConstraint('decision_member_role', sql`role in ('member', 'observer')`)
    .execute();
  await s.createIndex('decision_member_by_reader').on('decision_member').column('reader_id').execute();
  await s
    .createTable('decision_event')
    .addColumn('decision_id', text, (c) => c.notNull().references('decision.id').onDelete('cascade'))
    .addColumn('seq', 'integer', (c) => c.notNull())
    .addColumn('type', text, (c) => c.notNull())
    .addColumn('actor', text, (c) => c.notNull())
    .addColumn('at', text, (c) => c.notNull())
    // Both null once the content was erased on request.
    .addColumn('payload_json', text)
    .addColumn('salt', text)
    .addColumn('payload_hash', text, (c) => c.notNull())
    .addColumn('prev_hash', text, (c) => c.notNull())
    .addColumn('hash', text, (c) => c.notNull())
    .addPrimaryKeyConstraint('decision_event_pk', ['decision_id', 'seq'])
    .addCheckConstraint('decision_event_redacted_whole', sql`(payload_json is null) = (salt is null)`)
    .execute();
  // Tokens are reserved before a call and settled after it; a reservation whose lease ran out counts no more.
  await identity(s.createTable('decision_call'), db)
    .addColumn('decision_id', text, (c) => c.notNull().references('decision.id').onDelete('cascade'))
    .addColumn('state', text, (c) => c.notNull())
    .addColumn('tokens', 'integer', (c) => c.notNull())
    .addColumn('lease_until', 'bigint', (c) => c.notNull())
    .addCheckConstraint('decision_call_state', sql`state in ('reserved', 'settled')`)
    .execute();
  await s.createIndex('decision_call_by_decision').on('decision_call').column('decision_id').execute();
  await s
    .createTable('model_endpoint')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('label', text, (c) => c.notNull())
    .addColumn('base_url', text, (c) => c.notNull())
    .addColumn('model', text, (c) => c.notNull())
    .addColumn('sealed_key', text)
    .addColumn('window_tokens', 'integer', (c) => c.notNull())
    .addColumn('added_at', 'bigint', (c) => c.notNull())
    .execute();
}
