import { frobeniusNorm } from '../linalg/index.ts';

/** How far weights moved: ‖W₁ − W₀‖ and the same over ‖W₀‖ (null where W₀ is zero, as LoRA's B). */
export interface WeightChange {
  absolute: number;
  relative: number | null;
}

/** Change between two arrays of the same length, any shape. */
export function weightChange(before: ArrayLike<number>, after: ArrayLike<number>): WeightChange {
  if (before.length !== after.length)
    throw new RangeError(`weightChange: ${before.length} weights before, ${after.length} after.`);
  let squares = 0;
  for (let i = 0; i < before.length; i++) squares += (after[i] - before[i]) ** 2;
  const norm = frobeniusNorm(before);
  const absolute = Math.sqrt(squares);
  return { absolute, relative: norm > 0 ? absolute / norm : null };
}
