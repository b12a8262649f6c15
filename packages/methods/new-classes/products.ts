import type { Rows } from '../happy/rows.ts';

/**
 * The products of row `i` of `x` with every row of `c`, written to `out` from `at` on: cosines where both have unit rows.
 * Four at a time, which is what finding clusters spends its time on.
 */
export function productsOf(
  { data: x, width }: Rows,
  i: number,
  { data: c, count: k }: Rows,
  out: Float64Array,
  at = 0,
) {
  const from = i * width;
  let j = 0;
  for (; j + 4 <= k; j += 4) {
    let [a, b] = [j * width, (j + 1) * width];
    let [e, f] = [(j + 2) * width, (j + 3) * width];
    let [s0, s1, s2, s3] = [0, 0, 0, 0];
    for (let d = from; d < from + width; d++) {
      const value = x[d];
      s0 += value * c[a++];
      s1 += value * c[b++];
      s2 += value * c[e++];
      s3 += value * c[f++];
    }
    out[at + j] = s0;
    out[at + j + 1] = s1;
    out[at + j + 2] = s2;
    out[at + j + 3] = s3;
  }
  for (; j < k; j++) {
    let sum = 0;
    for (let d = 0; d < width; d++) sum += x[from + d] * c[j * width + d];
    out[at + j] = sum;
  }
}
