import type { Host } from '../host/index.ts';
import { addDays, dayIn, longDay, longMonth, monthSpan, type Span, weekOf, weekSpan } from './calendar.ts';
import { filtered, inCategories } from './filters.ts';
import type { Loaded } from './load.ts';
import { type Membership, type Options, pageIn } from './order.ts';
import type { FeedQuery } from './types.ts';

export function weekFeed(host: Host, week: string, query: FeedQuery, options: Options): Promise<Loaded> {
  const span = weekSpan(week) as Span;
  const facts = {
    title: `Week ${Number(week.slice(6))} of ${week.slice(0, 4)}`,
    address: `/papers/week/${week}`,
    previous: `/papers/week/${weekOf(addDays(span.from, -1))}`,
    next: `/papers/week/${weekOf(addDays(span.until, 1))}`,
  };
  return spanFeed(host, span, facts, query, options);
}

export function monthFeed(host: Host, month: string, query: FeedQuery, options: Options): Promise<Loaded> {
  const span = monthSpan(month) as Span;
  const facts = {
    title: longMonth(month),
    address: `/papers/month/${month}`,
    previous: `/papers/month/${addDays(span.from, -1).slice(0, 7)}`,
    next: `/papers/month/${addDays(span.until, 1).slice(0, 7)}`,
  };
  return spanFeed(host, span, facts, query, options);
}

export function rangeFeed(host: Host, { from, until }: Span, query: FeedQuery, options: Options): Promise<Loaded> {
  const facts = {
    title: from === until ? longDay(from) : `${longDay(from)} to ${longDay(until)}`,
    address: `/papers?from=${from}&until=${until}`,
  };
  return spanFeed(host, { from, until }, facts, query, options);
}

/** What the editions of some days featured; where none did, what was listed on them, and said to be so. */
async function spanFeed(
  host: Host,
  span: Span,
  facts: { title: string; address: string; previous?: string; next?: string },
  { order, filters }: FeedQuery,
  options: Options,
): Promise<Loaded> {
  const picked = await host.database.db
    .selectFrom('feature')
    .select('paper_id')
    .where('day', '>=', span.from)
    .where('day', '<=', span.until)
    .where('by', '!=', 'edition-zero')
    .limit(1)
    .executeTakeFirst();
  const members: Membership = picked
    ? (query) =>
        filtered(query, filters)
          .where('f.day', '>=', span.from)
          .where('f.day', '<=', span.until)
          .where('f.by', '!=', 'edition-zero')
    : (query) =>
        inCategories(host, filtered(query, filters))
          .where('p.listed_on', '>=', span.from)
          .where('p.listed_on', '<=', span.until);
  const page = await pageIn(order, host, members, options, span.from === span.until);
  const today = dayIn(host.now(), host.settings.zone);
  return {
    ...facts,
    next: span.until < today ? facts.next : undefined,
    ...page,
    notice:
      !picked && page.entries.length > 0
        ? 'Nobody has picked from these days: these are their papers in this site’s categories.'
        : undefined,
  };
}
