import { frozenText, type Reference, referenceOf, textDistance } from '@broadsheet/methods/five-layer';
import { VARIANTS, type VignetteId, worldOf } from '../vignettes/index.ts';

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
