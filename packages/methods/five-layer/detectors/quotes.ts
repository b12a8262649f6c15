import { type Check, skipped } from '../check.ts';
import type { Thresholds } from '../thresholds.ts';

/**
 * verbatim; altered (a word differs); falsified (a number or a negation differs); uncertain (a person should look);
 * not-found; too-short to tell.
 */
export type QuoteState = 'verbatim' | 'altered' | 'falsified' | 'uncertain' | 'not-found' | 'too-short';
export interface QuoteMatch {
  readonly state: QuoteState;
  /** 1 − edits ÷ tokens of the quotation, against the best stretch of the document. */
  readonly similarity: number;
  /** Tokens of the quotation that the document has otherwise. */
  readonly differing: readonly string[];
}

/** Looks for a quotation in a document; the parts of one with "…" must follow each other. */
export function matchQuote(quote: string, document: string, thresholds: Thresholds): QuoteMatch {
  const parts = quote
    .split(/\s*(?:\[?…\]?|\[?\.\.\.\]?)\s*/u)
    .map(normalize)
    .filter((part) => part !== '');
  const text = normalize(document);
  const tokens = parts.flatMap(tokenize);
  if (tokens.length < thresholds.quotes.fewestTokens) return { state: 'too-short', similarity: 0, differing: [] };
  if (isVerbatim(parts, text)) return { state: 'verbatim', similarity: 1, differing: [] };
  const documentTokens = tokenize(text);
  let edits = 0;
  let from = 0;
  const differing: string[] = [];
  for (const part of parts) {
    const aligned = align(tokenize(part), documentTokens.slice(from));
    edits += aligned.edits;
    differing.push(...aligned.differing);
    // What was not found leaves the place where it was.
    if (aligned.edits < tokenize(part).length * 0.5) from += aligned.end;
  }
  const similarity = Math.max(0, 1 - edits / tokens.length);
  return { state: stateOf(similarity, differing, thresholds), similarity, differing };
}

function stateOf(similarity: number, differing: readonly string[], { quotes: t }: Thresholds): QuoteState {
  if (similarity < t.notFoundBelow) return 'not-found';
  if (similarity < t.alteredFrom) return 'uncertain';
  if (differing.some((token) => /\p{N}/u.test(token) || NEGATION.test(token))) return 'falsified';
  return 'altered';
}

const NEGATION = /^(?:not?|never|none|neither|nor|without|cannot|n['’]t|\p{L}+n['’]t)$/u;

/** Quotations are red when shown as such and not found, or when a number or a negation was changed. */
export function checkQuotes(matches: readonly QuoteMatch[], thresholds: Thresholds): Check {
  const read = matches.filter(({ state }) => state !== 'too-short');
  if (read.length === 0) return skipped(3, 'quotes', 'It has quoted nothing long enough to look up.');
  const isRed = ({ state }: QuoteMatch) => state === 'not-found' || state === 'falsified';
  const red = read.filter(isRed).length;
  const amber = read.filter(({ state }) => state === 'altered' || state === 'uncertain').length;
  const falsified = read.find(({ state }) => state === 'falsified');
  return {
    layer: 3,
    detector: 'quotes',
    result: red > 0 ? 'red' : amber > 0 ? 'amber' : 'pass',
    statistic: Math.min(...read.map(({ similarity }) => similarity)),
    threshold: thresholds.quotes.alteredFrom,
    n: read.length,
    detail: falsified
      ? `A quotation was changed at "${falsified.differing.join(' ')}".`
      : red > 0
        ? `${red} of ${read.length} quotations are not in their source.`
        : amber > 0
          ? `${amber} of ${read.length} quotations differ from their source.`
          : 'Every quotation is in its source.',
  };
}

