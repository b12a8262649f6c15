import { type Paper, plainText } from '../../papers/index.ts';
import { UNTRUSTED } from './json.ts';
import { inline, quote } from './markdown.ts';

/** One paper as Markdown: what is known of it, its text quoted as data. */
export function paperMarkdown(paper: Paper, { baseUrl }: { baseUrl: string }): string {
  const facts = [
    paper.arxivId ? `- arXiv: https://arxiv.org/abs/${paper.arxivId}` : '',
    paper.doi ? `- DOI: https://doi.org/${encodeURI(paper.doi.toWellFormed()).replaceAll('*', '%2A')}` : '',
    paper.publishedAt === undefined ? '' : `- First version: ${new Date(paper.publishedAt).toISOString().slice(0, 10)}`,
    paper.featured ? `- Edition: ${baseUrl}/papers/date/${paper.featured.day}` : '',
    paper.categories.length > 0 ? `- Categories: ${inline(paper.categories.join(', '))}` : '',
    paper.repository ? `- Code: https://github.com/${paper.repository.name}` : '',
    `- Votes: ${paper.votes}`,
  ].filter(Boolean);
  return `${[
    `# ${inline(plainText(paper.title))}`,
    `<!-- ${UNTRUSTED} -->`,
    inline(paper.authors.join(', ')),
    facts.join('\n'),
    ...(paper.withdrawn ? [`**Withdrawn.** ${inline(paper.withdrawn.reason ?? '')}`] : []),
    ...(paper.abstract ? ['## Abstract', quote(plainText(paper.abstract))] : []),
  ].join('\n\n')}\n`;
}
