import { sql } from 'kysely';
import { type Host, perVersion } from '../host/index.ts';
import { readCursor } from './cursor.ts';
import { entriesByIds, selectEntries } from './entries.ts';
import { newestKnownDay } from './newest-day.ts';
import type { Membership, Options, Page } from './order.ts';
import { lastVoteEvent, nextPlace, votesAfter, votesThen } from './ranked.ts';
import { type TrendingFacts, trendingScore } from './trending.ts';
import type { FeedEntry } from './types.ts';

/**
 * A page by the trending formula (docs/guides/trending.md). Only papers that somebody voted for, commented on or starred
 * are in it. Ages count from the newest day that the site knows, so that one that was away shows what trended when it left.
 * @param isWhole whether all papers are members: their ranking is computed once for each version of the content
 */
export async function byTrending(
  host: Host,
  members: Membership,
  { limit, cursor }: Options,
  { isWhole = false } = {},
): Promise<Page> {
  const { db } = host.database;
  const place = readCursor(cursor, 'r');
  const [newest, last] = await Promise.all([newestKnownDay(host), lastVoteEvent(db)]);
  const today = place?.day ?? newest;
  const upTo = place?.upTo ?? last;
  const rank = () => ranking(host, members, today, upTo);
  const isCurrent = today === newest && upTo === last;
  const ranked = await (isWhole && isCurrent ? perVersion(host, `trending on ${today} up to ${upTo}`, rank) : rank());
  const named = place?.ids && new Set(place.ids);
  const left = place
    ? ranked.filter((row) =>
        named ? !named.has(row.id) : row.value < place.value || (row.value === place.value && row.id > place.id),
      )
    : ranked;
  const page = left.slice(0, limit);
  const shown = place?.shown ?? 0;
  const entries = await entriesByIds(
    db,
    page.map((row) => row.id),
  );
  const placeOf = new Map(
    page.map((row, index) => [row.id, { score: trendingScore(row.facts, today), rank: shown + index + 1 }]),
  );
  return {
    entries: entries.map((entry): FeedEntry => ({ ...entry, ...placeOf.get(entry.id) })),
    total: shown + left.length,
    nextCursor: left.length > limit ? nextPlace(place, page, { upTo, day: today }) : undefined,
  };
}

/** All members with what they score, the highest first. */
async function ranking(
  host: Host,
  members: Membership,
  today: string,
  upTo: number,
): Promise<{ id: number; value: number; facts: TrendingFacts }[]> {
  const rows = await members(selectEntries(host.database.db))
    .clearSelect()
    .leftJoin(votesAfter(upTo).as('moved'), (join) => join.onRef('moved.paper_id', '=', 'p.id'))
    .select([
      'p.id',
      sql<string>`coalesce(f.day, p.listed_on)`.as('day'),
      votesThen.as('votes'),
      sql<number>`(p.imported_comments + p.reader_comments)`.as('comments'),
      'r.stars_per_day',
    ])
    .where(sql<boolean>`coalesce(f.day, p.listed_on) <= ${today}`)
    .where(sql<boolean>`(${votesThen} > 0 or p.imported_comments + p.reader_comments > 0 or r.stars_per_day > 0)`)
    .execute();
  return rows
    .map(({ id, day, votes, comments, stars_per_day }) => {
      const facts = { day, votes: Number(votes), comments, starsPerDay: stars_per_day ?? undefined };
      return { id, value: trendingScore(facts, today).value, facts };
    })
    .sort((a, b) => b.value - a.value || a.id - b.id);
}
