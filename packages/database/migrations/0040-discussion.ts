import { type Kysely, sql } from 'kysely';
import { identity, textType } from '../dialects/columns.ts';

/** What readers say of papers, how it was changed, and what others think of it; and what is told to whom. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const s = db.schema;
  const text = textType(db);
  await identity(s.createTable('comment'), db)
    // Its name in addresses, feeds and exports; random, so that it stays when a site moves.
    .addColumn('key', text, (c) => c.notNull().unique())
    .addColumn('paper_id', 'bigint', (c) => c.notNull().references('paper.id').onDelete('cascade'))
    .addColumn('reader_id', 'bigint', (c) => c.notNull().references('reader.id'))
    .addColumn('reply_to', 'bigint', (c) => c.references('comment.id'))
    // Markdown as it was written.
    .addColumn('text', text, (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('edited_at', 'bigint')
    // By an editor; its words are kept for whoever decides.
    .addColumn('hidden_at', 'bigint')
    // By whoever wrote it; its words are gone.
    .addColumn('removed_at', 'bigint')
    .execute();
  await s.createIndex('comment_by_paper').on('comment').columns(['paper_id', 'id']).execute();
  await s.createIndex('comment_by_reader').on('comment').columns(['reader_id', 'created_at']).execute();
  await s
    .createTable('comment_version')
    .addColumn('comment_id', 'bigint', (c) => c.notNull().references('comment.id').onDelete('cascade'))
    .addColumn('version', 'integer', (c) => c.notNull())
    .addColumn('text', text, (c) => c.notNull())
    .addColumn('written_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('comment_version_pk', ['comment_id', 'version'])
    .execute();
  await s
    .createTable('comment_reaction')
    .addColumn('comment_id', 'bigint', (c) => c.notNull().references('comment.id').onDelete('cascade'))
    .addColumn('reader_id', 'bigint', (c) => c.notNull().references('reader.id').onDelete('cascade'))
    .addColumn('reaction', text, (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('comment_reaction_pk', ['comment_id', 'reader_id', 'reaction'])
    .execute();
  await s
    .createTable('comment_report')
    .addColumn('comment_id', 'bigint', (c) => c.notNull().references('comment.id').onDelete('cascade'))
    .addColumn('reader_id', 'bigint', (c) => c.notNull().references('reader.id').onDelete('cascade'))
    .addColumn('reason', text, (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('decided_at', 'bigint')
    .addColumn('decision', text)
    .addPrimaryKeyConstraint('comment_report_pk', ['comment_id', 'reader_id'])
    .addCheckConstraint('comment_report_decision', sql`decision is null or decision in ('hidden', 'kept')`)
    .execute();
  await s
    .createTable('discussion_lock')
    .addColumn('paper_id', 'bigint', (c) => c.primaryKey().references('paper.id').onDelete('cascade'))
    .addColumn('locked_at', 'bigint', (c) => c.notNull())
    .execute();

  await identity(s.createTable('notification'), db)
    .addColumn('reader_id', 'bigint', (c) => c.notNull().references('reader.id').onDelete('cascade'))
    .addColumn('kind', text, (c) => c.notNull())
    .addColumn('comment_id', 'bigint', (c) => c.notNull().references('comment.id').onDelete('cascade'))
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('seen_at', 'bigint')
    // Who is answered and mentioned in one comment is told once.
    .addUniqueConstraint('notification_once', ['reader_id', 'comment_id'])
    .execute();
  // What is not in here is on.
  await s
    .createTable('notification_switch')
    .addColumn('reader_id', 'bigint', (c) => c.notNull().references('reader.id').onDelete('cascade'))
    .addColumn('kind', text, (c) => c.notNull())
    .addColumn('channel', text, (c) => c.notNull())
    .addColumn('is_on', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('notification_switch_pk', ['reader_id', 'kind', 'channel'])
    .addCheckConstraint('notification_switch_channel', sql`channel in ('page', 'mail')`)
    .execute();
}
