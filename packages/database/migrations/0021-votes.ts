import { type Kysely, sql } from 'kysely';
import { appendOnly } from '../dialects/append-only.ts';
import { identity, textType } from '../dialects/columns.ts';

/** Votes that are cast and do not count, or not yet: of accounts that are not confirmed, and of bursts under review. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const s = db.schema;
  const text = textType(db);
  await identity(s.createTable('vote_burst'), db)
    .addColumn('paper_id', 'bigint', (c) => c.notNull().references('paper.id').onDelete('cascade'))
    .addColumn('opened_at', 'bigint', (c) => c.notNull())
    .addColumn('decision', text)
    .addColumn('decided_at', 'bigint')
    .addColumn('decided_by', 'bigint')
    .addCheckConstraint('vote_burst_decision', sql`decision is null or decision in ('released', 'discarded')`)
    .execute();
  // One question at a time for a paper.
  await s
    .createIndex('vote_burst_open')
    .unique()
    .on('vote_burst')
    .column('paper_id')
    .where(sql.ref('decision'), 'is', null)
    .execute();
  await s
    .alterTable('vote')
    .addColumn('standing', text, (c) =>
      c.notNull().defaultTo('counted').check(sql`standing in ('counted', 'waiting', 'held', 'discarded')`),
    )
    .execute();
  await s.createIndex('vote_by_paper_and_time').on('vote').columns(['paper_id', 'cast_at']).execute();
  await s.dropIndex('vote_by_paper').execute();
  // What each event did to the count of its paper, and why; a vote that waits changes nothing until it counts.
  await s
    .alterTable('vote_event')
    .addColumn('step', 'integer', (c) => c.notNull().defaultTo(0))
    .execute();
  await s
    .alterTable('vote_event')
    .addColumn('cause', text, (c) => c.notNull().defaultTo('reader'))
    .execute();
  await sql`update vote_event set step = case is_on when 1 then 1 else -1 end`.execute(db);
  await appendOnly(db, 'vote_event');
}
