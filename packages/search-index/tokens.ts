import { stemmer } from 'stemmer';

/** A word of a text: how it is indexed, and where it stands. */
export interface Token {
  term: string;
  start: number;
  end: number;
}

/** Words so common that they tell papers apart by nothing; a query of nothing else still searches for them. */
export const STOP_WORDS = new Set(
  'a an and are as at be by can for from has have in into is it its of on or our that the their these this to using via was we which with'.split(
    ' ',
  ),
);

const WORD = /[\p{L}\p{M}\p{N}]+/gu;
/** Scripts that write without spaces are indexed by pairs of letters. */
const UNSPACED = /[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]/;

/** Lower case without accents: 'Erdős' and 'erdos' are one word. */
export function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase();
}

/** Splits a text into indexed words, in order. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  for (const match of text.matchAll(WORD)) {
    const word = match[0];
    if (UNSPACED.test(word)) tokens.push(...pairsOf(word, match.index));
    else tokens.push({ term: termOf(word), start: match.index, end: match.index + word.length });
  }
  return tokens;
}

/** The form under which a word is indexed. */
export function termOf(word: string): string {
  const folded = fold(word);
  return /^[a-z]{3,}$/.test(folded) ? stemmer(folded) : folded;
}

function* pairsOf(word: string, at: number): Iterable<Token> {
  const letters = [...word];
  if (letters.length === 1) yield { term: letters[0], start: at, end: at + word.length };
  let start = at;
  for (let i = 0; i + 1 < letters.length; i++) {
    const pair = letters[i] + letters[i + 1];
    yield { term: pair.toLowerCase(), start, end: start + pair.length };
    start += letters[i].length;
  }
}
