import type { Acting } from '@broadsheet/newsroom/accounts';
import { CursorError, type Feed } from '@broadsheet/newsroom/editions';
import { currentHost, type Host } from '@broadsheet/newsroom/host';
import { marksOf, recordShown } from '@broadsheet/newsroom/library';
import { isFromIndex, loadSearchOrFeed, resolveAddress, siteIndex } from '@broadsheet/newsroom/search';
import { error, redirect } from '@sveltejs/kit';
import { isBeingRead } from '#lib/server/being-read.ts';
import { pageOf } from '#lib/server/feed-page.ts';
import { lastModified } from '#lib/server/renderings.ts';
import { View } from '#lib/view.ts';
import type { PageServerLoad } from './$types';

/** Every list of papers is one page: the address says which feed. */
export const load: PageServerLoad = async ({ url, params, locals, request, setHeaders }) => {
  const host = currentHost();
  const asked = await resolveAddress(host, `/${params.address}`, url.searchParams);
  if (!asked) error(404);
  if (asked.kind === 'redirect') redirect(308, asked.to);
  if (asked.kind === 'problem') error(asked.status, asked.title, { detail: asked.detail });
  try {
    const feed = await loadSearchOrFeed(host, asked.query, {
      cursor: asked.cursor,
      readerId: locals.readerId,
      typing: url.searchParams.has('typing'),
    });
    const unwanted = await withoutUnwanted(host, feed, locals.acting, {
      isSearch: asked.query.filters.text !== undefined,
      isRead: isBeingRead(request),
    });
    const { author, organization } = asked.query.filters;
    if ((author || organization) && feed.entries.length === 0) error(404);
    if (!isFromIndex(asked.query) || siteIndex(host).isReady)
      setHeaders({ 'cache-control': 'public, max-age=0, must-revalidate', ...lastModified(feed) });
    return { view: new View({ ...(await pageOf(host, unwanted.feed, url)), leftOut: unwanted.leftOut }) };
  } catch (cause) {
    if (cause instanceof CursorError) error(400, 'This page is gone', { detail: cause.message });
    throw cause;
  }
};

/**
 * A list as its reader wants it: without what they said "not this" to, unless they asked for words that it has. What is
 * left has now been shown to them. Only for who has signed in: everybody else gets one page, kept for all.
 */
async function withoutUnwanted(
  host: Host,
  feed: Feed,
  { via, reader }: Acting,
  { isSearch, isRead }: { isSearch: boolean; isRead: boolean },
): Promise<{ feed: Feed; leftOut: number }> {
  if (via !== 'session' || !reader) return { feed, leftOut: 0 };
  const paperIds = feed.entries.map((entry) => entry.id);
  const { hidden } = isSearch ? { hidden: new Set<number>() } : await marksOf(host.database.db, reader.id, paperIds);
  if (isRead) {
    const shown = { readerId: reader.id, paperIds: paperIds.filter((id) => !hidden.has(id)), place: 'page' as const };
    // Reading must not fail where nothing can be written.
    await recordShown(host.database, shown, host.now()).catch((error) =>
      host.log.warn('what was shown could not be kept', { error }),
    );
  }
  if (hidden.size === 0) return { feed, leftOut: 0 };
  return { feed: { ...feed, entries: feed.entries.filter((entry) => !hidden.has(entry.id)) }, leftOut: hidden.size };
}
