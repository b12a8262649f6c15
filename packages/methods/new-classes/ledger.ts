import { bestAssignment } from '../happy/assignment.ts';
import { type Rows, rowOf } from '../happy/rows.ts';

/** Stages without members after which a class is dormant: not shown, but still there to be recognised. */
export const DORMANT_AFTER = 8;

/**
 * When a stage is run again: which of the classes it brought to life before each proposal is, by one assignment on
 * cosines of prototypes, or null where nothing is as near as `least`.
 * @param proposals unit rows @param born unit rows of what was born in that stage
 */
export function matchRerun(proposals: Rows, born: Rows, least = 0.7): (number | null)[] {
  const size = Math.max(proposals.count, born.count);
  const weight = new Float64Array(size * size);
  for (let i = 0; i < proposals.count; i++)
    for (let j = 0; j < born.count; j++) weight[i * size + j] = cosine(rowOf(proposals, i), rowOf(born, j));
  const assigned = bestAssignment(weight, size);
  return Array.from({ length: proposals.count }, (_, i) =>
    assigned[i] < born.count && weight[i * size + assigned[i]] >= least ? assigned[i] : null,
  );
}

function cosine(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, k) => sum + value * b[k], 0);
}
