import type { Host } from '../host/index.ts';
import { filedTopic } from '../topics/index.ts';
import { byListing } from './by-listing.ts';
import { byTrending } from './by-trending.ts';
import { addDays } from './calendar.ts';
import { filtered, hasFilters } from './filters.ts';
import type { Loaded } from './load.ts';
import { newestKnownDay } from './newest-day.ts';
import { type Membership, type Options, pageIn } from './order.ts';
import { HALF_LIFE_DAYS } from './trending.ts';
import type { FeedFilters, FeedQuery } from './types.ts';

/** How far back trending looks: after six half-lives a paper has a sixty-fourth of its points. */
const TRENDING_DAYS = 6 * HALF_LIFE_DAYS;

/** Lists outside the calendar: all papers, or those of a person, a category or an organisation. */
export async function everything(host: Host, { order, filters }: FeedQuery, options: Options): Promise<Loaded> {
  const facts = await factsOf(host, filters, order);
  const { category, ...others } = filters;
  if (order === 'newest' && category !== undefined && !isSomeones(filters)) {
    return { ...facts, ...(await byListing(host, (query) => filtered(query, others), options, category)) };
  }
  if (order === 'trending' && !isSomeones(filters)) {
    const isWhole = !hasFilters(filters);
    return { ...facts, ...(await byTrending(host, await recent(host, filters), options, { isWhole })) };
  }
  const members: Membership = (query) => filtered(query, filters);
  return { ...facts, ...(await pageIn(order, host, members, options)) };
}

/** Papers that were featured or listed lately: older ones have lost what would rank them. */
async function recent(host: Host, filters: FeedFilters): Promise<Membership> {
  const since = addDays(await newestKnownDay(host), -TRENDING_DAYS);
  return (query) =>
    filtered(query, filters).where('p.id', 'in', (s) =>
      s
        .selectFrom('feature')
        .select('paper_id as id')
        .where('day', '>=', since)
        .where('by', '!=', 'edition-zero')
        // Not `union`: to leave out doubles, SQLite would walk all papers in the order of their ids.
        .unionAll(s.selectFrom('paper').select('id').where('listed_on', '>=', since)),
    );
}

function isSomeones({ author, organization }: FeedFilters): boolean {
  return author !== undefined || organization !== undefined;
}

async function factsOf(
  host: Host,
  filters: FeedFilters,
  order: FeedQuery['order'],
): Promise<{ title: string; address: string }> {
  const { db } = host.database;
  const { author, organization, topic, category } = filters;
  if (author !== undefined) {
    const known = await db.selectFrom('author').select('name').where('slug', '=', author).executeTakeFirst();
    return { title: known?.name ?? author, address: `/authors/${encodeURIComponent(author)}` };
  }
  if (organization !== undefined) {
    const paper = await db
      .selectFrom('paper')
      .select('organization')
      .where('organization_slug', '=', organization)
      .limit(1)
      .executeTakeFirst();
    return {
      title: paper?.organization ?? organization,
      address: `/organizations/${encodeURIComponent(organization)}`,
    };
  }
  if (topic !== undefined) {
    const known = await filedTopic(host, topic);
    return { title: known?.name ?? `Topic ${topic}`, address: `/topics/${topic}` };
  }
  if (order === 'trending') {
    return { title: category ? `Trending in ${category}` : 'Trending', address: '/papers/trending' };
  }
  return category
    ? { title: category, address: `/categories/${category}` }
    : { title: 'Newest', address: '/papers/new' };
}
