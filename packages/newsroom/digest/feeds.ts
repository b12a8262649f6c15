import { addressWith, type FeedQuery, resolveFeed } from '../editions/index.ts';

export type SubscribableFeed = { address: string; query: FeedQuery } | { refused: string };

/** Longest address that is kept; a search has 250 characters, written as percent signs at most nine times that. */
const MAX_CHARS = 2_500;

/**
 * Reads a feed's address as a subscription may have it: a list that goes on. The front page, trending, a search, a
 * category, a person, an organisation, each with its filters; not a day that is over.
 */
export function subscribableFeed(address: string): SubscribableFeed {
  if (!/^\/(?!\/)/.test(address) || address.length > MAX_CHARS || !URL.canParse(address, 'http://site')) {
    return { refused: 'That is no address of a list here; it begins with a slash, like /papers/trending.' };
  }
  const url = new URL(address, 'http://site');
  const found = resolveFeed(safeDecoded(url.pathname), url.searchParams);
  if (found?.kind === 'problem') return { refused: found.detail };
  if (found?.kind !== 'feed' || found.suffix) {
    return { refused: `There is no list at ${url.pathname}; open one, and copy its address.` };
  }
  const { window } = found.query;
  if (window.kind !== 'latest' && window.kind !== 'all') {
    return {
      refused:
        'This list is over, and nothing new will come to it. Choose the front page, trending, a search, a category or a person.',
    };
  }
  // One address for one feed, however it was written: it is what makes two subscriptions the same.
  const canonical = window.kind === 'latest' ? addressWith('/', found.query) : found.address;
  return { address: canonical, query: found.query };
}

/** A path that is no valid text names no feed. */
function safeDecoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return '\u0000';
  }
}
