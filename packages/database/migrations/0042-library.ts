import type { Kysely } from 'kysely';
import { identity, textType } from '../dialects/columns.ts';

/** What a reader keeps, does not want, and was shown: private to the reader. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const s = db.schema;
  const text = textType(db);
  await identity(s.createTable('shelf'), db)
    .addColumn('reader_id', 'bigint', (c) => c.notNull().references('reader.id').onDelete('cascade'))
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addUniqueConstraint('shelf_name', ['reader_id', 'name'])
    .execute();
  await s
    .createTable('shelved')
    .addColumn('shelf_id', 'bigint', (c) => c.notNull().references('shelf.id').onDelete('cascade'))
    .addColumn('paper_id', 'bigint', (c) => c.notNull().references('paper.id').onDelete('cascade'))
    .addColumn('added_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('shelved_pk', ['shelf_id', 'paper_id'])
    .execute();
  await s.createIndex('shelved_by_paper').on('shelved').column('paper_id').execute();
  await s
    .createTable('unwanted')
    .addColumn('reader_id', 'bigint', (c) => c.notNull().references('reader.id').onDelete('cascade'))
    .addColumn('paper_id', 'bigint', (c) => c.notNull().references('paper.id').onDelete('cascade'))
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('unwanted_pk', ['reader_id', 'paper_id'])
    .execute();
  // The first time and place at which a paper was put before a reader: it is proposed once.
  await s
    .createTable('shown_paper')
    .addColumn('reader_id', 'bigint', (c) => c.notNull().references('reader.id').onDelete('cascade'))
    .addColumn('paper_id', 'bigint', (c) => c.notNull().references('paper.id').onDelete('cascade'))
    .addColumn('place', text, (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('shown_paper_pk', ['reader_id', 'paper_id'])
    .execute();
  // What a reader did with papers, in order; what a ranking may learn from.
  await identity(s.createTable('reading_event'), db)
    .addColumn('reader_id', 'bigint', (c) => c.notNull().references('reader.id').onDelete('cascade'))
    .addColumn('paper_id', 'bigint', (c) => c.notNull().references('paper.id').onDelete('cascade'))
    .addColumn('kind', text, (c) => c.notNull())
    .addColumn('place', text, (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .execute();
  await s.createIndex('reading_event_by_reader').on('reading_event').columns(['reader_id', 'id']).execute();
}
