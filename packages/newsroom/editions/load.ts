import { sql } from 'kysely';
import type { Host } from '../host/index.ts';
import {
  addDays,
  dayIn,
  holidayName,
  isPapersDay,
  longDay,
  longMonth,
  monthSpan,
  papersDay,
  type Span,
  weekdayName,
  weekOf,
  weekSpan,
} from './calendar.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { type EntryQuery, entriesByIds, entryOf, selectEntries, shownVotes } from './entries.ts';
import { HALF_LIFE_DAYS, trendingScore } from './trending.ts';
import type { Feed, FeedEntry, FeedFilters, FeedQuery } from './types.ts';

export interface LoadOptions {
  limit?: number;
  cursor?: string;
  readerId?: number;
}

const PAGE = 50;

type Loaded = Omit<Feed, 'query' | 'changedAt'>;

/**
 * Loads one page of a feed.
 * @throws {CursorError} when the cursor is not one of this kind of feed.
 */
export async function loadFeed(host: Host, query: FeedQuery, options: LoadOptions = {}): Promise<Feed> {
  const loaded = await byWindow(host, query, { ...options, limit: options.limit ?? PAGE });
  return { ...loaded, query, changedAt: host.now() };
}

type Options = LoadOptions & { limit: number };

async function byWindow(host: Host, query: FeedQuery, options: Options): Promise<Loaded> {
  const { window, filters } = query;
  if (query.order === 'trending') return trending(host, filters, options);
  switch (window.kind) {
    case 'edition-zero':
      return editionZero(host, options);
    case 'latest':
      return dayFeed(host, await newestDay(host), '/', filters, options);
    case 'day':
      return dated(host, window.day, filters, options);
    case 'week':
      return spanFeed(host, weekSpan(window.week) as Span, weekFacts(window.week), filters, options);
    case 'month':
      return spanFeed(host, monthSpan(window.month) as Span, monthFacts(window.month), filters, options);
    case 'range': {
      const address = `/papers?from=${window.from}&until=${window.until}`;
      return spanFeed(
        host,
        window,
        { title: `${longDay(window.from)} to ${longDay(window.until)}`, address },
        filters,
        options,
      );
    }
    case 'all':
      return newest(host, filters, options);
  }
}

/** The newest day that features papers; without any, the newest on which papers were listed; else today. */
export async function newestDay(host: Host): Promise<string> {
  const { db } = host.database;
  const today = dayIn(host.now(), host.settings.zone);
  const featured = await db
    .selectFrom('feature')
    .select((s) => s.fn.max('day').as('day'))
    .where('by', '!=', 'edition-zero')
    .where('day', '<=', today)
    .executeTakeFirst();
  if (featured?.day) return featured.day;
  const listed = await db
    .selectFrom('paper')
    .select((s) => s.fn.max('listed_on').as('day'))
    .where('listed_on', '<=', today)
    .executeTakeFirst();
  return listed?.day ?? papersDay(host.now(), host.settings.zone);
}

/** A day as asked for; one without a batch shows the nearest earlier one and says so. */
async function dated(host: Host, day: string, filters: FeedFilters, options: Options): Promise<Loaded> {
  const address = `/papers/date/${day}`;
  const asked = await dayFeed(host, day, address, filters, options);
  if (asked.entries.length > 0 || options.cursor || hasFilters(filters)) return asked;
  const earlier = await nearestEarlierDay(host, day);
  const why = reasonForNoBatch(host, day);
  if (!earlier) return { ...asked, notice: `${why} There is no earlier edition.` };
  const shown = await dayFeed(host, earlier, `/papers/date/${earlier}`, filters, options);
  return { ...shown, notice: `${why} ${longDay(earlier)} is below.` };
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
  filters: FeedFilters,
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
  const base = { title: longDay(day), address, ...neighbours };
  if (edition?.closed_at) {
    const page = await frozenPage(host, day, filters, options);
    return {
      ...base,
      ...page,
      edition: { day, number: edition.number, state: 'frozen', closedAt: edition.closed_at, ...neighbours.days },
    };
  }
  const number = edition?.number ?? (await editionNumber(host, day));
  if (Number(featured.count) > 0) {
    const rows = filtered(selectEntries(db, options.readerId), filters)
      .where('f.day', '=', day)
      .where('f.by', '!=', 'edition-zero');
    return { ...base, ...(await topPage(rows, options)), edition: { day, number, state: 'open', ...neighbours.days } };
  }
  const rows = inCategories(
    host,
    filtered(selectEntries(db, options.readerId), filters).where('p.listed_on', '=', day),
  );
  const page = await topPage(rows, options);
  return {
    ...base,
    ...page,
    edition: { day, number, state: 'unpicked', ...neighbours.days },
    notice:
      page.entries.length > 0
        ? 'Nobody has picked from this day yet: these are all its papers in this site’s categories.'
        : undefined,
  };
}

