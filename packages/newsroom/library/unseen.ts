import type { Schema } from '@broadsheet/database';
import type { Kysely } from 'kysely';
import { entriesByIds, type FeedEntry } from '../editions/index.ts';

/**
 * Papers of the last editions that nobody has put before this reader yet: on no page, in no letter to their address, and
 * neither saved nor unwanted. The most voted for come first.
 */
export async function unseenBy(
  db: Kysely<Schema>,
  reader: { id: number; email?: string },
  { since, limit = 30 }: { since: string; limit?: number },
): Promise<FeedEntry[]> {
  const of = (table: 'shown_paper' | 'unwanted') =>
    db.selectFrom(table).select('paper_id').where('reader_id', '=', reader.id);
  let query = db
    .selectFrom('feature as f')
    .innerJoin('paper as p', 'p.id', 'f.paper_id')
    .select('p.id')
    .where('f.day', '>=', since)
    .where('p.withdrawn_at', 'is', null)
    .where('p.id', 'not in', of('shown_paper'))
    .where('p.id', 'not in', of('unwanted'))
    .where(
      'p.id',
      'not in',
      db
        .selectFrom('shelved as on')
        .innerJoin('shelf as s', 's.id', 'on.shelf_id')
        .select('on.paper_id')
        .where('s.reader_id', '=', reader.id),
    );
  if (reader.email !== undefined) {
    query = query.where(
      'p.id',
      'not in',
      db
        .selectFrom('letter as l')
        .innerJoin('issue_paper as i', 'i.issue_id', 'l.issue_id')
        .select('i.paper_id')
        .where('l.to_address', '=', reader.email)
        .where('i.rank', 'is not', null),
    );
  }
  const rows = await query
    .orderBy((e) => e('p.imported_votes', '+', e.ref('p.reader_votes')), 'desc')
    .orderBy('p.id')
    .limit(limit)
    .execute();
  return entriesByIds(
    db,
    rows.map((row) => row.id),
    reader.id,
  );
}
