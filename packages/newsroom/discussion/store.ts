import { bumpSequence, lockSequence, type Schema, transaction } from '@broadsheet/database';
import type { Kysely, Selectable } from 'kysely';
import type { Host } from '../host/index.ts';
import type { Refused } from './outcome.ts';

export type CommentRow = Selectable<Schema['comment']>;

/**
 * Changes a discussion in one transaction, and has the next page show it. The change sequence is locked first: under it
 * two writers come one after the other, merging papers included. Its next number is taken by what changes something, and
 * not by a refusal: every number taken has all pages made anew.
 */
export async function changing<T extends object>(
  host: Host,
  work: (db: Kysely<Schema>, change: () => Promise<number>) => Promise<T | Refused>,
): Promise<T | Refused> {
  const outcome = await transaction(host.database, async (db) => {
    await lockSequence(host.database, db, 'change');
    let taken: Promise<number> | undefined;
    const change = () => {
      taken ??= bumpSequence(db, 'change');
      return taken;
    };
    const done = await work(db, change);
    if (!('refused' in done)) await change();
    return done;
  });
  if (!('refused' in outcome)) await host.contentChanged();
  return outcome;
}

export async function findComment(db: Kysely<Schema>, key: string): Promise<CommentRow | undefined> {
  if (!COMMENT_KEY.test(key)) return undefined;
  return db.selectFrom('comment').selectAll().where('key', '=', key).executeTakeFirst();
}

/** Also keeps from PostgreSQL what it refuses to be asked for, such as a NUL. */
export const COMMENT_KEY = /^[a-z2-9]{12}$/;

export async function isLocked(db: Kysely<Schema>, paperId: number): Promise<boolean> {
  const row = await db
    .selectFrom('discussion_lock')
    .select('locked_at')
    .where('paper_id', '=', paperId)
    .executeTakeFirst();
  return row !== undefined;
}

/** Brings the count on the paper in step with the comments that are shown. */
export async function recount(db: Kysely<Schema>, paperId: number, seq: number): Promise<void> {
  const { count } = await db
    .selectFrom('comment')
    .select((s) => s.fn.countAll<number>().as('count'))
    .where('paper_id', '=', paperId)
    .where('hidden_at', 'is', null)
    .where('removed_at', 'is', null)
    .executeTakeFirstOrThrow();
  await db
    .updateTable('paper')
    .set({ reader_comments: Number(count), changed_seq: seq })
    .where('id', '=', paperId)
    .execute();
}
