import { bumpSequence, transaction } from '@broadsheet/database';
import { sql } from 'kysely';
import type { Host } from '../host/index.ts';
import { closesAt, dayIn } from './calendar.ts';
import { editionsBefore } from './number.ts';

/**
 * Freezes every edition whose day has closed: membership, order and the counts it is ordered by, at the moment of
 * closing. An edition that is frozen never changes again. Safe to call from several processes and any number of times.
 * @returns the days frozen now.
 */
export async function closeDueEditions(host: Host): Promise<string[]> {
  const { zone } = host.settings;
  const now = host.now();
  const today = dayIn(now, zone);
  const open = await host.database.db
    .selectFrom('feature')
    .leftJoin('edition', 'edition.day', 'feature.day')
    .select('feature.day')
    .distinct()
    .where('feature.by', '!=', 'edition-zero')
    .where('feature.day', '<', today)
    .where('edition.closed_at', 'is', null)
    .orderBy('feature.day')
    .execute();
  const due = open.map((row) => row.day).filter((day) => closesAt(day, zone) <= now);
  if (due.length === 0) return [];
  const frozen = await transaction(host.database, async (db) => {
    // Taken first: two processes that close at once do it one after the other, and the second finds nothing to do.
    await bumpSequence(db, 'change');
    const closed = new Set(
      (
        await db
          .selectFrom('edition')
          .select('day')
          .where('day', 'in', due)
          .where('closed_at', 'is not', null)
          .execute()
      ).map((row) => row.day),
    );
    const days = due.filter((day) => !closed.has(day));
    if (days.length === 0) return [];
    const before = await editionsBefore(db, days[0]);
    const numbers = await db
      .selectFrom('feature')
      .select('day')
      .distinct()
      .where('day', '>=', days[0])
      .where('by', '!=', 'edition-zero')
      .orderBy('day')
      .execute();
    const numberOf = new Map(numbers.map((row, index) => [row.day, before + index + 1]));
    for (const day of days) {
      await db
        .insertInto('edition')
        .values({ day, number: numberOf.get(day) as number, closed_at: closesAt(day, zone) })
        .onConflict((c) => c.column('day').doUpdateSet({ closed_at: closesAt(day, zone) }))
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
            sql<number>`row_number() over (partition by f.day order by p.imported_votes + p.reader_votes desc, p.id)`.as(
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
  });
  if (frozen.length > 0) await host.contentChanged();
  return frozen;
}
