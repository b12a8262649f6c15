import { type Reason, writtenForms } from '@broadsheet/search-index';
import type { FoundHit } from './find.ts';

/**
 * Why a paper was found, in words: "found by graph (5.1), transfomer as “transformer” (3.2); near in meaning (0.61)".
 * @param texts the paper's own, which write what was matched as people do
 */
export function whyFound(
  { reasons, similarity, isNamed }: Omit<FoundHit, 'id'>,
  texts: readonly string[],
): string | undefined {
  if (isNamed) return 'this is its id';
  const written = writtenForms(
    texts,
    reasons.filter((r) => !isSame(r)).map((r) => r.matched),
  );
  const words = reasons
    .map((r) => `${r.text}${isSame(r) ? '' : ` as “${written.get(r.matched) ?? r.matched}”`} (${r.points.toFixed(1)})`)
    .join(', ');
  const meaning = similarity === undefined ? '' : `near in meaning (${similarity.toFixed(2)})`;
  if (words === '') return meaning === '' ? undefined : `shares none of the words, but is ${meaning}`;
  return `found by ${words}${meaning === '' ? '' : `; ${meaning}`}`;
}

function isSame({ text, matched }: Reason): boolean {
  return text.toLowerCase().startsWith(matched.slice(0, 3));
}
