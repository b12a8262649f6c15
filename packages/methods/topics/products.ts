import type { Rows } from '../happy/rows.ts';
import { FAST_BLOCK, productsOf, productsWith } from '../new-classes/index.ts';

/** X · Cᵀ, [rows of x, rows of c]: cosines where both have unit rows. */
export function cosines(x: Rows, c: Rows): Float64Array {
  const out = new Float64Array(x.count * c.count);
  for (let i = 0; i < x.count; i++) productsOf(x, i, c, out, i * c.count);
  return out;
}

/** Of each point the row of `c` with the largest product, the first of equals, to float32. */
export function nearestRows(points: Rows, c: Rows): Int32Array {
  const products = productsWith(c);
  const out = new Int32Array(points.count);
  for (let from = 0; from < points.count; from += FAST_BLOCK) {
    const to = Math.min(points.count, from + FAST_BLOCK);
    const part = products(points, from, to);
    for (let i = from; i < to; i++) {
      const at = (i - from) * c.count;
      let best = 0;
      for (let j = 1; j < c.count; j++) if (part[at + j] > part[at + best]) best = j;
      out[i] = best;
    }
  }
  return out;
}
