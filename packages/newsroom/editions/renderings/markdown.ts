import { plainText } from '../../papers/index.ts';
import { UNTRUSTED } from './json.ts';
import { entryUrl, factsOf, linksOf, type Rendering } from './rendering.ts';

/** Markdown, for people in terminals and for programs that read text. */
export const markdown: Rendering = {
  suffix: 'md',
  title: 'Markdown',
  mediaType: 'text/markdown; charset=utf-8',
  render(feed, context) {
    const papers = feed.entries.map((entry) => {
      const people =
        entry.authors.length > 4
          ? `${entry.authors.slice(0, 3).join(', ')} and ${entry.authors.length - 3} more`
          : entry.authors.join(', ');
      return [
        `## ${entry.rank}. [${inline(plainText(entry.title))}](${entryUrl(entry, context)})`,
        '',
        [inline(people), factsOf(entry), entry.arxivId ? `arXiv:${entry.arxivId}` : ''].filter(Boolean).join(' · '),
        ...(entry.summary ? ['', quote(plainText(entry.summary.text))] : []),
      ].join('\n');
    });
    const { next } = linksOf(feed, 'md', context);
    return `${[
      `# ${inline(feed.title)}`,
      `<!-- ${UNTRUSTED} -->`,
      ...(feed.notice ? [feed.notice] : []),
      ...(feed.lastPicked ? [`[The last edition that was picked](${context.baseUrl}${feed.lastPicked.address})`] : []),
      ...papers,
      ...(next ? [`[Next page](${next})`] : []),
    ].join('\n\n')}\n`;
  },
};

/** Markdown's own signs in quoted text are escaped, so that a title cannot become a link, an image or HTML. */
export function inline(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#|!~&]/g, '\\$&').replace(/\s+/g, ' ');
}

export function quote(text: string): string {
  return inline(text)
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n');
}
