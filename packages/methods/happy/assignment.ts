/**
 * The assignment of rows to columns with the largest sum, one to one (the Hungarian method in the O(n³) form of Jonker &
 * Volgenant). Of several best ones the same is always found.
 * @param weight square, row-major [n, n]
 * @returns the column of each row
 */
export function bestAssignment(weight: ArrayLike<number>, n: number): Int32Array {
  const u = new Float64Array(n + 1);
  const v = new Float64Array(n + 1);
  const rowOfColumn = new Int32Array(n + 1); // 0: free; rows and columns count from 1
  const way = new Int32Array(n + 1);
  for (let row = 1; row <= n; row++) {
    rowOfColumn[0] = row;
    let column = 0;
    const least = new Float64Array(n + 1).fill(Number.POSITIVE_INFINITY);
    const seen = new Uint8Array(n + 1);
    do {
      seen[column] = 1;
      const at = rowOfColumn[column];
      let delta = Number.POSITIVE_INFINITY;
      let next = 0;
      for (let j = 1; j <= n; j++) {
        if (seen[j]) continue;
        const cost = -weight[(at - 1) * n + j - 1] - u[at] - v[j];
        if (cost < least[j]) {
          least[j] = cost;
          way[j] = column;
        }
        if (least[j] < delta) {
          delta = least[j];
          next = j;
        }
      }
      for (let j = 0; j <= n; j++)
        if (seen[j]) {
          u[rowOfColumn[j]] += delta;
          v[j] -= delta;
        } else least[j] -= delta;
      column = next;
    } while (rowOfColumn[column] !== 0);
    for (; column !== 0; column = way[column]) rowOfColumn[column] = rowOfColumn[way[column]];
  }
  const out = new Int32Array(n);
  for (let j = 1; j <= n; j++) out[rowOfColumn[j] - 1] = j - 1;
  return out;
}
