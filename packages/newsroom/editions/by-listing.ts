import { sql } from 'kysely';
import type { Host } from '../host/index.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { type EntryQuery, entryOf, selectEntries } from './entries.ts';
import type { Membership, Options, Page } from './order.ts';

/**
 * A page by listing, the newest first. Neither moves once a paper is there, so the last one shown says where to go on.
 * @param category narrows the list to it, walking its own index: among all papers a rare one would take long to find.
 */
export async function byListing(
  host: Host,
  members: Membership,
  { limit, cursor }: Options,
  category?: string,
): Promise<Page> {
  const place = readCursor(cursor, 'l');
  let query = members(selectEntries(host.database.db));
  if (category !== undefined) {
    query = query
      .innerJoin('paper_category as in_category', 'in_category.paper_id', 'p.id')
      .where('in_category.category', '=', category) as unknown as EntryQuery;
  }
  const [day, id] =
    category === undefined
      ? [sql.ref<string>('p.listed_on'), sql.ref<number>('p.id')]
      : [sql.ref<string>('in_category.listed_on'), sql.ref<number>('in_category.paper_id')];
  if (place) {
    query = query.where(sql<boolean>`(${day} <= ${place.day} and (${day} < ${place.day} or ${id} < ${place.id}))`);
  }
  const rows = await query
    .orderBy(day, 'desc')
    .orderBy(id, 'desc')
    .limit(limit + 1)
    .execute();
  const shown = place?.shown ?? 0;
  const entries = rows.slice(0, limit).map((row, index) => entryOf(row, shown + index + 1));
  const last = entries.at(-1);
  return {
    entries,
    total: rows.length <= limit ? shown + rows.length : undefined,
    nextCursor:
      rows.length > limit && last
        ? writeCursor({ k: 'l', day: last.listedOn, id: last.id, shown: shown + entries.length })
        : undefined,
  };
}
