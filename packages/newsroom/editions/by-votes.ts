import { sql } from 'kysely';
import type { Host } from '../host/index.ts';
import { readCursor } from './cursor.ts';
import { entriesByIds, selectEntries } from './entries.ts';
import type { Membership, Options, Page } from './order.ts';
import { lastVoteEvent, nextPlace, votesAfter, votesThen } from './ranked.ts';

/**
 * A page by votes, the most first; equal ones in the order in which they came to the site.
 * @param isArranged whether those come before all others that the editors put first: in the list of one edition.
 */
export async function byVotes(
  host: Host,
  members: Membership,
  { limit, cursor }: Options,
  isArranged = false,
): Promise<Page> {
  const { db } = host.database;
  const place = readCursor(cursor, 'r');
  const upTo = place?.upTo ?? (await lastVoteEvent(db));
  // Only what ranks: with every column, the abstracts of a whole month would be carried through the sorting.
  let query = members(selectEntries(db))
    .clearSelect()
    .leftJoin(votesAfter(upTo).as('moved'), (join) => join.onRef('moved.paper_id', '=', 'p.id'))
    .select(['p.id', 'f.place', votesThen.as('votes_then')]);
  if (isArranged) query = query.orderBy(sql`f.place is null`).orderBy('f.place');
  if (place?.ids) query = query.where('p.id', 'not in', place.ids);
  else if (place) {
    const { value, id } = place;
    query = query.where(sql<boolean>`(${votesThen} < ${value} or (${votesThen} = ${value} and p.id > ${id}))`);
    // So far down, those that were put first have been shown, whatever their votes.
    if (isArranged) query = query.where('f.place', 'is', null);
  }
  const rows = await query
    .orderBy(votesThen, 'desc')
    .orderBy('p.id')
    .limit(limit + 1)
    .execute();
  const shown = place?.shown ?? 0;
  const page = rows.slice(0, limit);
  const pinned = new Set(page.filter((row) => isArranged && row.place !== null).map((row) => row.id));
  const entries = await entriesByIds(
    db,
    page.map((row) => row.id),
  );
  return {
    entries: entries.map((entry, index) => ({
      ...entry,
      rank: shown + index + 1,
      ...(pinned.has(entry.id) ? { isPinned: true } : {}),
    })),
    total: rows.length <= limit ? shown + rows.length : undefined,
    nextCursor:
      rows.length > limit
        ? nextPlace(
            place,
            page.map((row) => ({ id: row.id, value: Number(row.votes_then) })),
            { upTo },
          )
        : undefined,
  };
}
