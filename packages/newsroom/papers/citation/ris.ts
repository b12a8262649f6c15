import { plainText } from '../text/index.ts';
import { arxivUrl, type Citable, type CitationContext, dateOf, paperUrl, splitName } from './citable.ts';

/** Papers in RIS, which EndNote, Mendeley and Zotero read. */
export function toRis(papers: Citable[], context: CitationContext): string {
  return papers.map((paper) => record(paper, context)).join('\r\n');
}

function record(paper: Citable, context: CitationContext): string {
  const date = dateOf(paper);
  const pad = (n: number) => String(n).padStart(2, '0');
  const lines: [string, string | undefined][] = [
    ['TY', paper.journalRef ? 'JOUR' : paper.venue ? 'CPAPER' : 'GEN'],
    ['TI', plainText(paper.title)],
    ...paper.authors.map((name): [string, string] => ['AU', risName(name)]),
    ['PY', String(date.year)],
    ['DA', `${date.year}/${pad(date.month)}/${pad(date.day)}`],
    ['T2', paper.journalRef ?? paper.venue],
    ['AB', paper.abstract ? plainText(paper.abstract) : undefined],
    ...paper.keywords.map((keyword): [string, string] => ['KW', keyword]),
    ['DO', paper.doi ?? (paper.arxivId ? `10.48550/arXiv.${paper.arxivId}` : undefined)],
    ['UR', paper.arxivId ? arxivUrl(paper.arxivId) : paperUrl(paper, context)],
    ['ER', ''],
  ];
  return `${lines
    .filter(([, value]) => value !== undefined)
    .map(([tag, value]) => `${tag}  - ${String(value).replace(/[\r\n]+/g, ' ')}`)
    .join('\r\n')}\r\n`;
}

function risName(name: string): string {
  const { family, given } = splitName(name);
  return given ? `${family}, ${given}` : family;
}
