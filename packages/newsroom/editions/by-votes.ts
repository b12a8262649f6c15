import { sql } from 'kysely';
import type { Host } from '../host/index.ts';
import { readCursor } from './cursor.ts';
import { entriesByIds, selectEntries } from './entries.ts';
import type { Membership, Options, Page } from './order.ts';
import { lastVoteEvent, nextPlace, votesAfter, votesThen } from './ranked.ts';

/** A page by votes, the most first; equal ones in the order in which they came to the site. */
export async function byVotes(host: Host, members: Membership, { limit, cursor }: Options): Promise<Page> {
  const { db } = host.database;
  const place = readCursor(cursor, 'r');
  const upTo = place?.upTo ?? (await lastVoteEvent(db));
  // Only what ranks: with every column, the abstracts of a whole month would be carried through the sorting.
  let query = members(selectEntries(db))
    .clearSelect()
    .leftJoin(votesAfter(upTo).as('moved'), (join) => join.onRef('moved.paper_id', '=', 'p.id'))
    .select(['p.id', votesThen.as('votes_then')]);
  if (place?.ids) query = query.where('p.id', 'not in', place.ids);
  else if (place) {
    const { value, id } = place;
    query = query.where(sql<boolean>`(${votesThen} < ${value} or (${votesThen} = ${value} and p.id > ${id}))`);
  }
  const rows = await query
    .orderBy(votesThen, 'desc')
    .orderBy('p.id')
    .limit(limit + 1)
    .execute();
  const shown = place?.shown ?? 0;
  const page = rows.slice(0, limit);
  const entries = await entriesByIds(
    db,
    page.map((row) => row.id),
  );
  return {
    entries: entries.map((entry, index) => ({ ...entry, rank: shown + index + 1 })),
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