/** Spelling that print and PDF change: ligatures, hyphens at line ends, soft hyphens, quotation marks, citation marks. */
export function normalize(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\u00ad/gu, '')
    .replace(/(\p{L})[-\u2010]\s*\n\s*(\p{L})/gu, '$1$2')
    .replace(/[\u2018\u2019\u02bc]/gu, "'")
    .replace(/[\u201c\u201d\u201e«»]/gu, '"')
    .replace(/[\u2212\u2010-\u2014]/gu, '-')
    .replace(/(\d)[\s\u2009\u202f](?=\d{3}(?!\d))/gu, '$1')
    .replace(/(\d),(?=\d{3}(?!\d))/gu, '$1')
    .replace(/\[\d+(?:\s*[,-]\s*\d+)*\]/gu, '')
    .replace(/\s+/gu, ' ')
    .trim();
}

/** Without spaces and marks, but for the marks that make a number what it is: otherwise 3.5 would equal 35. */
function squeeze(text: string): string {
  return text.replace(/[^\p{L}\p{N}]/gu, (mark, at: number) => {
    const before = /\d/u.test(text[at - 1] ?? '');
    const after = /\d/u.test(text[at + 1] ?? '');
    if ((mark === '.' || mark === ',') && before && after) return mark;
    if (mark === '%' && before) return mark;
    if (mark === '-' && after && !before && !/\p{L}/u.test(text[at - 1] ?? '')) return mark;
    return '';
  });
}

function isVerbatim(parts: readonly string[], text: string): boolean {
  const document = squeeze(text);
  let from = 0;
  for (const part of parts) {
    const wanted = squeeze(part);
    const at = findWhole(document, wanted, from);
    if (at < 0) return false;
    from = at + wanted.length;
  }
  return true;
}

/** The next occurrence that does not cut a number in two: "5 %" is not in "35 %". */
function findWhole(document: string, wanted: string, from: number): number {
  const cutsNumber = (at: number) =>
    (/^[\d.]/u.test(wanted) && /[\d.-]/u.test(document[at - 1] ?? '')) ||
    (/\d$/u.test(wanted) && /^(?:\d|[.,]\d|%)/u.test(document.slice(at + wanted.length, at + wanted.length + 2)));
  for (let at = document.indexOf(wanted, from); at >= 0; at = document.indexOf(wanted, at + 1))
    if (!cutsNumber(at)) return at;
  return -1;
}

function tokenize(text: string): string[] {
  return text.match(/-?\d+(?:[.,]\d+)*%?|\p{L}+(?:'\p{L}+)?/gu) ?? [];
}

/**
 * Semi-global edit distance of a quotation to the best stretch of a document: what stands before and after is free.
 * O(|quote| · |document|) time, and as many bytes for the way back.
 */
function align(quote: readonly string[], document: readonly string[]) {
  const [rows, columns] = [quote.length + 1, document.length + 1];
  const cost = new Int32Array(rows * columns);
  for (let i = 1; i < rows; i++) {
    cost[i * columns] = i;
    for (let j = 1; j < columns; j++) {
      const diagonal = cost[(i - 1) * columns + j - 1] + (quote[i - 1] === document[j - 1] ? 0 : 1);
      cost[i * columns + j] = Math.min(diagonal, cost[(i - 1) * columns + j] + 1, cost[i * columns + j - 1] + 1);
    }
  }
  const last = (rows - 1) * columns;
  let end = 0;
  for (let j = 1; j < columns; j++) if (cost[last + j] < cost[last + end]) end = j;
  const differing: string[] = [];
  for (let i = rows - 1, j = end; i > 0; ) {
    const here = cost[i * columns + j];
    const isSame = j > 0 && quote[i - 1] === document[j - 1];
    if (j > 0 && here === cost[(i - 1) * columns + j - 1] + (isSame ? 0 : 1)) {
      if (!isSame) differing.push(quote[i - 1], document[j - 1]);
      i -= 1;
      j -= 1;
    } else if (here === cost[(i - 1) * columns + j] + 1) {
      differing.push(quote[i - 1]);
      i -= 1;
    } else {
      differing.push(document[j - 1]);
      j -= 1;
    }
  }
  return { edits: cost[last + end], end, differing: differing.reverse() };
}
