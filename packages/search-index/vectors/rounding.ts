/** The greatest product of a component of the query and one of a vector, as often as there are, fits into 32 bits. */
export const QUERY_STEPS = 16_383;
/** Components of unit vectors are near 1/√d; beyond so many times that they are cut off. */
const RANGE = 4.5;

/** What one step of a rounded component is worth. */
export function stepOf(dimensions: number): number {
  return RANGE / Math.sqrt(dimensions) / 127;
}

/** A unit vector as int8. */
export function rounded(vector: ArrayLike<number>, dimensions: number): Int8Array {
  const step = stepOf(dimensions);
  const rows = new Int8Array(dimensions);
  for (let d = 0; d < dimensions; d++) rows[d] = Math.max(-127, Math.min(127, Math.round(vector[d] / step)));
  return rows;
}
