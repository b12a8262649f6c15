import { xml } from '../editions/index.ts';
import { plainText } from '../papers/index.ts';
import type { Comment } from './read.ts';

/** The ways to follow a discussion with a feed reader. */
export const COMMENT_FEEDS = ['atom', 'rss', 'feed.json'] as const;
export type CommentFeed = (typeof COMMENT_FEEDS)[number];

interface About {
  siteName: string;
  baseUrl: string;
  title: string;
  /** Of the page, without the site. */
  address: string;
  /** Of the feed, without the site. */
  self: string;
  now: number;
}

export const COMMENT_FEED_TYPES: Record<CommentFeed, string> = {
  atom: 'application/atom+xml; charset=utf-8',
  rss: 'application/rss+xml; charset=utf-8',
  'feed.json': 'application/feed+json; charset=utf-8',
};

/** Comments as a feed; what is hidden is not in it. */
export function renderCommentFeed(form: CommentFeed, comments: Comment[], about: About): string {
  const shown = comments.filter((comment) => comment.gone === undefined);
  const entries = shown.map((comment) => ({
    url: `${about.baseUrl}/comments/${comment.key}`,
    title: `${comment.author.name} on ${plainText(comment.paperTitle)}`,
    ...comment,
  }));
  const title = `${about.siteName}: ${about.title}`;
  const page = `${about.baseUrl}${about.address}`;
  const self = `${about.baseUrl}${about.self}`;
  if (form === 'feed.json') {
    const items = entries.map((entry) => ({
      ...{ id: entry.url, url: entry.url, title: entry.title, content_html: entry.html, content_text: entry.text },
      date_published: new Date(entry.createdAt).toISOString(),
      ...(entry.editedAt === undefined ? {} : { date_modified: new Date(entry.editedAt).toISOString() }),
      authors: [{ name: entry.author.name }],
    }));
    const feed = { version: 'https://jsonfeed.org/version/1.1', title, home_page_url: page, feed_url: self, items };
    return `${JSON.stringify(feed, null, 2)}\n`;
  }
  if (form === 'rss') {
    const items = entries.map(
      (entry) => `<item>
<title>${xml(entry.title)}</title>
<link>${xml(entry.url)}</link>
<guid isPermaLink="true">${xml(entry.url)}</guid>
<pubDate>${new Date(entry.createdAt).toUTCString()}</pubDate>
<dc:creator>${xml(entry.author.name)}</dc:creator>
<description>${xml(entry.html)}</description>
</item>`,
    );
    return `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom">
<channel>
<title>${xml(title)}</title>
<link>${xml(page)}</link>
<atom:link rel="self" type="application/rss+xml" href="${xml(self)}"/>
<description>${xml(about.title)}</description>
${items.join('\n')}
</channel>
</rss>
`;
  }
  const items = entries.map(
    (entry) => `<entry>
<id>${xml(entry.url)}</id>
<title>${xml(entry.title)}</title>
<link href="${xml(entry.url)}"/>
<published>${new Date(entry.createdAt).toISOString()}</published>
<updated>${new Date(entry.editedAt ?? entry.createdAt).toISOString()}</updated>
<author><name>${xml(entry.author.name)}</name></author>
<content type="html">${xml(entry.html)}</content>
</entry>`,
  );
  const updated = Math.max(0, ...entries.map((entry) => entry.editedAt ?? entry.createdAt)) || about.now;
  return `<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
<id>${xml(page)}</id>
<title>${xml(title)}</title>
<link href="${xml(page)}"/>
<link rel="self" type="application/atom+xml" href="${xml(self)}"/>
<updated>${new Date(updated).toISOString()}</updated>
${items.join('\n')}
</feed>
`;
}
