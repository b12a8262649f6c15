import { CursorError, FEED_LIMIT, type Feed, type Resolved, renderings } from '@broadsheet/newsroom/editions';
import type { Host } from '@broadsheet/newsroom/host';
import { loadSearchOrFeed } from '@broadsheet/newsroom/search';
import type { RequestEvent } from '@sveltejs/kit';
import { problem } from './problem.ts';

type AskedFeed = Extract<Resolved, { kind: 'feed' }>;

/** A feed in one of its renderings; the page cache and conditional requests treat it like any page. */
export async function renderFeed(host: Host, event: RequestEvent, asked: AskedFeed): Promise<Response> {
  const rendering = renderings.find((r) => r.suffix === asked.suffix);
  if (!rendering)
    throw new Error(`There is no rendering "${asked.suffix}"; the registry is newsroom/editions/renderings.`);
  const limit = Math.min(Math.max(Number(event.url.searchParams.get('limit')) || FEED_LIMIT, 1), FEED_LIMIT);
  try {
    const feed = await loadSearchOrFeed(host, asked.query, {
      limit,
      cursor: asked.cursor,
      readerId: event.locals.readerId,
    });
    const body = rendering.render(feed, {
      siteName: host.settings.siteName,
      baseUrl: event.url.origin,
      now: host.now(),
    });
    return new Response(body, {
      headers: {
        'content-type': rendering.mediaType,
        'cache-control': 'public, max-age=0, must-revalidate',
        ...lastModified(feed),
      },
    });
  } catch (error) {
    if (error instanceof CursorError) return problem(400, 'Unknown cursor', error.message);
    throw error;
  }
}

/** For caches on the way and for readers of feeds. Never to be answered with 304 by itself: votes move a page without moving it. */
export function lastModified({ changedAt }: Pick<Feed, 'changedAt'>): Record<string, string> {
  return changedAt === undefined ? {} : { 'last-modified': new Date(changedAt).toUTCString() };
}