/** The printed order with the printed counts. */
async function frozenPage(host: Host, day: string, filters: FeedFilters, { limit, cursor, readerId }: Options) {
  const after = readCursor(cursor, 'n')?.after ?? 0;
  const rows = await filtered(selectEntries(host.database.db, readerId), filters)
    .innerJoin('edition_entry as e', 'e.paper_id', 'p.id')
    .select(['e.rank', 'e.votes as printed_votes', 'e.comments as printed_comments'])
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
    return { ...entry, votes: row.printed_votes, comments: row.printed_comments };
  });
  return {
    entries,
    total: hasFilters(filters) ? undefined : Number(total.count),
    nextCursor: rows.length > limit ? writeCursor({ k: 'n', after: (entries.at(-1) as FeedEntry).rank }) : undefined,
  };
}

/**
 * A page of a list ordered by votes. Its order moves while it is read, so the cursor holds what was shown: no paper
 * comes twice and none is dropped, whatever is voted for between two pages.
 */
async function topPage(query: EntryQuery, { limit, cursor }: Options) {
  const seen = readCursor(cursor, 's')?.ids ?? [];
  const unseen = seen.length > 0 ? query.where('p.id', 'not in', seen) : query;
  const rows = await unseen
    .orderBy(shownVotes, 'desc')
    .orderBy('p.id')
    .limit(limit + 1)
    .execute();
  const entries = rows.slice(0, limit).map((row, index) => entryOf(row, seen.length + index + 1));
  return {
    entries,
    total: rows.length <= limit ? seen.length + rows.length : undefined,
    nextCursor: rows.length > limit ? writeCursor({ k: 's', ids: [...seen, ...entries.map((e) => e.id)] }) : undefined,
  };
}

async function spanFeed(
  host: Host,
  span: Span,
  facts: { title: string; address: string; previous?: string; next?: string },
  filters: FeedFilters,
  options: Options,
): Promise<Loaded> {
  const { db } = host.database;
  const featured = filtered(selectEntries(db, options.readerId), filters)
    .where('f.day', '>=', span.from)
    .where('f.day', '<=', span.until)
    .where('f.by', '!=', 'edition-zero');
  const page = await topPage(featured, options);
  const today = dayIn(host.now(), host.settings.zone);
  const next = facts.next && span.until < today ? facts.next : undefined;
  if (page.entries.length > 0 || options.cursor || hasFilters(filters)) return { ...facts, next, ...page };
  const listed = inCategories(
    host,
    selectEntries(db, options.readerId).where('p.listed_on', '>=', span.from).where('p.listed_on', '<=', span.until),
  );
  const unpicked = await topPage(listed, options);
  const notice =
    unpicked.entries.length > 0
      ? 'Nobody has picked from these days: these are their papers in this site’s categories.'
      : undefined;
  return { ...facts, next, ...unpicked, notice };
}

