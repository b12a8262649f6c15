import { slugOf } from '../slug.ts';
import { plainText } from '../text/index.ts';
import { arxivUrl, type Citable, type CitationContext, dateOf, paperUrl, splitName } from './citable.ts';

/** Papers as BibTeX: @article where a journal or DOI is known, else @misc with arXiv's eprint fields. */
export function toBibtex(papers: Citable[], context: CitationContext): string {
  const used = new Map<string, number>();
  return papers.map((paper) => entry(paper, context, used)).join('\n');
}

function entry(paper: Citable, context: CitationContext, used: Map<string, number>): string {
  const date = dateOf(paper);
  const fields: [string, string | undefined][] = [
    ['title', `{${escapeTex(plainText(paper.title))}}`],
    ['author', paper.authors.map(bibName).join(' and ') || undefined],
    ['year', String(date.year)],
    ['month', ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'][date.month - 1]],
    ['journal', paper.journalRef ? escapeTex(paper.journalRef) : undefined],
    ['booktitle', !paper.journalRef && paper.venue ? escapeTex(paper.venue) : undefined],
    ['doi', paper.doi ? escapeTex(paper.doi) : undefined],
    ['eprint', paper.arxivId],
    ['archivePrefix', paper.arxivId ? 'arXiv' : undefined],
    ['primaryClass', paper.arxivId ? paper.categories[0] : undefined],
    ['url', paper.arxivId ? arxivUrl(paper.arxivId) : paperUrl(paper, context)],
  ];
  const kind = paper.journalRef ? 'article' : paper.venue ? 'inproceedings' : 'misc';
  const lines = fields
    .filter(([, value]) => value)
    .map(([name, value]) => `  ${name} = ${name === 'month' ? value : `{${value}}`}`);
  return `@${kind}{${keyFor(paper, date.year, used)},\n${lines.join(',\n')}\n}\n`;
}

/** lastname + year + first long word, made unique within the file by letters. */
function keyFor(paper: Citable, year: number, used: Map<string, number>): string {
  const ascii = (text: string) => slugOf(text).replace(/[^a-z0-9]/g, '');
  const family = ascii(paper.authors[0] ? splitName(paper.authors[0]).family : '') || 'anon';
  const word =
    plainText(paper.title)
      .split(/\s+/)
      .map(ascii)
      .find((w) => w.length > 3) ?? 'paper';
  const base = `${family}${year}${word}`;
  const count = used.get(base) ?? 0;
  used.set(base, count + 1);
  return count === 0 ? base : `${base}${String.fromCharCode(96 + count)}`;
}

function bibName(name: string): string {
  const { family, given } = splitName(name);
  return given ? `${escapeTex(family)}, ${escapeTex(given)}` : `{${escapeTex(family)}}`;
}

/** Escapes what BibTeX gives a meaning; braces of the text go, so that ours always balance. */
function escapeTex(text: string): string {
  return text
    .replace(/[{}]/g, '')
    .replace(/\\/g, '\\textbackslash ')
    .replace(/([&%$#_])/g, '\\$1')
    .replace(/~/g, '\\textasciitilde ')
    .replace(/\^/g, '\\textasciicircum ');
}
