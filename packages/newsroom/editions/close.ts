import { bumpSequence, type Schema, transaction } from '@broadsheet/database';
import { type Kysely, sql } from 'kysely';
import type { Host } from '../host/index.ts';
import { closesAt, dayIn } from './calendar.ts';
import { numberDays } from './number.ts';

/**
 * Freezes every edition whose day has closed: membership, order and the counts it is ordered by, at the moment of
 * closing. An edition that is frozen never changes again. Days that are still open get their numbers, after those that
 * close now. Safe to call from several processes and any number of times.
 * @returns the days frozen now.
 */
export async function closeDueEditions(host: Host): Promise<string[]> {
  const { zone } = host.settings;
  const now = host.now();
  const unclosed = await host.database.db
    .selectFrom('feature')
    .leftJoin('edition', 'edition.day', 'feature.day')
    .select(['feature.day', 'edition.number'])
    .distinct()
    .where('feature.by', '!=', 'edition-zero')
    .where('feature.day', '<=', dayIn(now, zone))
    .where('edition.closed_at', 'is', null)
    .orderBy('feature.day')
    .execute();
  const isDue = (day: string) => closesAt(day, zone) <= now;
  const due = unclosed.map((row) => row.day).filter(isDue);
  const unnumbered = unclosed.filter((row) => row.number === null && !isDue(row.day)).map((row) => row.day);
  const frozen =
    due.length > 0 ? await transaction(host.database, (db) => freeze(db, due, (day) => closesAt(day, zone))) : [];
  if (unnumbered.length > 0) await transaction(host.database, (db) => numberDays(db, unnumbered));
  if (frozen.length > 0) await host.contentChanged();
  return frozen;
}

async function freeze(db: Kysely<Schema>, due: string[], closedAt: (day: string) => number): Promise<string[]> {
  // Taken first: two processes that close at once do it one after the other, and the second finds nothing to do.
  await bumpSequence(db, 'change');
  const closed = await db
    .selectFrom('edition')
    .select('day')
    .where('day', 'in', due)
    .where('closed_at', 'is not', null)
    .execute();
  const days = due.filter((day) => !closed.some((row) => row.day === day));
  if (days.length === 0) return [];
  await numberDays(db, days);
  for (const day of days) {
    await db
      .updateTable('edition')
      .set({ closed_at: closedAt(day) })
      .where('day', '=', day)
      .execute();
  }
  await db
    .insertInto('edition_entry')
    .columns(['day', 'rank', 'paper_id', 'votes', 'comments', 'stars'])
    .expression(
      db
        .selectFrom('feature as f')
        .innerJoin('paper as p', 'p.id', 'f.paper_id')
        .leftJoin('repository as r', 'r.name', 'p.repository')
        .select([
          'f.day',
          sql<number>`row_number() over (partition by f.day order by f.place is null, f.place, p.imported_votes + p.reader_votes desc, p.id)`.as(
            'rank',
          ),
          'p.id as paper_id',
          sql<number>`p.imported_votes + p.reader_votes`.as('votes'),
          sql<number>`p.imported_comments + p.reader_comments`.as('comments'),
          'r.stars',
        ])
        .where('f.day', 'in', days)
        .where('f.by', '!=', 'edition-zero'),
    )
    .execute();
  return days;
}
