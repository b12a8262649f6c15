import { type Check, skipped } from '../check.ts';
import { normalize } from './quotes.ts';

/** A claim's numbers against the place of its source: what a person would look up first. */
export interface NumberMatch {
  /** Numbers of the claim that do not stand there, as it wrote them. */
  readonly missing: readonly string[];
  /** Numbers that stand there and not in the claim: what it may have misread. */
  readonly instead: readonly string[];
}

/** Sentences before and after a quotation in which a number of its claim may stand. */
const SENTENCES_AROUND = 2;
/** A number that was rounded is the same. */
const ROUNDING = 0.005;

/**
 * D2b, numbers: each number of a claim must stand near the quotation that it rests on, or anywhere in its source where it
 * quotes nothing that is found there.
 * @returns null where the claim has no number
 */
export function matchNumbers(claim: string, quote: string | null, document: string): NumberMatch | null {
  const wanted = numbersOf(claim);
  if (wanted.length === 0) return null;
  const place = numbersOf(placeOf(quote, document), true);
  const isIn = ({ value }: Numeral, others: readonly Numeral[]) => others.some((other) => isSame(value, other.value));
  return {
    missing: wanted.filter((number) => !isIn(number, place)).map(({ text }) => text),
    instead: place.filter((number) => !isIn(number, wanted)).map(({ text }) => text),
  };
}

/** Amber for one claim, since a number may be worked out of others; red for two of the last four. Ours, as with canaries. */
export function checkNumbers(all: readonly NumberMatch[]): Check {
  const matches = all.slice(-LAST_CLAIMS);
  if (matches.length === 0) return skipped(3, 'numbers', 'No claim with a source has named a number.');
  const wrong = matches.filter(({ missing }) => missing.length > 0);
  const newest = wrong.at(-1);
  const instead = newest?.instead.slice(0, 3).join(', ');
  return {
    layer: 3,
    detector: 'numbers',
    result: wrong.length >= RED_CLAIMS ? 'red' : wrong.length > 0 ? 'amber' : 'pass',
    statistic: wrong.length,
    threshold: RED_CLAIMS,
    n: matches.length,
    detail: newest
      ? `A claim says "${newest.missing.join(', ')}", which does not stand where it cites from${instead ? `; "${instead}" does` : ''}.`
      : `The numbers of the last ${matches.length === 1 ? 'claim stand' : `${matches.length} claims stand`} where they cite from.`,
  };
}

/**
 * D2c: a short neutral question about a claim that names no source. Where it has a number, that is what is asked for, and
 * it is not shown.
 */
export function questionAbout(claim: string): string {
  const blanked = claim.replace(NUMERAL, '…');
  return blanked === claim
    ? `In a few words: what does this rest on: ${JSON.stringify(claim)}?`
    : `Which number stands in place of the first “…” here: ${JSON.stringify(blanked)}?`;
}

/** As many unsupported claims are red for citations too. */
const RED_CLAIMS = 2;
const LAST_CLAIMS = 4;

interface Numeral {
  readonly text: string;
  readonly value: number;
}

const WORDS = 'zero one two three four five six seven eight nine ten eleven twelve'.split(' ');
/** Not a part of a name (E1, GPT-4, 2411.14961v2), and with its unit where that changes what it means. */
const NUMERAL = /(?<![\p{L}\d._-])-?\d+(?:\.\d+)?(?!\d|\.\d|[\p{L}_]*\d)(?:\s?(?:%|per ?cent\b))?/gu;

/** @param withWords a text may say "four devices" where a claim says 4 */
function numbersOf(text: string, withWords = false): Numeral[] {
  const plain = normalize(text);
  const numerals = [...plain.matchAll(NUMERAL)].map(([found]) => {
    const value = Number.parseFloat(found);
    // 93 % and 0.93 are one number.
    return { text: found.trim(), value: /%|cent/u.test(found) ? value / 100 : value };
  });
  if (!withWords) return numerals;
  const words = [...plain.matchAll(/\p{L}+/gu)].flatMap(([word]) => {
    const value = WORDS.indexOf(word);
    return value < 0 ? [] : [{ text: word, value }];
  });
  return [...numerals, ...words];
}

function isSame(a: number, b: number): boolean {
  return Math.abs(a - b) <= Math.max(Math.abs(a), Math.abs(b)) * ROUNDING;
}

/** The sentences around a quotation; the whole source where it is not there. */
function placeOf(quote: string | null, document: string): string {
  const sentences = normalize(document).split(/(?<=[.!?])\s+(?=\S)/u);
  const parts = quote === null ? [] : normalize(quote).split(/\s*(?:…|\.\.\.)\s*/u);
  const wanted = parts.find((part) => part !== '');
  const whole = sentences.join(' ');
  const at = wanted === undefined ? -1 : whole.indexOf(wanted);
  if (at < 0 || wanted === undefined) return document;
  let end = 0;
  const spans = sentences.map((text) => {
    const start = end;
    end += text.length + 1;
    return { text, start, end };
  });
  const first = spans.findIndex((span) => span.end > at);
  const last = spans.findIndex((span) => span.end >= at + wanted.length);
  return spans
    .slice(Math.max(0, first - SENTENCES_AROUND), (last < 0 ? spans.length - 1 : last) + SENTENCES_AROUND + 1)
    .map(({ text }) => text)
    .join(' ');
}
