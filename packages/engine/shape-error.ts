import type { Array as JaxArray } from '@jax-js/jax';

/** An array that does not fit where it was given; the message names the array, its shape and what was expected. */
export class ShapeError extends RangeError {
  override name = 'ShapeError';
}

/** Holds axis `axis` (negative ones count from the end) to `size`. `hint` says what to do. */
export function checkAxis(what: string, array: JaxArray, axis: number, size: number, hint = ''): void {
  const at = axis < 0 ? array.ndim + axis : axis;
  if (array.shape[at] === size) return;
  throw new ShapeError(
    `${what} has shape [${array.shape}]; its axis ${axis} must have length ${size}.${hint && ` ${hint}`}`,
  );
}

export function checkRank(what: string, array: JaxArray, rank: number, axes: string): void {
  if (array.ndim !== rank) throw new ShapeError(`${what} has shape [${array.shape}]; expected ${rank} axes: ${axes}.`);
}
