import { plainText } from '../text/index.ts';
import { arxivUrl, type Citable, type CitationContext, dateOf, paperUrl, splitName } from './citable.ts';

/** Papers as CSL-JSON, the citation processors' own format. */
export function toCslJson(papers: Citable[], context: CitationContext): string {
  return `${JSON.stringify(
    papers.map((paper) => item(paper, context)),
    null,
    2,
  )}\n`;
}

function item(paper: Citable, context: CitationContext): Record<string, unknown> {
  const { year, month, day } = dateOf(paper);
  return {
    id: paper.arxivId ? `arXiv:${paper.arxivId}` : paper.key,
    type: paper.journalRef ? 'article-journal' : paper.venue ? 'paper-conference' : 'article',
    title: plainText(paper.title),
    author: paper.authors.map((name) => {
      const { family, given } = splitName(name);
      return given ? { family, given } : { literal: family };
    }),
    issued: { 'date-parts': [[year, month, day]] },
    ...(paper.abstract ? { abstract: plainText(paper.abstract) } : {}),
    ...(paper.keywords.length > 0 ? { keyword: paper.keywords.join(', ') } : {}),
    ...((paper.journalRef ?? paper.venue) ? { 'container-title': paper.journalRef ?? paper.venue } : {}),
    ...(paper.doi
      ? { DOI: paper.doi }
      : paper.arxivId
        ? { DOI: `10.48550/arXiv.${paper.arxivId}`, number: `arXiv:${paper.arxivId}` }
        : {}),
    URL: paper.arxivId ? arxivUrl(paper.arxivId) : paperUrl(paper, context),
  };
}
