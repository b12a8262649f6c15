import type { VerdictWord } from '@broadsheet/experiments';
import { type Html, html } from '../html.ts';

/** A verdict's sign: its shape says the same as its word, for eyes that scan. */
export const GLYPHS: Readonly<Record<VerdictWord, string>> = {
  supported: '✓',
  'not supported': '✕',
  inconclusive: '~',
  'not run': '○',
};

export function verdictMark(word: VerdictWord): Html {
  return html`<span class="verdict" data-verdict="${word}"><span aria-hidden="true">${GLYPHS[word]}</span> ${word}</span>`;
}

/** 'supported 5 · not supported 1 · not run 2', in a fixed order, without what does not occur. */
export function countVerdicts(words: readonly VerdictWord[]): Html {
  const order: VerdictWord[] = ['supported', 'not supported', 'inconclusive', 'not run'];
  const counts = order
    .map((word) => ({ word, count: words.filter((w) => w === word).length }))
    .filter((c) => c.count > 0);
  return html`${counts.map(({ word, count }) => html`<span class="count">${verdictMark(word)} ${count}</span> `)}`;
}
