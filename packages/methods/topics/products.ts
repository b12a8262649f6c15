import type { Rows } from '../happy/rows.ts';

/** X · Cᵀ, [rows of x, rows of c]: cosines where both have unit rows. Four at a time, as clusters are found. */
export function cosines({ data: x, count, width }: Rows, { data: c, count: k }: Rows): Float64Array {
  const out = new Float64Array(count * k);
  for (let i = 0; i < count; i++) {
    const at = i * width;
    let j = 0;
    for (; j + 4 <= k; j += 4) {
      let [a, b] = [j * width, (j + 1) * width];
      let [e, f] = [(j + 2) * width, (j + 3) * width];
      let [s0, s1, s2, s3] = [0, 0, 0, 0];
      for (let d = at; d < at + width; d++) {
        const value = x[d];
        s0 += value * c[a++];
        s1 += value * c[b++];
        s2 += value * c[e++];
        s3 += value * c[f++];
      }
      out[i * k + j] = s0;
      out[i * k + j + 1] = s1;
      out[i * k + j + 2] = s2;
      out[i * k + j + 3] = s3;
    }
    for (; j < k; j++) {
      let sum = 0;
      for (let d = 0; d < width; d++) sum += x[at + d] * c[j * width + d];
      out[i * k + j] = sum;
    }
  }
  return out;
}