function weekFacts(week: string) {
  const span = weekSpan(week) as Span;
  return {
    title: `Week ${Number(week.slice(6))} of ${week.slice(0, 4)}`,
    address: `/papers/week/${week}`,
    previous: `/papers/week/${weekOf(addDays(span.from, -1))}`,
    next: `/papers/week/${weekOf(addDays(span.until, 1))}`,
  };
}

function monthFacts(month: string) {
  const span = monthSpan(month) as Span;
  return {
    title: longMonth(month),
    address: `/papers/month/${month}`,
    previous: `/papers/month/${addDays(span.from, -1).slice(0, 7)}`,
    next: `/papers/month/${addDays(span.until, 1).slice(0, 7)}`,
  };
}

/** Everything gathered, newest listing first; or what an author, a category or an organisation has. */
async function newest(host: Host, filters: FeedFilters, { limit, cursor, readerId }: Options): Promise<Loaded> {
  const { db } = host.database;
  const facts = await newestFacts(host, filters);
  const after = readCursor(cursor, 'l');
  let query = filtered(selectEntries(db, readerId), filters);
  if (after) {
    query = query.where((w) =>
      w.or([w('p.listed_on', '<', after.day), w.and([w('p.listed_on', '=', after.day), w('p.id', '<', after.id)])]),
    );
  }
  const rows = await query
    .orderBy('p.listed_on', 'desc')
    .orderBy('p.id', 'desc')
    .limit(limit + 1)
    .execute();
  const entries = rows.slice(0, limit).map((row, index) => entryOf(row, index + 1));
  const last = entries.at(-1);
  return {
    ...facts,
    entries,
    nextCursor: rows.length > limit && last ? writeCursor({ k: 'l', day: last.listedOn, id: last.id }) : undefined,
  };
}

async function newestFacts(host: Host, filters: FeedFilters): Promise<{ title: string; address: string }> {
  if (filters.author) {
    const author = await host.database.db
      .selectFrom('author')
      .select('name')
      .where('slug', '=', filters.author)
      .executeTakeFirst();
    return { title: author?.name ?? filters.author, address: `/authors/${encodeURIComponent(filters.author)}` };
  }
  if (filters.organization) {
    const paper = await host.database.db
      .selectFrom('paper')
      .select('organization')
      .where('organization_slug', '=', filters.organization)
      .limit(1)
      .executeTakeFirst();
    return {
      title: paper?.organization ?? filters.organization,
      address: `/organizations/${encodeURIComponent(filters.organization)}`,
    };
  }
  if (filters.category) return { title: filters.category, address: `/categories/${filters.category}` };
  return { title: 'Newest', address: '/papers/new' };
}

/** How far back trending looks: after six half-lives a paper has a sixty-fourth of its points. */
const TRENDING_DAYS = 6 * HALF_LIFE_DAYS;

