import type { Schema } from '@broadsheet/database';
import type { Kysely } from 'kysely';

/** What a reader is given of what they said here. */
export async function exportComments(db: Kysely<Schema>, readerId: number) {
  const comments = await db
    .selectFrom('comment as c')
    .innerJoin('paper as p', 'p.id', 'c.paper_id')
    .select(['c.id', 'c.key', 'p.arxiv_id', 'p.short_id', 'c.text', 'c.created_at', 'c.edited_at'])
    .where('c.reader_id', '=', readerId)
    .where('c.removed_at', 'is', null)
    .orderBy('c.id')
    .execute();
  const reactions = await db
    .selectFrom('comment_reaction as r')
    .innerJoin('comment as c', 'c.id', 'r.comment_id')
    .select(['c.key', 'r.reaction', 'r.at'])
    .where('r.reader_id', '=', readerId)
    .orderBy('r.at')
    .execute();
  return {
    comments: comments.map((c) => ({
      id: c.key,
      paper: c.arxiv_id ?? c.short_id,
      text: c.text,
      writtenAt: new Date(c.created_at).toISOString(),
      ...(c.edited_at === null ? {} : { editedAt: new Date(c.edited_at).toISOString() }),
    })),
    reactions: reactions.map((r) => ({ comment: r.key, reaction: r.reaction, at: new Date(r.at).toISOString() })),
  };
}

/** What others answered stays, as the words of a deleted reader; reactions and reports go. */
export async function forgetComments(db: Kysely<Schema>, readerId: number): Promise<void> {
  await db.deleteFrom('comment_reaction').where('reader_id', '=', readerId).execute();
  await db.deleteFrom('comment_report').where('reader_id', '=', readerId).execute();
}
