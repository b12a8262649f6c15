import { plainText } from '../text/index.ts';
import { arxivUrl, type Citable, type CitationContext, dateOf, doiOf, paperUrl } from './citable.ts';

/** The `citation_*` tags that Google Scholar and Zotero read from a paper's page, in order. */
export function highwireTags(paper: Citable, context: CitationContext): { name: string; content: string }[] {
  const date = dateOf(paper).iso.replaceAll('-', '/');
  const tags: [string, string | undefined][] = [
    ['citation_title', plainText(paper.title)],
    ...paper.authors.map((name): [string, string] => ['citation_author', name]),
    ['citation_publication_date', date],
    ['citation_online_date', date],
    ['citation_journal_title', paper.journalRef],
    ['citation_conference_title', paper.journalRef ? undefined : paper.venue],
    ['citation_technical_report_institution', paper.arxivId && !paper.venue && !paper.journalRef ? 'arXiv' : undefined],
    [
      'citation_technical_report_number',
      paper.arxivId && !paper.venue && !paper.journalRef ? `arXiv:${paper.arxivId}` : undefined,
    ],
    ['citation_arxiv_id', paper.arxivId],
    ['citation_doi', doiOf(paper)],
    ['citation_pdf_url', paper.arxivId ? `https://arxiv.org/pdf/${paper.arxivId}` : undefined],
    ['citation_abstract_html_url', paperUrl(paper, context)],
    ['citation_public_url', paper.arxivId ? arxivUrl(paper.arxivId) : paperUrl(paper, context)],
    ['citation_keywords', paper.keywords.join('; ') || undefined],
    ['citation_abstract', paper.abstract ? plainText(paper.abstract) : undefined],
  ];
  return tags.flatMap(([name, content]) => (content ? [{ name, content }] : []));
}

/** The `title` of a COinS span, by which Zotero finds each paper of a list. */
export function coins(paper: Citable): string {
  const fields: [string, string | undefined][] = [
    ['ctx_ver', 'Z39.88-2004'],
    ['rft_val_fmt', 'info:ofi/fmt:kev:mtx:journal'],
    ['rft.genre', paper.journalRef || paper.venue ? 'article' : 'preprint'],
    ['rft.atitle', plainText(paper.title)],
    ['rft.jtitle', paper.journalRef ?? paper.venue ?? (paper.arxivId ? 'arXiv' : undefined)],
    ...paper.authors.slice(0, COINS_AUTHORS).map((name): [string, string] => ['rft.au', name]),
    ['rft.date', dateOf(paper).iso],
    ['rft_id', paper.doi ? `info:doi/${paper.doi}` : paper.arxivId ? arxivUrl(paper.arxivId) : undefined],
  ];
  return fields.flatMap(([name, value]) => (value ? [`${name}=${encodeURIComponent(value)}`] : [])).join('&');
}

/** A list of fifty papers with a thousand authors each would be all names. */
const COINS_AUTHORS = 20;

/** JSON-LD of a paper, safe inside a script element. */
export function jsonLd(paper: Citable, context: CitationContext): string {
  const doi = doiOf(paper);
  const data = {
    '@context': 'https://schema.org',
    '@type': 'ScholarlyArticle',
    headline: plainText(paper.title),
    author: paper.authors.map((name) => ({ '@type': 'Person', name })),
    datePublished: dateOf(paper).iso,
    url: paperUrl(paper, context),
    ...(paper.arxivId ? { sameAs: arxivUrl(paper.arxivId), isBasedOn: arxivUrl(paper.arxivId) } : {}),
    ...(doi ? { identifier: { '@type': 'PropertyValue', propertyID: 'DOI', value: doi } } : {}),
    ...(paper.license ? { license: paper.license } : {}),
    ...(paper.keywords.length > 0 ? { keywords: paper.keywords } : {}),
    ...(paper.abstract ? { abstract: plainText(paper.abstract) } : {}),
  };
  return JSON.stringify(data).replace(
    /[<>&\u2028\u2029]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
