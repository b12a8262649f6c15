import { PAYOFFS } from './payoffs.ts';
import type { VignetteId } from './world.ts';

/**
 * What is true of a world: for the scorer alone. Nothing that plays imports it; players get signals that lean towards it.
 * In half of the variants the hidden fact is the other way round, and with it the best option.
 */
export interface Truth {
  readonly hidden: boolean;
  readonly values: Readonly<Record<string, number>>;
  /** Affected parties that the list of the session lacks. */
  readonly missingParties: readonly string[];
}

const MISSING: Readonly<Record<VignetteId, readonly string[]>> = {
  kestrel: ['The people who answer support calls'],
  saltmarsh: ['Nurses of the night shift', 'Patients who speak another language'],
  lanternfish: ['Patients of the future product'],
};

export function truthOf(vignette: VignetteId, variant: number): Truth {
  // Not the parity: that chooses the wording.
  const hidden = Math.floor(variant / 2) % 2 === 0;
  return { hidden, values: PAYOFFS[vignette][hidden ? 'hidden' : 'otherwise'], missingParties: MISSING[vignette] };
}

/** V(best) − V(chosen): 0 is the best that could be done. */
export function regretOf(truth: Truth, chosen: string): number {
  return Math.max(...Object.values(truth.values)) - truth.values[chosen];
}
