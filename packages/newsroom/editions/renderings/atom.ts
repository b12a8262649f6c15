import { plainText } from '../../papers/index.ts';
import { contentHtml } from './content.ts';
import { entryInstant, entryUrl, linksOf, type Rendering, xml } from './rendering.ts';

/** Atom (RFC 4287), its pages linked as RFC 5005 has it. */
export const atom: Rendering = {
  suffix: 'atom',
  title: 'Atom',
  mediaType: 'application/atom+xml; charset=utf-8',
  render(feed, context) {
    const page = `${context.baseUrl}${feed.address}`;
    const { self, next } = linksOf(feed, 'atom', context);
    const updated =
      Math.max(0, ...feed.entries.map((entry) => entry.updatedAt ?? entryInstant(entry))) ||
      (feed.changedAt ?? context.now);
    const entries = feed.entries.map((entry) => {
      const url = entryUrl(entry, context);
      return `<entry>
<id>${xml(url)}</id>
<title>${xml(plainText(entry.title))}</title>
<link href="${xml(url)}"/>
<published>${new Date(entryInstant(entry)).toISOString()}</published>
<updated>${new Date(Math.max(entry.updatedAt ?? 0, entryInstant(entry))).toISOString()}</updated>
${(entry.authors.length > 0 ? entry.authors : ['unknown']).map((name) => `<author><name>${xml(name)}</name></author>`).join('')}
${entry.categories.map((category) => `<category term="${xml(category)}"/>`).join('')}
<content type="html">${xml(contentHtml(entry, context))}</content>
</entry>`;
    });
    return `<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
<id>${xml(page)}</id>
<title>${xml(`${context.siteName}: ${feed.title}`)}</title>
<link href="${xml(page)}"/>
<link rel="self" type="application/atom+xml" href="${xml(self)}"/>${next ? `<link rel="next" href="${xml(next)}"/>` : ''}
<updated>${new Date(updated).toISOString()}</updated>
${entries.join('\n')}
</feed>
`;
  },
};
