import { addressWith } from './filters.ts';
import type { FeedQuery } from './types.ts';

/**
 * The one address of a feed, without a rendering's suffix: every spelling that resolves to the same query comes to it.
 * What the query does not know (`?utm_source=…`, a filter said twice) is not in it.
 */
export function addressOf(query: FeedQuery): string {
  return addressWith(pathOf(query), query);
}

function pathOf({ window, order, filters }: FeedQuery): string {
  switch (window.kind) {
    case 'latest':
      return '/';
    case 'day':
      return `/papers/date/${window.day}`;
    case 'week':
      return `/papers/week/${window.week}`;
    case 'month':
      return `/papers/month/${window.month}`;
    case 'range':
      return `/papers?from=${window.from}&until=${window.until}`;
    case 'edition-zero':
      return '/papers/edition-zero';
    case 'all':
      if (filters.text !== undefined) return `/papers?q=${escaped(filters.text)}`;
      if (filters.similarTo !== undefined) return `/papers/${filters.similarTo}/similar`;
      if (filters.author !== undefined) return `/authors/${escaped(filters.author)}`;
      if (filters.organization !== undefined) return `/organizations/${escaped(filters.organization)}`;
      if (filters.topic !== undefined) return `/topics/${filters.topic}`;
      if (order === 'trending') return '/papers/trending';
      return filters.category === undefined ? '/papers/new' : `/categories/${filters.category}`;
  }
}

/** Half a character, which no name of ours has, cannot be escaped and must not throw. */
function escaped(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
