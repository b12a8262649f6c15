import { highlight, type Stretch } from './highlight.ts';

/** Characters before the first found word, so that it is read in its sentence. */
const LEAD_CHARS = 60;

/**
 * The stretch of a text that has most of the found words, with these marked.
 * @returns undefined where the text has none
 */
export function snippet(text: string, matched: string[], maxChars = 260): Stretch[] | undefined {
  const marked = highlight(text, matched);
  const hits: { at: number; word: string }[] = [];
  let at = 0;
  for (const stretch of marked) {
    if (stretch.isHit) hits.push({ at, word: stretch.text.toLowerCase() });
    at += stretch.text.length;
  }
  if (hits.length === 0) return undefined;
  let best = hits[0];
  let most = 0;
  for (const [i, first] of hits.entries()) {
    const words = new Set<string>();
    for (let j = i; j < hits.length && hits[j].at < first.at + maxChars - LEAD_CHARS; j++) words.add(hits[j].word);
    if (words.size > most) {
      most = words.size;
      best = first;
    }
  }
  const start = startOf(text, Math.max(0, best.at - LEAD_CHARS));
  const end = endOf(text, start + maxChars);
  return [
    ...(start > 0 ? [{ text: '… ', isHit: false }] : []),
    ...cut(marked, start, end),
    ...(end < text.length ? [{ text: ' …', isHit: false }] : []),
  ];
}

function startOf(text: string, from: number): number {
  if (from === 0) return 0;
  const space = text.indexOf(' ', from);
  return space < 0 || space > from + LEAD_CHARS ? from : space + 1;
}

function endOf(text: string, until: number): number {
  if (until >= text.length) return text.length;
  const space = text.lastIndexOf(' ', until);
  return space > until - LEAD_CHARS ? space : until;
}

function cut(stretches: Stretch[], start: number, end: number): Stretch[] {
  let at = 0;
  return stretches.flatMap(({ text, isHit }) => {
    const from = Math.max(0, start - at);
    const until = Math.min(text.length, end - at);
    at += text.length;
    // Half a pair of surrogates is no letter.
    return from < until ? [{ text: text.slice(from, until).toWellFormed(), isHit }] : [];
  });
}
