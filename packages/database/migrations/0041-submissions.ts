import { type Kysely, sql } from 'kysely';
import { identity, textType } from '../dialects/columns.ts';

/** Papers that readers propose, and who says to have written which. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const s = db.schema;
  const text = textType(db);
  await identity(s.createTable('submission'), db)
    .addColumn('paper_id', 'bigint', (c) => c.notNull().references('paper.id').onDelete('cascade'))
    .addColumn('reader_id', 'bigint', (c) => c.notNull().references('reader.id'))
    .addColumn('comment', text, (c) => c.notNull())
    .addColumn('media_url', text)
    .addColumn('state', text, (c) => c.notNull())
    .addColumn('submitted_at', 'bigint', (c) => c.notNull())
    .addColumn('decided_at', 'bigint')
    .addColumn('decided_by', 'bigint')
    // Why not, as the editor puts it.
    .addColumn('said', text)
    .addCheckConstraint('submission_state', sql`state in ('waiting', 'accepted', 'refused')`)
    .execute();
  // A paper waits once.
  await s
    .createIndex('submission_waiting')
    .unique()
    .on('submission')
    .column('paper_id')
    .where(sql.ref('state'), '=', sql.lit('waiting'))
    .execute();
  await s.createIndex('submission_by_reader').on('submission').columns(['reader_id', 'submitted_at']).execute();
  await s.createIndex('submission_by_paper').on('submission').column('paper_id').execute();
  await s
    .createTable('authorship')
    .addColumn('paper_id', 'bigint', (c) => c.notNull().references('paper.id').onDelete('cascade'))
    .addColumn('reader_id', 'bigint', (c) => c.notNull().references('reader.id').onDelete('cascade'))
    .addColumn('state', text, (c) => c.notNull())
    .addColumn('by', text)
    .addColumn('asked_at', 'bigint', (c) => c.notNull())
    .addColumn('decided_at', 'bigint')
    .addPrimaryKeyConstraint('authorship_pk', ['paper_id', 'reader_id'])
    .addCheckConstraint('authorship_state', sql`state in ('asked', 'confirmed', 'refused')`)
    .execute();
  await s.createIndex('authorship_by_reader').on('authorship').column('reader_id').execute();
  // ORCID iDs that a record carries; arXiv's do not.
  await s
    .createTable('paper_orcid')
    .addColumn('paper_id', 'bigint', (c) => c.notNull().references('paper.id').onDelete('cascade'))
    .addColumn('orcid', text, (c) => c.notNull())
    .addPrimaryKeyConstraint('paper_orcid_pk', ['paper_id', 'orcid'])
    .execute();
}
