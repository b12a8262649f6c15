import { wordOf } from './paper.ts';
import { beginningsOf, fold, tokensOf } from './tokens.ts';

/** A stretch of text that a search found, or one between. */
export interface Stretch {
  text: string;
  isHit: boolean;
}

/** Splits a text at the words that match indexed terms (as `SearchAnswer.matched` gives them). */
export function highlight(text: string, matched: string[]): Stretch[] {
  const terms = new Set(matched.map(wordOf));
  const stretches: Stretch[] = [];
  let at = 0;
  for (const token of tokensOf(text, beginningsOf(terms))) {
    if (!terms.has(token.term) && !terms.has(fold(text.slice(token.start, token.end)))) continue;
    if (token.start < at) continue;
    if (token.start > at) stretches.push({ text: text.slice(at, token.start), isHit: false });
    stretches.push({ text: text.slice(token.start, token.end), isHit: true });
    at = token.end;
  }
  if (at < text.length) stretches.push({ text: text.slice(at), isHit: false });
  return stretches;
}
