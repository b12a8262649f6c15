import { frozenText, type Reference, referenceOf } from '@broadsheet/methods/five-layer';
import { VARIANTS, type VignetteId, worldOf } from '../vignettes/index.ts';

/** 1 − cosine of word counts: what stands in for an embedding where no encoder is at hand. */
export function textDistance(a: string, b: string): number {
  const [left, right] = [counts(a), counts(b)];
  let dot = 0;
  for (const [word, count] of left) dot += count * (right.get(word) ?? 0);
  const norm = (words: Map<string, number>) =>
    Math.sqrt([...words.values()].reduce((sum, count) => sum + count ** 2, 0));
  return 1 - dot / (norm(left) * norm(right) || 1);
}

const references = new Map<VignetteId, Reference>();

/** Distances of texts within scope: each option of each variant on which thresholds are set, summed up beside its question. */
export function driftReference(vignette: VignetteId): Reference {
  const known = references.get(vignette);
  if (known) return known;
  const distances: number[] = [];
  for (let variant = 0; variant < VARIANTS; variant += 2) {
    const { frozen } = worldOf(vignette, variant);
    for (const option of frozen.options)
      distances.push(textDistance(`${frozen.statement} ${option.text}`, frozenText(frozen)));
  }
  const reference = referenceOf(distances);
  references.set(vignette, reference);
  return reference;
}

function counts(text: string): Map<string, number> {
  const words = new Map<string, number>();
  for (const word of text.toLowerCase().match(/\p{L}+/gu) ?? []) words.set(word, (words.get(word) ?? 0) + 1);
  return words;
}
