import type { Rows } from '../happy/rows.ts';
import { productsOf } from '../new-classes/index.ts';

/** X · Cᵀ, [rows of x, rows of c]: cosines where both have unit rows. */
export function cosines(x: Rows, c: Rows): Float64Array {
  const out = new Float64Array(x.count * c.count);
  for (let i = 0; i < x.count; i++) productsOf(x, i, c, out, i * c.count);
  return out;
}