/** Ages count from the newest day the site knows, so that a site that was away shows what trended when it left. */
async function trending(host: Host, filters: FeedFilters, { limit, cursor, readerId }: Options): Promise<Loaded> {
  const { db } = host.database;
  const from = readCursor(cursor, 't');
  const today = from ? new Date(from.at).toISOString().slice(0, 10) : await newestDay(host);
  const since = addDays(today, -TRENDING_DAYS);
  const rows = await filtered(
    db
      .selectFrom('paper as p')
      .leftJoin('repository as r', 'r.name', 'p.repository')
      .leftJoin('feature as f', 'f.paper_id', 'p.id')
      .select([
        'p.id',
        sql<string>`coalesce(f.day, p.listed_on)`.as('day'),
        shownVotes.as('votes'),
        sql<number>`(p.imported_comments + p.reader_comments)`.as('comments'),
        'r.stars_per_day',
      ]) as unknown as EntryQuery,
    filters,
  )
    .where((w) =>
      w.or([w.and([w('f.day', '>=', since), w('f.by', '!=', 'edition-zero')]), w('p.listed_on', '>=', since)]),
    )
    .where((w) =>
      w.or([
        w('p.imported_votes', '>', 0),
        w('p.reader_votes', '>', 0),
        w('p.imported_comments', '>', 0),
        w('r.stars_per_day', '>', 0),
      ]),
    )
    .execute();
  const ranked = (
    rows as unknown as { id: number; day: string; votes: number; comments: number; stars_per_day: number | null }[]
  )
    .filter((row) => row.day <= today)
    .map((row) => ({
      id: row.id,
      score: trendingScore({ ...row, starsPerDay: row.stars_per_day ?? undefined }, today),
    }))
    .sort((a, b) => b.score.value - a.score.value || a.id - b.id);
  const after = from?.after ?? 0;
  const page = ranked.slice(after, after + limit);
  const scoreOf = new Map(page.map((p, index) => [p.id, { score: p.score, rank: after + index + 1 }]));
  const entries = await entriesByIds(
    db,
    page.map((p) => p.id),
    readerId,
  );
  return {
    title: 'Trending',
    address: '/papers/trending',
    entries: entries.map((entry) => ({
      ...entry,
      ...(scoreOf.get(entry.id) as { score: FeedEntry['score']; rank: number }),
    })),
    total: ranked.length,
    nextCursor:
      ranked.length > after + limit ? writeCursor({ k: 't', at: Date.parse(today), after: after + limit }) : undefined,
  };
}

async function editionZero(host: Host, { readerId }: Options): Promise<Loaded> {
  const { db } = host.database;
  const setting = await db
    .selectFrom('setting')
    .select('value_json')
    .where('key', '=', 'edition-zero')
    .executeTakeFirst();
  const keys: string[] = setting ? JSON.parse(setting.value_json) : [];
  const rows = keys.length === 0 ? [] : await selectEntries(db, readerId).where('p.arxiv_id', 'in', keys).execute();
  const entries = rows
    .sort((a, b) => keys.indexOf(a.arxiv_id as string) - keys.indexOf(b.arxiv_id as string))
    .map((row, index) => entryOf(row, index + 1));
  return { title: 'Edition zero', address: '/papers/edition-zero', entries, total: entries.length };
}

function filtered(query: EntryQuery, filters: FeedFilters): EntryQuery {
  let q = query;
  if (filters.hasCode) q = q.where('p.repository', 'is not', null);
  if (filters.hasExperiment) q = q.where('p.experiment', 'is not', null);
  if (filters.organization) q = q.where('p.organization_slug', '=', filters.organization);
  if (filters.category) {
    const category = filters.category;
    q = q.where('p.id', 'in', (s) =>
      s.selectFrom('paper_category as c').select('c.paper_id').where('c.category', '=', category),
    );
  }
  if (filters.author) {
    const author = filters.author;
    q = q.where('p.id', 'in', (s) =>
      s
        .selectFrom('paper_author as pa')
        .innerJoin('author as a', 'a.id', 'pa.author_id')
        .select('pa.paper_id')
        .where('a.slug', '=', author),
    );
  }
  return q;
}

function hasFilters(filters: FeedFilters): boolean {
  return Object.values(filters).some((value) => value !== undefined);
}

/** Papers of the site's own categories; one without any category is not held against it. */
function inCategories(host: Host, query: EntryQuery): EntryQuery {
  const { categories } = host.settings;
  if (categories.length === 0) return query;
  return query.where((w) =>
    w.or([
      w('p.categories_json', '=', '[]'),
      w.exists(
        w
          .selectFrom('paper_category as c')
          .select('c.paper_id')
          .whereRef('c.paper_id', '=', 'p.id')
          .where('c.category', 'in', categories),
      ),
    ]),
  );
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

/** Editions are numbered in the order of their days, from the first that the site has. */
export async function editionNumber(host: Host, day: string): Promise<number> {
  const before = await host.database.db
    .selectFrom('feature')
    .select((s) => s.fn.count<number>('day').distinct().as('count'))
    .where('day', '<', day)
    .executeTakeFirstOrThrow();
  return Number(before.count) + 1;
}
