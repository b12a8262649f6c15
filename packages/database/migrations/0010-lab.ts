import { type Kysely, sql } from 'kysely';
import { textType } from '../dialects/columns.ts';

/** Runs of experiments on the server: what was asked, how far it is, what came out; and what a killed run goes on from. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const s = db.schema;
  const text = textType(db);
  await s
    .createTable('lab_run')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('experiment', text, (c) => c.notNull())
    .addColumn('size', text, (c) => c.notNull())
    .addColumn('parameters_json', text, (c) => c.notNull())
    .addColumn('seeds', 'integer', (c) => c.notNull())
    .addColumn('state', text, (c) => c.notNull())
    .addColumn('asked_by', text, (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('started_at', 'bigint')
    .addColumn('finished_at', 'bigint')
    .addColumn('cancel_asked_at', 'bigint')
    .addColumn('attempts', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('progress_json', text)
    .addColumn('said', text)
    .addColumn('result_json', text)
    .addCheckConstraint('lab_run_state', sql`state in ('queued', 'running', 'done', 'failed', 'cancelled')`)
    .addCheckConstraint('lab_run_done_has_result', sql`state <> 'done' or result_json is not null`)
    .addCheckConstraint('lab_run_has_seeds', sql`seeds >= 1`)
    .execute();
  await s.createIndex('lab_run_by_asker').on('lab_run').columns(['asked_by', 'created_at']).execute();
  await s.createIndex('lab_run_by_state').on('lab_run').columns(['state', 'created_at']).execute();
  await s.createIndex('lab_run_by_experiment').on('lab_run').columns(['experiment', 'state', 'finished_at']).execute();
  await s
    .createTable('lab_unit')
    .addColumn('run_id', text, (c) => c.notNull().references('lab_run.id').onDelete('cascade'))
    .addColumn('key', text, (c) => c.notNull())
    .addColumn('result_json', text, (c) => c.notNull())
    .addPrimaryKeyConstraint('lab_unit_pk', ['run_id', 'key'])
    .execute();
  await s
    .createTable('lab_event')
    .addColumn('run_id', text, (c) => c.notNull().references('lab_run.id').onDelete('cascade'))
    .addColumn('seq', 'integer', (c) => c.notNull())
    .addColumn('events_json', text, (c) => c.notNull())
    .addPrimaryKeyConstraint('lab_event_pk', ['run_id', 'seq'])
    .execute();
}
