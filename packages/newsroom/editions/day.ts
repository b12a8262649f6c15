import type { Host } from '../host/index.ts';
import { dayIn, holidayName, isPapersDay, longDay, weekdayName } from './calendar.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { entryOf, selectEntries } from './entries.ts';
import { filtered, hasFilters, inCategories } from './filters.ts';
import type { Loaded } from './load.ts';
import { frontDay } from './newest-day.ts';
import { editionNumber } from './number.ts';
import { type Membership, type Options, type Page, pageIn } from './order.ts';
import type { FeedEntry, FeedFilters, FeedQuery } from './types.ts';

/** The newest edition; when nobody has picked for days, the newest papers-day, with the way to the last edition. */
export async function latest(host: Host, query: FeedQuery, options: Options): Promise<Loaded> {
  const { day, lastPicked } = await frontDay(host);
  const feed = await dayFeed(host, day, '/', query, options);
  return lastPicked ? { ...feed, lastPicked: { day: lastPicked, address: `/papers/date/${lastPicked}` } } : feed;
}

/** A day as asked for; one without a batch shows the nearest earlier one and says so. */
export async function dated(host: Host, day: string, query: FeedQuery, options: Options): Promise<Loaded> {
  const address = (of: string) => `/papers/date/${of}`;
  const asked = await dayFeed(host, day, address(day), query, options);
  if (asked.entries.length > 0 || options.cursor || hasFilters(query.filters)) return asked;
  const earlier = await nearestEarlierDay(host, day);
  const why = reasonForNoBatch(host, day);
  if (!earlier) return { ...asked, notice: `${why} There is no earlier edition.` };
  const shown = await dayFeed(host, earlier, address(earlier), query, options);
  const notice = [why, `${longDay(earlier)} is below.`, shown.notice].filter(Boolean).join(' ');
  return { ...shown, notice };
}

function reasonForNoBatch(host: Host, day: string): string {
  const today = dayIn(host.now(), host.settings.zone);
  if (day > today) return `${longDay(day)} is still to come.`;
  const holiday = holidayName(day);
  if (holiday) return `No batch on ${holiday}.`;
  if (!isPapersDay(day)) return `No batch on ${weekdayName(day)}s.`;
  return day === today ? 'Today’s papers have not arrived yet.' : `Nothing was gathered on ${longDay(day)}.`;
}

async function nearestEarlierDay(host: Host, day: string): Promise<string | undefined> {
  const { db } = host.database;
  const [featured, listed] = await Promise.all([
    db
      .selectFrom('feature')
      .select((s) => s.fn.max('day').as('day'))
      .where('day', '<', day)
      .where('by', '!=', 'edition-zero')
      .executeTakeFirst(),
    db
      .selectFrom('paper')
      .select((s) => s.fn.max('listed_on').as('day'))
      .where('listed_on', '<', day)
      .executeTakeFirst(),
  ]);
  return [featured?.day, listed?.day]
    .filter((d): d is string => Boolean(d))
    .sort()
    .at(-1);
}

async function dayFeed(
  host: Host,
  day: string,
  address: string,
  { order, filters }: FeedQuery,
  options: Options,
): Promise<Loaded> {
  const { db } = host.database;
  const [edition, neighbours, featured] = await Promise.all([
    db.selectFrom('edition').selectAll().where('day', '=', day).executeTakeFirst(),
    neighbouringDays(host, day),
    db
      .selectFrom('feature')
      .select((s) => s.fn.countAll<number>().as('count'))
      .where('day', '=', day)
      .where('by', '!=', 'edition-zero')
      .executeTakeFirstOrThrow(),
  ]);
  const { days, ...links } = neighbours;
  const base = { title: longDay(day), address, ...links };
  if (edition?.closed_at) {
    const facts = { day, number: edition.number, state: 'frozen' as const, closedAt: edition.closed_at, ...days };
    const page =
      order === 'top'
        ? await printedPage(host, day, filters, options)
        : await pageIn(order, host, printedOn(day, filters), options);
    return { ...base, ...page, edition: facts };
  }
  const number = edition?.number ?? (await editionNumber(host, day));
  const count = Number(featured.count);
  if (count > 0) {
    const members: Membership = (query) =>
      filtered(query, filters).where('f.day', '=', day).where('f.by', '!=', 'edition-zero');
    const page = await pageIn(order, host, members, options, true);
    const total = hasFilters(filters) ? page.total : (page.total ?? count);
    return { ...base, ...page, total, edition: { day, number, state: 'open', ...days } };
  }
  const listed: Membership = (query) => inCategories(host, filtered(query, filters).where('p.listed_on', '=', day));
  const page = await pageIn(order, host, listed, options);
  return {
    ...base,
    ...page,
    edition: { day, number, state: 'unpicked', ...days },
    notice:
      page.entries.length > 0
        ? 'Nobody has picked from this day yet: these are all its papers in this site’s categories.'
        : undefined,
  };
}

/** The papers of a closed edition, for orders other than the printed one. */
function printedOn(day: string, filters: FeedFilters): Membership {
  return (query) =>
    filtered(query, filters).where('p.id', 'in', (s) =>
      s.selectFrom('edition_entry').select('paper_id').where('day', '=', day),
    );
}

/** The printed order with the printed counts. */
async function printedPage(host: Host, day: string, filters: FeedFilters, { limit, cursor }: Options): Promise<Page> {
  const after = readCursor(cursor, 'n')?.after ?? 0;
  const rows = await filtered(selectEntries(host.database.db), filters)
    .innerJoin('edition_entry as e', 'e.paper_id', 'p.id')
    .select(['e.rank', 'e.votes as printed_votes', 'e.comments as printed_comments', 'f.place'])
    .where('e.day', '=', day)
    .where('e.rank', '>', after)
    .orderBy('e.rank')
    .limit(limit + 1)
    .execute();
  const total = await host.database.db
    .selectFrom('edition_entry')
    .select((s) => s.fn.countAll<number>().as('count'))
    .where('day', '=', day)
    .executeTakeFirstOrThrow();
  const entries = rows.slice(0, limit).map((row): FeedEntry => {
    const entry = entryOf(row, row.rank);
    // A vote of today's reader shows on the button; the edition keeps what it was ordered by.
    return {
      ...entry,
      votes: row.printed_votes,
      comments: row.printed_comments,
      ...(row.place !== null && row.featured_on === day ? { isPinned: true } : {}),
    };
  });
  return {
    entries,
    total: hasFilters(filters) ? undefined : Number(total.count),
    nextCursor: rows.length > limit ? writeCursor({ k: 'n', after: (entries.at(-1) as FeedEntry).rank }) : undefined,
  };
}

async function neighbouringDays(host: Host, day: string) {
  const { db } = host.database;
  const featured = () => db.selectFrom('feature').where('by', '!=', 'edition-zero');
  const [before, after] = await Promise.all([
    featured()
      .select((s) => s.fn.max('day').as('day'))
      .where('day', '<', day)
      .executeTakeFirst(),
    featured()
      .select((s) => s.fn.min('day').as('day'))
      .where('day', '>', day)
      .executeTakeFirst(),
  ]);
  const previousDay = before?.day ?? undefined;
  const nextDay = after?.day ?? undefined;
  return {
    previous: previousDay && `/papers/date/${previousDay}`,
    next: nextDay && `/papers/date/${nextDay}`,
    days: { previousDay, nextDay },
  };
}
