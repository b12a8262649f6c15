import { plainText } from '../../papers/index.ts';
import { contentHtml } from './content.ts';
import { entryInstant, entryUrl, linksOf, type Rendering, xml } from './rendering.ts';

/** RSS 2.0; the guid is the paper's address, so a new version is no new item. */
export const rss: Rendering = {
  suffix: 'rss',
  title: 'RSS',
  mediaType: 'application/rss+xml; charset=utf-8',
  render(feed, context) {
    const { self, next } = linksOf(feed, 'rss', context);
    const items = feed.entries.map((entry) => {
      const url = entryUrl(entry, context);
      return `<item>
<title>${xml(plainText(entry.title))}</title>
<link>${xml(url)}</link>
<guid isPermaLink="true">${xml(url)}</guid>
<pubDate>${new Date(entryInstant(entry)).toUTCString()}</pubDate>
${entry.authors.map((name) => `<dc:creator>${xml(name)}</dc:creator>`).join('')}
${entry.categories.map((category) => `<category>${xml(category)}</category>`).join('')}
<description>${xml(contentHtml(entry, context))}</description>
</item>`;
    });
    return `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom">
<channel>
<title>${xml(`${context.siteName}: ${feed.title}`)}</title>
<link>${xml(`${context.baseUrl}${feed.address}`)}</link>
<atom:link rel="self" type="application/rss+xml" href="${xml(self)}"/>${next ? `<atom:link rel="next" href="${xml(next)}"/>` : ''}
<description>${xml(feed.notice ?? `${feed.title}, as ${context.siteName} has it`)}</description>
<language>en</language>
${items.join('\n')}
</channel>
</rss>
`;
  },
};
