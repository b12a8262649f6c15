import type { Schema } from '@broadsheet/database';
import type { Kysely } from 'kysely';
import type { Host } from '../host/index.ts';
import type { TopicActionView } from './types.ts';

/** What editors did with topics, the newest first. */
export async function topicActions(
  host: Host,
  { topicId, limit = 50 }: { topicId?: number; limit?: number } = {},
): Promise<TopicActionView[]> {
  let query = host.database.db
    .selectFrom('topic_action as a')
    .leftJoin('reader as r', 'r.id', 'a.reader_id')
    .select(['a.id', 'a.topic_id', 'a.kind', 'a.detail_json', 'a.at', 'a.undone_at', 'r.name']);
  if (topicId !== undefined) query = query.where('a.topic_id', '=', topicId);
  const rows = await query.orderBy('a.id', 'desc').limit(limit).execute();
  return rows.map((row) => ({
    id: row.id,
    topicId: row.topic_id,
    kind: row.kind,
    detail: JSON.parse(row.detail_json),
    by: row.name ?? undefined,
    at: row.at,
    undoneAt: row.undone_at ?? undefined,
  }));
}

/** Files the papers of heads under a topic. */
export async function fileUnder(db: Kysely<Schema>, heads: readonly number[], topicId: number): Promise<void> {
  if (heads.length === 0) return;
  await db.updateTable('topic_assignment').set({ topic_id: topicId }).where('head_id', 'in', heads).execute();
}
