import type { Host } from '../host/index.ts';
import { byListing } from './by-listing.ts';
import { byTrending } from './by-trending.ts';
import { byVotes } from './by-votes.ts';
import type { EntryQuery } from './entries.ts';
import type { LoadOptions } from './load.ts';
import type { Feed, FeedQuery } from './types.ts';

/** Which page of a list; who reads it is no matter here. */
export type Options = Omit<LoadOptions, 'readerId' | 'limit'> & { limit: number };

/** Which papers a list has: narrows the query for all of them. */
export type Membership = (query: EntryQuery) => EntryQuery;

export type Page = Pick<Feed, 'entries' | 'total' | 'nextCursor'>;

/**
 * One page of a list, in the order that was asked for.
 * @param isArranged whether it is the list of one edition, which editors may have arranged.
 */
export function pageIn(
  order: FeedQuery['order'],
  host: Host,
  members: Membership,
  options: Options,
  isArranged = false,
): Promise<Page> {
  if (order === 'newest') return byListing(host, members, options);
  if (order === 'trending') return byTrending(host, members, options);
  return byVotes(host, members, options, isArranged);
}
