import { snippet } from '@broadsheet/search-index';
import { readCursor, writeCursor } from '../editions/cursor.ts';
import { addressWith, entriesByIds, type Feed, type FeedQuery, type LoadOptions, loadFeed } from '../editions/index.ts';
import type { Host } from '../host/index.ts';
import { plainText } from '../papers/index.ts';
import { find, type SearchMode } from './find.ts';

const PAGE = 50;
/** Beyond the first thousand nobody pages. */
const MAX_FOUND = 1_000;

export interface SearchLoadOptions extends LoadOptions {
  /** The last word is still being typed. */
  typing?: boolean;
  mode?: SearchMode;
}

/** A feed by its query: one with words is a search, any other comes from the editions. */
export async function loadSearchOrFeed(host: Host, query: FeedQuery, options: SearchLoadOptions = {}): Promise<Feed> {
  return query.filters.text === undefined
    ? loadFeed(host, query, options)
    : searchFeed(host, query, query.filters.text, options);
}

async function searchFeed(
  host: Host,
  query: FeedQuery,
  text: string,
  { limit = PAGE, cursor, readerId, typing, mode }: SearchLoadOptions,
): Promise<Feed> {
  const after = readCursor(cursor, 'n')?.after ?? 0;
  const size = Math.min(limit, MAX_FOUND - after);
  // One more than is shown tells whether there is another page.
  const found = await find(host, query, { text, offset: after, limit: size + 1, typing, mode });
  const page = found.hits.slice(0, size);
  const whyOf = new Map(page.map((hit) => [hit.id, hit.why]));
  const entries = await entriesByIds(
    host.database.db,
    page.map((hit) => hit.id),
    readerId,
  );
  return {
    query,
    title: query.name?.title ?? (text ? `“${text}”` : 'Search'),
    address: query.name?.address ?? searchAddress(query),
    entries: entries.map((entry, index) => ({
      ...entry,
      rank: after + index + 1,
      why: whyOf.get(entry.id),
      snippet: entry.abstract ? snippet(plainText(entry.abstract), found.matched) : undefined,
    })),
    total: found.total,
    nextCursor: found.hits.length > size ? writeCursor({ k: 'n', after: after + size }) : undefined,
    notes: found.notes,
    search: {
      matched: found.matched,
      hasAll: found.hasAll,
      facets: found.facets,
      meant: found.meant,
      isCut: found.isCut,
    },
    changedAt: host.now(),
  };
}

/** Where a search is found, with all that narrows it. */
export function searchAddress(query: FeedQuery): string {
  return addressWith(`/papers?q=${encodeURIComponent(query.filters.text ?? '')}`, query);
}
