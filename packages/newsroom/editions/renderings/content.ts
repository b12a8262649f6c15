import { abstractHtml, escapeHtml } from '../../papers/index.ts';
import type { FeedEntry } from '../types.ts';
import { entryUrl, factsOf, type RenderingContext } from './rendering.ts';

/** The body of a paper in RSS, Atom and JSON Feed: facts, people, the whole abstract, links; safe HTML. */
export function contentHtml(entry: FeedEntry, context: RenderingContext): string {
  const links = [`<a href="${escapeHtml(entryUrl(entry, context))}">${escapeHtml(context.siteName)}</a>`];
  if (entry.arxivId) links.push(`<a href="https://arxiv.org/abs/${entry.arxivId}">arXiv</a>`);
  if (entry.repository) links.push(`<a href="https://github.com/${escapeHtml(entry.repository.name)}">code</a>`);
  return [
    `<p>${escapeHtml(factsOf(entry))}</p>`,
    entry.authors.length > 0 ? `<p>${escapeHtml(entry.authors.join(', '))}</p>` : '',
    entry.abstract
      ? `<p>${abstractHtml(entry.abstract)}</p>`
      : entry.summary
        ? `<p>${escapeHtml(entry.summary.text)}</p>`
        : '',
    `<p>${links.join(' · ')}</p>`,
  ].join('');
}
