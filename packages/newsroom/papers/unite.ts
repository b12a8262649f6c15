import type { Schema } from '@broadsheet/database';
import { type Kysely, sql } from 'kysely';
import type { PaperRow } from './merge.ts';

/**
 * Makes two papers one, inside the caller's transaction: aliases, versions, votes, counts and the feature move to the
 * paper that stays; the other's address leads there from now on. A reader who voted for both has one vote.
 * Closed editions keep the row they printed, now pointing at the paper that stays.
 */
export async function unitePapers(
  db: Kysely<Schema>,
  { keep, drop, seq }: { keep: PaperRow; drop: PaperRow; seq: number },
): Promise<void> {
  const moveMissing = async (table: string, same: string) => {
    await sql`delete from ${sql.table(table)} where paper_id = ${drop.id} and exists (
      select 1 from ${sql.table(table)} as kept where kept.paper_id = ${keep.id} and ${sql.raw(same.replaceAll('$', table))})`.execute(
      db,
    );
    await sql`update ${sql.table(table)} set paper_id = ${keep.id} where paper_id = ${drop.id}`.execute(db);
  };
  await db.updateTable('paper_alias').set({ paper_id: keep.id }).where('paper_id', '=', drop.id).execute();
  await moveMissing('paper_version', 'kept.version = $.version');
  await moveMissing('vote', 'kept.reader_id = $.reader_id');
  // Held votes must stay within reach of a decision: those of two bursts are then decided as one.
  await moveMissing('vote_burst', 'kept.decision is null and $.decision is null');
  await db.updateTable('comment').set({ paper_id: keep.id }).where('paper_id', '=', drop.id).execute();
  await moveMissing('discussion_lock', 'true');
  await moveMissing('submission', "kept.state = 'waiting' and $.state = 'waiting'");
  await moveMissing('authorship', 'kept.reader_id = $.reader_id');
  await moveMissing('shelved', 'kept.shelf_id = $.shelf_id');
  await moveMissing('unwanted', 'kept.reader_id = $.reader_id');
  await moveMissing('shown_paper', 'kept.reader_id = $.reader_id');
  await moveMissing('reading_event', 'false');
  await moveMissing('topic_assignment', 'true');
  await moveMissing('paper_orcid', 'kept.orcid = $.orcid');
  await moveMissing('paper_count', 'kept.source = $.source and kept.kind = $.kind');
  await moveMissing('feature', 'true');
  await db.updateTable('edition_entry').set({ paper_id: keep.id }).where('paper_id', '=', drop.id).execute();
  await db.deleteFrom('paper').where('id', '=', drop.id).execute();
  await db
    .updateTable('removed_paper')
    .set({ merged_into: keep.id, changed_seq: seq })
    .where('merged_into', '=', drop.id)
    .execute();
  await db
    .insertInto('removed_paper')
    .values({ id: drop.id, short_id: drop.short_id, merged_into: keep.id, changed_seq: seq })
    .execute();
  await recount(db, keep);
  await db
    .updateTable('paper')
    .set({ ...counts(keep), changed_seq: seq })
    .where('id', '=', keep.id)
    .execute();
}

/** Brings the sums on the row back in step with the rows they are sums of. */
async function recount(db: Kysely<Schema>, paper: PaperRow): Promise<void> {
  const { votes } = await db
    .selectFrom('vote')
    .select((s) => s.fn.countAll<number>().as('votes'))
    .where('paper_id', '=', paper.id)
    .where('standing', '=', 'counted')
    .executeTakeFirstOrThrow();
  const { comments } = await db
    .selectFrom('comment')
    .select((s) => s.fn.countAll<number>().as('comments'))
    .where('paper_id', '=', paper.id)
    .where('hidden_at', 'is', null)
    .where('removed_at', 'is', null)
    .executeTakeFirstOrThrow();
  const sums = await db
    .selectFrom('paper_count')
    .select((s) => ['kind', s.fn.sum<number>('value').as('total')])
    .where('paper_id', '=', paper.id)
    .groupBy('kind')
    .execute();
  const sumOf = (kind: string) => Number(sums.find((row) => row.kind === kind)?.total ?? 0);
  paper.reader_votes = Number(votes);
  paper.reader_comments = Number(comments);
  paper.imported_votes = sumOf('votes');
  paper.imported_comments = sumOf('comments');
}

function counts(paper: PaperRow) {
  return {
    reader_votes: paper.reader_votes,
    imported_votes: paper.imported_votes,
    imported_comments: paper.imported_comments,
    reader_comments: paper.reader_comments,
  };
}
