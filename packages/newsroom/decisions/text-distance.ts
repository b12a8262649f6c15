import { type FrozenQuestion, frozenText, type Reference, referenceOf } from '@broadsheet/methods/five-layer';

/** 1 − cosine of word counts: stands in for an embedding where a site has none. */
export function textDistance(a: string, b: string): number {
  const [left, right] = [counts(a), counts(b)];
  let dot = 0;
  for (const [word, count] of left) dot += count * (right.get(word) ?? 0);
  return 1 - dot / (norm(left) * norm(right) || 1);
}

/**
 * Distances of texts known to be within scope: the question beside each option and each sentence of the evidence.
 * A decision with little evidence has too few, and then drift is not judged.
 */
export function referenceDistances(
  frozen: FrozenQuestion,
  evidence: readonly { readonly text: string }[],
): Reference | null {
  const whole = frozenText(frozen);
  const sentences = evidence.flatMap(({ text }) => text.match(/[^.!?\n]{30,}[.!?]/gu) ?? []).slice(0, 30);
  const distances = frozen.options.flatMap((option) =>
    ['', ...sentences].map((sentence) => textDistance(`${frozen.statement} ${option.text} ${sentence}`, whole)),
  );
  return distances.length < 2 ? null : referenceOf(distances);
}

function counts(text: string): Map<string, number> {
  const words = new Map<string, number>();
  for (const word of text.toLowerCase().match(/\p{L}+/gu) ?? []) words.set(word, (words.get(word) ?? 0) + 1);
  return words;
}

function norm(words: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const count of words.values()) sum += count ** 2;
  return Math.sqrt(sum);
}
