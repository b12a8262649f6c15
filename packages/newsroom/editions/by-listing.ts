import type { Host } from '../host/index.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { entryOf, selectEntries } from './entries.ts';
import type { Membership, Options, Page } from './order.ts';

/** A page by listing, the newest first. Neither moves once a paper is there, so the last one shown says where to go on. */
export async function byListing(host: Host, members: Membership, { limit, cursor, readerId }: Options): Promise<Page> {
  const place = readCursor(cursor, 'l');
  let query = members(selectEntries(host.database.db, readerId));
  if (place) {
    query = query
      .where('p.listed_on', '<=', place.day)
      .where((w) => w.or([w('p.listed_on', '<', place.day), w('p.id', '<', place.id)]));
  }
  const rows = await query
    .orderBy('p.listed_on', 'desc')
    .orderBy('p.id', 'desc')
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
