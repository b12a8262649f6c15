import { type Kysely, sql } from 'kysely';
import { textType } from '../dialects/columns.ts';

/** Who is invited to a decision, the long work that is done for one, and what its calls cost in money. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const s = db.schema;
  const text = textType(db);
  // By a link, of which only a fingerprint is kept, or by name.
  await s
    .createTable('decision_invitation')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('decision_id', text, (c) => c.notNull().references('decision.id').onDelete('cascade'))
    .addColumn('role', text, (c) => c.notNull())
    .addColumn('reader_id', 'bigint', (c) => c.references('reader.id').onDelete('cascade'))
    .addColumn('token_hash', text)
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .addUniqueConstraint('decision_invitation_token', ['token_hash'])
    .addUniqueConstraint('decision_invitation_reader', ['decision_id', 'reader_id'])
    .addCheckConstraint('decision_invitation_role', sql`role in ('member', 'observer')`)
    .addCheckConstraint('decision_invitation_way', sql`(reader_id is null) <> (token_hash is null)`)
    .execute();
  await s.createIndex('decision_invitation_by_reader').on('decision_invitation').column('reader_id').execute();
  await s
    .createTable('decision_task')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('decision_id', text, (c) => c.notNull().references('decision.id').onDelete('cascade'))
    .addColumn('kind', text, (c) => c.notNull())
    .addColumn('input_json', text, (c) => c.notNull())
    .addColumn('asked_by', 'bigint', (c) => c.notNull().references('reader.id'))
    .addColumn('state', text, (c) => c.notNull())
    .addColumn('said', text)
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('started_at', 'bigint')
    .addColumn('finished_at', 'bigint')
    .addColumn('cancel_asked_by', 'bigint')
    .addCheckConstraint('decision_task_state', sql`state in ('queued', 'running', 'done', 'failed', 'cancelled')`)
    .execute();
  // One at a time: what a second press asks for is being done already.
  await s
    .createIndex('decision_task_in_hand')
    .unique()
    .on('decision_task')
    .column('decision_id')
    .where(sql.ref('finished_at'), 'is', null)
    .execute();
  for (const [name, type] of [
    ['at', 'bigint'],
    ['micros', 'bigint'],
  ] as const)
    await s
      .alterTable('decision_call')
      .addColumn(name, type, (c) => c.notNull().defaultTo(0))
      .execute();
  // In the site's own currency, for a million tokens; so a token's price in millionths of it.
  for (const name of ['price_in', 'price_out'])
    await s
      .alterTable('model_endpoint')
      .addColumn(name, 'double precision', (c) => c.notNull().defaultTo(0))
      .execute();
  // What has been idle for long is found without reading the rest.
  await s.createIndex('decision_by_phase').on('decision').columns(['phase', 'updated_at']).execute();
}
