import { stemmer } from 'stemmer';

/** A word of a text: how it is indexed, and where it stands. */
export interface Token {
  term: string;
  start: number;
  end: number;
}

/** Words so common that they tell papers apart by nothing; a query of nothing else still searches titles for them. */
export const STOP_WORDS = new Set(
  'a an and are as at be by can for from has have in into is it its of on or our that the their these this to using via was we which with'.split(
    ' ',
  ),
);

/** What a run of letters is: plain ASCII, other letters, or a script that writes without spaces. */
export type RunKind = typeof ASCII | typeof LETTERS | typeof UNSPACED;
export const ASCII = 1;
export const LETTERS = 2;
/** Indexed by pairs of letters. */
export const UNSPACED = 3;
const NO_WORD = 4;
const MARK = 5;

/** Longer "words" are data pasted into a text; their beginnings suffice to find them. */
const MAX_TERM_CHARS = 64;

const IS_WORD = /[\p{L}\p{N}]/u;
const IS_MARK = /\p{M}/u;
const IS_UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
/** Letters that Unicode does not take apart although readers do. */
const UNDIVIDED: Record<string, string> = {
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  æ: 'ae',
  œ: 'oe',
  ß: 'ss',
  ı: 'i',
};

/** Lower case without accents: 'Erdős' and 'erdos' are one word. */
export function fold(text: string): string {
  // Most words are plain, and all there is to be done with them is this.
  if (isPlain(text)) return text.toLowerCase();
  return text
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/[øłđðþæœßı]/g, (letter) => UNDIVIDED[letter])
    .toLowerCase();
}

/** By hand: a question has a word or two, for which a regular expression takes long to get going. */
function isPlain(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 32 || code > 126) return false;
  }
  return true;
}

/**
 * Splits a text into indexed words, in order.
 * @param beginnings of plain words those alone that begin with one of these letters, in either case
 */
export function tokensOf(text: string, beginnings?: ReadonlySet<number>): Token[] {
  const tokens: Token[] = [];
  scan(text, (start, end, kind) => {
    if (beginnings && kind === ASCII && !beginnings.has(lowerCode(text.charCodeAt(start)))) return;
    if (kind === UNSPACED) tokens.push(...pairsOf(text, start, end));
    else tokens.push({ term: termOf(text.slice(start, end)), start, end });
  });
  return tokens;
}

/** The first letters of some terms, for `tokensOf`: no stem begins with another letter than its word. */
export function beginningsOf(terms: Iterable<string>): Set<number> {
  return new Set(Array.from(terms, (term) => term.charCodeAt(0)));
}

function lowerCode(code: number): number {
  return code >= 65 && code <= 90 ? code + 32 : code;
}

/** The form under which a word is indexed. */
export function termOf(word: string): string {
  return stemOf(surfaceOf(word));
}

/** The form in which a word is looked up before stemming: folded and of bounded length. */
export function surfaceOf(word: string): string {
  const folded = fold(word);
  return folded.length > MAX_TERM_CHARS ? folded.slice(0, MAX_TERM_CHARS).toWellFormed() : folded;
}

/** The stem of a looked-up form; texts repeat their words, so stems are remembered. */
export function stemOf(surface: string): string {
  let stem = stems.get(surface);
  if (stem === undefined) {
    stem = /^[a-z]{3,}$/.test(surface) ? stemmer(surface) : surface;
    if (stems.size >= MAX_STEMS) stems.clear();
    stems.set(surface, stem);
  }
  return stem;
}

const stems = new Map<string, string>();
/** As many different words as a hundred thousand abstracts have; some 10 MB. */
const MAX_STEMS = 200_000;

/**
 * Visits the runs of letters and digits of a text, in order. One walk over the characters and no regular expression
 * on plain text: indexing spends most of its time here.
 */
export function scan(text: string, visit: (start: number, end: number, kind: RunKind) => void): void {
  const length = text.length;
  let i = 0;
  while (i < length) {
    const first = kindAt(text, i);
    if (first === NO_WORD || first === MARK) {
      i += charsAt(text, i);
      continue;
    }
    const start = i;
    let run: RunKind = first;
    i += charsAt(text, i);
    while (i < length) {
      const kind = kindAt(text, i);
      if (kind === NO_WORD) break;
      if (kind === MARK) {
        if (run === ASCII) run = LETTERS;
      } else {
        if ((kind === UNSPACED) !== (run === UNSPACED)) break;
        if (kind === LETTERS) run = LETTERS;
      }
      i += charsAt(text, i);
    }
    visit(start, i, run);
  }
}

/** The overlapping pairs of letters of an unspaced run, or its one letter. */
export function pairsOf(text: string, start: number, end: number): Token[] {
  const letters = [...text.slice(start, end)];
  if (letters.length === 1) return [{ term: letters[0].toLowerCase().normalize('NFKC'), start, end }];
  const pairs: Token[] = [];
  let at = start;
  for (let i = 0; i + 1 < letters.length; i++) {
    const pair = letters[i] + letters[i + 1];
    pairs.push({ term: pair.toLowerCase().normalize('NFKC'), start: at, end: at + pair.length });
    at += letters[i].length;
  }
  return pairs;
}

const ASCII_KIND = new Uint8Array(128).fill(NO_WORD);
for (const range of ['09', 'AZ', 'az'])
  for (let c = range.charCodeAt(0); c <= range.charCodeAt(1); c++) ASCII_KIND[c] = ASCII;

/** Kinds of the basic plane as they are met; 0 is unknown yet. */
const seen = new Uint8Array(65_536);

type CharKind = RunKind | typeof NO_WORD | typeof MARK;

function kindAt(text: string, at: number): CharKind {
  const code = text.charCodeAt(at);
  if (code < 128) return ASCII_KIND[code] as CharKind;
  if (seen[code] !== 0) return seen[code] as CharKind;
  const isHalfOfPair = code >= 0xd800 && code <= 0xdfff;
  const kind = kindOf(String.fromCodePoint(text.codePointAt(at) as number));
  if (!isHalfOfPair) seen[code] = kind;
  return kind;
}

function kindOf(char: string): CharKind {
  if (IS_MARK.test(char)) return MARK;
  if (!IS_WORD.test(char)) return NO_WORD;
  return IS_UNSPACED.test(char) ? UNSPACED : LETTERS;
}

function charsAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code >= 0xd800 && code <= 0xdbff && (text.codePointAt(at) as number) > 0xffff ? 2 : 1;
}
