import { addressAs, FEED_LIMIT, resolveFeed } from '@broadsheet/newsroom/editions';

/**
 * The one spelling of what a request asks for. Feeds have many: parameters that nobody knows, percent signs, filters in
 * another order or said twice. Pages are rendered and kept under one alone, so that no spelling fills the cache, passes
 * it, or finds its way into the links of a page that others are given. Whatever is no feed stays as it was asked.
 */
export function canonicalTarget(target: string): string {
  // Most requests: a path alone has one spelling.
  if (!/[?%]/.test(target)) return target;
  const asked = feedAt(target);
  if (!asked) return target;
  const { feed, params } = asked;
  const address = feed.suffix ? addressAs(feed.address, feed.suffix) : feed.address;
  const more = new URLSearchParams();
  const limit = Number(params.get('limit'));
  if (feed.suffix && Number.isInteger(limit) && limit > 0 && limit < FEED_LIMIT) more.set('limit', String(limit));
  // A search that is still being typed finds words by their beginnings.
  if (feed.query.filters.text !== undefined && params.has('typing')) more.set('typing', '1');
  // Who has each paper proposed once asks so for what was left out.
  if (!feed.suffix && params.get('show') === 'all') more.set('show', 'all');
  if (feed.cursor !== undefined) more.set('cursor', feed.cursor);
  const added = more.toString();
  return added ? `${address}${address.includes('?') ? '&' : '?'}${added}` : address;
}

function feedAt(target: string) {
  const queryAt = target.indexOf('?');
  const path = queryAt < 0 ? target : target.slice(0, queryAt);
  const params = new URLSearchParams(queryAt < 0 ? '' : target.slice(queryAt));
  try {
    const feed = resolveFeed(decodeURIComponent(path), params);
    return feed?.kind === 'feed' ? { feed, params } : undefined;
  } catch {
    // A path that is no valid text; the pages answer it with words.
    return undefined;
  }
}

/** Values that sign someone in or end their mail: the links of letters, and what another site sends a browser back with. */
const SECRET_VALUE = /([?&](?:token|code|state)=)[^&]*/g;

/** The links of a digest carry theirs in the path, so that a List-Unsubscribe header stays short. */
const SECRET_PATH = /^(\/digest\/(?:confirm|change|preferences|leave)\/)[^?]+/;

/** What was asked for, as the log may hold it: without the secrets that some links carry. */
export function loggedTarget(target: string | undefined): string | undefined {
  return target?.replace(SECRET_VALUE, '$1(hidden)').replace(SECRET_PATH, '$1(hidden)');
}
