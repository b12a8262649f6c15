import { type Host, perVersion } from '../host/index.ts';
import { changedAt } from './changed-at.ts';
import { dated, latest } from './day.ts';
import { editionZero } from './edition-zero.ts';
import { everything } from './everything.ts';
import { addressWith } from './filters.ts';
import type { Options } from './order.ts';
import { monthFeed, rangeFeed, weekFeed } from './span.ts';
import { withCurrentTopic, withTopics } from './topics.ts';
import type { Feed, FeedQuery } from './types.ts';

export interface LoadOptions {
  limit?: number;
  cursor?: string;
  readerId?: number;
}

const PAGE = 50;

/** A loaded page; its address still without the filters. */
export type Loaded = Omit<Feed, 'query' | 'changedAt'>;

/**
 * Loads one page of a feed.
 * @throws {CursorError} when the cursor is not one of this kind of feed.
 */
export async function loadFeed(host: Host, asked: FeedQuery, options: LoadOptions = {}): Promise<Feed> {
  const { readerId, cursor, limit = PAGE } = options;
  const query = await withCurrentTopic(host, asked);
  const load = () => loadForAll(host, query, { limit, cursor });
  // Cursors are as many as there are readers who turn pages; the first page is everybody's.
  const feed = await (cursor ? load() : perVersion(host, `feed of ${limit}: ${JSON.stringify(query)}`, load));
  return readerId === undefined ? feed : withVotesOf(host, feed, readerId);
}

async function loadForAll(host: Host, query: FeedQuery, options: Options): Promise<Feed> {
  const loaded = await byWindow(host, query, options);
  const entries = await withTopics(host, loaded.entries);
  return {
    ...loaded,
    entries,
    address: addressWith(loaded.address, query),
    query,
    changedAt: changedAt(loaded, host.now()),
  };
}

/** The same feed with the papers marked that a reader voted for; all others stay the very entries that everybody sees. */
async function withVotesOf(host: Host, feed: Feed, readerId: number): Promise<Feed> {
  const ids = feed.entries.map((entry) => entry.id);
  if (ids.length === 0) return feed;
  const votes = await host.database.db
    .selectFrom('vote')
    .select('paper_id')
    .where('reader_id', '=', readerId)
    .where('paper_id', 'in', ids)
    .execute();
  const voted = new Set(votes.map((vote) => vote.paper_id));
  if (voted.size === 0) return feed;
  return { ...feed, entries: feed.entries.map((entry) => (voted.has(entry.id) ? { ...entry, voted: true } : entry)) };
}

async function byWindow(host: Host, query: FeedQuery, options: Options): Promise<Loaded> {
  const { window } = query;
  switch (window.kind) {
    case 'edition-zero':
      return editionZero(host);
    case 'latest':
      // What trends is asked of the whole site: of one day it would say little.
      return query.order === 'trending' ? everything(host, query, options) : latest(host, query, options);
    case 'day':
      return dated(host, window.day, query, options);
    case 'week':
      return weekFeed(host, window.week, query, options);
    case 'month':
      return monthFeed(host, window.month, query, options);
    case 'range':
      return rangeFeed(host, window, query, options);
    case 'all':
      return everything(host, query, options);
  }
}
