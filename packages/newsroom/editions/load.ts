import type { Host } from '../host/index.ts';
import { changedAt } from './changed-at.ts';
import { dated, latest } from './day.ts';
import { editionZero } from './edition-zero.ts';
import { everything } from './everything.ts';
import { addressWith } from './filters.ts';
import type { Options } from './order.ts';
import { monthFeed, rangeFeed, weekFeed } from './span.ts';
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
export async function loadFeed(host: Host, query: FeedQuery, options: LoadOptions = {}): Promise<Feed> {
  const loaded = await byWindow(host, query, { ...options, limit: options.limit ?? PAGE });
  return { ...loaded, address: addressWith(loaded.address, query), query, changedAt: changedAt(loaded, host.now()) };
}

async function byWindow(host: Host, query: FeedQuery, options: Options): Promise<Loaded> {
  const { window } = query;
  switch (window.kind) {
    case 'edition-zero':
      return editionZero(host, options);
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
