import { plainText } from '../../papers/index.ts';
import { contentHtml } from './content.ts';
import { UNTRUSTED } from './json.ts';
import { entryInstant, entryUrl, linksOf, type Rendering } from './rendering.ts';

/** JSON Feed 1.1. */
export const jsonFeed: Rendering = {
  suffix: 'feed.json',
  title: 'JSON Feed',
  mediaType: 'application/feed+json; charset=utf-8',
  render(feed, context) {
    const { self, next } = linksOf(feed, 'feed.json', context);
    return `${JSON.stringify(
      {
        version: 'https://jsonfeed.org/version/1.1',
        title: `${context.siteName}: ${feed.title}`,
        home_page_url: `${context.baseUrl}${feed.address}`,
        feed_url: self,
        next_url: next,
        _broadsheet: { about: `${context.baseUrl}/about`, untrusted: UNTRUSTED },
        items: feed.entries.map((entry) => ({
          id: entryUrl(entry, context),
          url: entryUrl(entry, context),
          external_url: entry.arxivId ? `https://arxiv.org/abs/${entry.arxivId}` : undefined,
          title: plainText(entry.title),
          summary: entry.summary?.text,
          content_html: contentHtml(entry, context),
          date_published: new Date(entryInstant(entry)).toISOString(),
          date_modified: entry.updatedAt === undefined ? undefined : new Date(entry.updatedAt).toISOString(),
          authors: entry.authors.map((name) => ({ name })),
          tags: [...entry.categories, ...entry.keywords],
        })),
      },
      null,
      2,
    )}\n`;
  },
};
