import { CursorError } from '@broadsheet/newsroom/editions';
import { currentHost } from '@broadsheet/newsroom/host';
import { isFromIndex, loadSearchOrFeed, resolveAddress, siteIndex } from '@broadsheet/newsroom/search';
import { error, redirect } from '@sveltejs/kit';
import { asWanted } from '#lib/server/as-wanted.ts';
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
    const wanted = await asWanted(host, feed, locals.acting, {
      isRead: isBeingRead(request),
      isAllAsked: url.searchParams.get('show') === 'all',
    });
    const { author, organization } = asked.query.filters;
    if ((author || organization) && feed.entries.length === 0) error(404);
    if (!isFromIndex(asked.query) || siteIndex(host).isReady)
      setHeaders({ 'cache-control': 'public, max-age=0, must-revalidate', ...lastModified(feed) });
    const { leftOut, proposedBefore } = wanted;
    return {
      view: new View({
        ...(await pageOf(host, wanted.feed, url)),
        leftOut,
        proposedBefore,
        everything: everything(url),
      }),
    };
  } catch (cause) {
    if (cause instanceof CursorError) error(400, 'This page is gone', { detail: cause.message });
    throw cause;
  }
};

/** The same list with all that it has. */
function everything(url: URL): string {
  const all = new URL(url);
  all.searchParams.set('show', 'all');
  return `${all.pathname}${all.search}`;
}
