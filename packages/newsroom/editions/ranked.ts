import type { Schema } from '@broadsheet/database';
import { type Kysely, sql } from 'kysely';
import { MAX_NAMED, type RankedPlace, writeCursor } from './cursor.ts';

/**
 * Paging through a list whose order moves while it is read.
 *
 * Every page is ordered by the votes as they stood when the first one was asked for: later ones are in the audit, and
 * are taken off again. So no paper comes twice and none is dropped, whatever is voted for between two pages. The first
 * 500 papers shown are also named in the cursor, which holds against counts that a source reports anew as well.
 */
export async function lastVoteEvent(db: Kysely<Schema>): Promise<number> {
  const last = await db
    .selectFrom('vote_event')
    .select((s) => s.fn.max('id').as('id'))
    .executeTakeFirst();
  return last?.id ?? 0;
}

/** What votes changed on each paper after an event, as `moved.change`; to be joined on `moved.paper_id`. */
export function votesAfter(event: number) {
  return sql<{
    paper_id: number;
    change: number;
  }>`(select paper_id, sum(step) as change from vote_event where id > ${event} group by paper_id)`;
}

/** The votes that a paper showed then. */
export const votesThen = sql<number>`(p.imported_votes + p.reader_votes - coalesce(moved.change, 0))`;

/** The cursor of the page that follows one that ends with `last`. */
export function nextPlace(
  place: RankedPlace | undefined,
  page: { id: number; value: number }[],
  facts: { upTo: number; day?: string },
): string {
  const last = page[page.length - 1];
  const isNamed = place === undefined || place.ids !== undefined;
  const ids = isNamed ? [...(place?.ids ?? []), ...page.map((row) => row.id)] : undefined;
  return writeCursor({
    k: 'r',
    ...facts,
    value: last.value,
    id: last.id,
    shown: (place?.shown ?? 0) + page.length,
    ids: ids && ids.length <= MAX_NAMED ? ids : undefined,
  });
}
