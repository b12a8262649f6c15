/** TeX's accent commands and the combining characters that they stand for. */
const COMBINING: Record<string, string> = {
  "'": '\u0301',
  '`': '\u0300',
  '^': '\u0302',
  '"': '\u0308',
  '~': '\u0303',
  '=': '\u0304',
  '.': '\u0307',
  u: '\u0306',
  v: '\u030c',
  H: '\u030b',
  c: '\u0327',
  k: '\u0328',
  r: '\u030a',
  d: '\u0323',
  b: '\u0331',
};

/** TeX's names of single letters and signs, as arXiv's titles, names and abstracts use them outside maths. */
const LETTERS: Record<string, string> = {
  ss: 'ß',
  ae: 'æ',
  AE: 'Æ',
  oe: 'œ',
  OE: 'Œ',
  aa: 'å',
  AA: 'Å',
  o: 'ø',
  O: 'Ø',
  l: 'ł',
  L: 'Ł',
  i: 'ı',
  j: 'ȷ',
  dh: 'ð',
  DH: 'Ð',
  th: 'þ',
  TH: 'Þ',
  ldots: '…',
  dots: '…',
  textendash: '–',
  textemdash: '—',
  textquoteright: '’',
  textquoteleft: '‘',
  textquotedblleft: '“',
  textquotedblright: '”',
  S: '§',
  P: '¶',
  copyright: '©',
  pounds: '£',
  textregistered: '®',
  texttrademark: '™',
  textdegree: '°',
  textasciitilde: '~',
  textbackslash: '\\',
  textunderscore: '_',
  LaTeX: 'LaTeX',
  TeX: 'TeX',
};

const SYMBOL_ACCENT = /\\(['`^"~=.])\s*(?:\{\s*(\\?[A-Za-zıȷ])\s*\}|(\\[ij](?![A-Za-z])|[A-Za-z]))/g;
const LETTER_ACCENT = /\\([uvHckrdb])(?:\s*\{\s*(\\?[A-Za-z])\s*\}|\s+(\\[ij](?![A-Za-z])|[A-Za-z]))/g;
const NAMED = new RegExp(
  `\\\\(${Object.keys(LETTERS)
    .sort((a, b) => b.length - a.length)
    .join('|')})(?![A-Za-z])(?:\\{\\}|\\s+(?=\\S)|)`,
  'g',
);

/** Replaces TeX accents and named letters outside maths: `Schr\"{o}dinger` becomes Schrödinger. */
export function texLetters(text: string): string {
  if (!text.includes('\\')) return text;
  const accent = (_all: string, mark: string, braced?: string, bare?: string) => {
    const letter = (braced ?? bare ?? '').replace('\\i', 'i').replace('\\j', 'j');
    return `${letter}${COMBINING[mark]}`.normalize('NFC');
  };
  return text
    .replace(SYMBOL_ACCENT, accent)
    .replace(LETTER_ACCENT, accent)
    .replace(
      NAMED,
      (all, name: string) => `${LETTERS[name]}${/\s$/.test(all) && !all.endsWith('}') && name.length > 2 ? ' ' : ''}`,
    );
}
