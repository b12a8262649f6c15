import {
  type FrozenQuestion,
  frozenText,
  type Reference,
  referenceOf,
  textDistance,
} from '@broadsheet/methods/five-layer';

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
