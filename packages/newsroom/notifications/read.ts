import type { Schema } from '@broadsheet/database';
import type { Kysely } from 'kysely';
import { KINDS, type NotificationKind } from './kinds.ts';

/** One thing that a reader was told. */
export interface Notification {
  id: number;
  kind: NotificationKind;
  at: number;
  isNew: boolean;
  by: string;
  /** The comment that it is about. */
  comment: string;
  paper: { key: string; title: string };
}

/** What a reader was told, newest first; what was hidden or taken away since is left out. */
export async function notificationsOf(
  db: Kysely<Schema>,
  readerId: number,
  { before, limit = 50 }: { before?: number; limit?: number } = {},
): Promise<Notification[]> {
  let query = db
    .selectFrom('notification as n')
    .innerJoin('comment as c', 'c.id', 'n.comment_id')
    .innerJoin('reader as r', 'r.id', 'c.reader_id')
    .innerJoin('paper as p', 'p.id', 'c.paper_id')
    .select(['n.id', 'n.kind', 'n.at', 'n.seen_at', 'c.key', 'r.name', 'p.arxiv_id', 'p.short_id', 'p.title'])
    .where('n.reader_id', '=', readerId)
    .where('c.hidden_at', 'is', null)
    .where('c.removed_at', 'is', null);
  if (before !== undefined) query = query.where('n.id', '<', before);
  const rows = await query.orderBy('n.id', 'desc').limit(limit).execute();
  return rows.map((row) => ({
    ...{ id: row.id, at: row.at, isNew: row.seen_at === null, by: row.name, comment: row.key },
    kind: KINDS.find((kind) => kind === row.kind) ?? 'reply',
    paper: { key: row.arxiv_id ?? row.short_id, title: row.title },
  }));
}

/** How much of it is new to the reader. */
export async function countNew(db: Kysely<Schema>, readerId: number): Promise<number> {
  const { count } = await db
    .selectFrom('notification as n')
    .innerJoin('comment as c', 'c.id', 'n.comment_id')
    .select((s) => s.fn.countAll<number>().as('count'))
    .where('n.reader_id', '=', readerId)
    .where('n.seen_at', 'is', null)
    .where('c.hidden_at', 'is', null)
    .where('c.removed_at', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Takes everything up to and including one notification as read. */
export async function markSeen(db: Kysely<Schema>, readerId: number, upTo: number, now: number): Promise<void> {
  await db
    .updateTable('notification')
    .set({ seen_at: now })
    .where('reader_id', '=', readerId)
    .where('id', '<=', upTo)
    .where('seen_at', 'is', null)
    .execute();
}
