import { texLetters } from './accents.ts';
import { escapeHtml, mathsHtml } from './maths.ts';
import { type Segment, segmentsOf } from './segments.ts';

/** Rendered titles and abstracts kept: a month of feeds. */
const MEMO_ENTRIES = 4_000;
const titles = new Map<string, string>();
const abstracts = new Map<string, string>();
const sentences = new Map<string, string>();

/** A title as safe HTML: MathML for formulas, TeX accents as letters, everything else escaped. */
export function titleHtml(title: string): string {
  return remembered(titles, title, () =>
    segmentsOf(title)
      .map((s) => segmentHtml(s, { inline: true }))
      .join(''),
  );
}

/** An abstract as safe HTML; formulas may stand on lines of their own. */
export function abstractHtml(text: string): string {
  return remembered(abstracts, text, () =>
    segmentsOf(text)
      .map((s) => segmentHtml(s, { inline: false }))
      .join(''),
  );
}

/** The same words without markup: formulas as their TeX source without dollars, accents as letters. */
export function plainText(text: string): string {
  return segmentsOf(text)
    .map((s) => (s.kind === 'maths' ? s.text.trim() : prosePlain(s.text)))
    .join('')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Abbreviations after which a full stop ends no sentence. */
const ABBREVIATION = /(?:\b(?:e\.g|i\.e|et al|vs|cf|Fig|Eq|Sec|resp|approx|Dr|St)|\b[A-Z])\.$/;
const MAX_SENTENCE_CHARS = 320;

/** The first sentence of an abstract, as plain text; cut at a word where it is very long. */
export function firstSentence(text: string): string {
  return remembered(sentences, text, () => openingOf(plainText(text)));
}

function openingOf(plain: string): string {
  for (const match of plain.matchAll(/[.!?。！？](?=\s+\S|$)/g)) {
    const sentence = plain.slice(0, match.index + 1);
    if (sentence.length < 30 || ABBREVIATION.test(sentence)) continue;
    return cut(sentence);
  }
  return cut(plain);
}

function cut(text: string): string {
  if (text.length <= MAX_SENTENCE_CHARS) return text;
  return `${text.slice(0, text.lastIndexOf(' ', MAX_SENTENCE_CHARS) || MAX_SENTENCE_CHARS)} …`;
}

function segmentHtml(segment: Segment, { inline }: { inline: boolean }): string {
  if (segment.kind === 'maths') return mathsHtml(segment.text, { display: !inline && Boolean(segment.display) });
  return proseHtml(segment.text);
}

const MACRO =
  /\\(emph|textit|textsl|textbf|texttt|textsc|textrm|text|mbox|underline|url)\s*\{([^{}]*)\}|\\href\s*\{([^{}]*)\}\s*\{([^{}]*)\}/g;
const TAG: Record<string, string> = { emph: 'em', textit: 'em', textsl: 'em', textbf: 'strong', texttt: 'code' };

function proseHtml(prose: string): string {
  let html = '';
  let at = 0;
  for (const match of prose.matchAll(MACRO)) {
    html += escapeHtml(prosePlain(prose.slice(at, match.index)));
    const [all, name, inner, target, label] = match;
    html += name ? macroHtml(name, inner) : linkHtml(target, label);
    at = match.index + all.length;
  }
  return html + escapeHtml(prosePlain(prose.slice(at)));
}

function macroHtml(name: string, inner: string): string {
  if (name === 'url') return linkHtml(inner, inner);
  const text = escapeHtml(prosePlain(inner));
  return TAG[name] ? `<${TAG[name]}>${text}</${TAG[name]}>` : text;
}

function linkHtml(target: string, label: string): string {
  const text = escapeHtml(prosePlain(label));
  return /^https?:\/\/[^\s"'<>]+$/i.test(target.trim())
    ? `<a href="${escapeHtml(target.trim())}" rel="nofollow">${text}</a>`
    : text;
}

/** TeX's ways of writing quotes, dashes and escaped signs, as the characters that they mean. */
function prosePlain(prose: string): string {
  return texLetters(prose)
    .replace(/\\href\s*\{[^{}]*\}\s*\{([^{}]*)\}/g, '$1')
    .replace(/\\(?:emph|textit|textsl|textbf|texttt|textsc|textrm|text|mbox|underline|url)\s*\{([^{}]*)\}/g, '$1')
    .replace(/``/g, '“')
    .replace(/''/g, '”')
    .replace(/(?<=\d)--(?=\d)/g, '–')
    .replace(/---/g, '—')
    .replace(/\\([$%&#_{}])/g, '$1')
    .replace(/(?<!\\)~/g, '\u00a0')
    .replace(/\\[,;! ]/g, ' ');
}

function remembered(memo: Map<string, string>, key: string, render: () => string): string {
  const known = memo.get(key);
  if (known !== undefined) {
    memo.delete(key);
    memo.set(key, known);
    return known;
  }
  const html = render();
  memo.set(key, html);
  if (memo.size > MEMO_ENTRIES) memo.delete(memo.keys().next().value as string);
  return html;
}
