/** Vectors as rows of one array, float64: what clustering and prototypes work on. */
export interface Rows {
  readonly data: Float64Array;
  readonly count: number;
  readonly width: number;
}

/** Rows of these numbers (copied), or of zeros. */
export function rows(count: number, width: number, data?: ArrayLike<number>): Rows {
  if (data && data.length !== count * width)
    throw new RangeError(`rows: ${data.length} numbers do not make ${count} rows of ${width}.`);
  return { data: data ? Float64Array.from(data) : new Float64Array(count * width), count, width };
}

/** A view of row i, not a copy. */
export function rowOf({ data, width }: Rows, i: number): Float64Array {
  return data.subarray(i * width, (i + 1) * width);
}

/** The chosen rows, copied. */
export function chosenRows(of: Rows, indices: ArrayLike<number>): Rows {
  const out = rows(indices.length, of.width);
  for (let i = 0; i < indices.length; i++) rowOf(out, i).set(rowOf(of, indices[i]));
  return out;
}

/** The rows of both, one after the other. */
export function joinedRows(first: Rows, second: Rows): Rows {
  const out = rows(first.count + second.count, first.width);
  out.data.set(first.data);
  out.data.set(second.data, first.data.length);
  return out;
}

/** Every row with length one; a row of zeros stays. */
export function unitRows(of: Rows): Rows {
  const out = rows(of.count, of.width, of.data);
  for (let i = 0; i < of.count; i++) {
    const row = rowOf(out, i);
    const norm = Math.sqrt(dot(row, row)) || 1;
    for (let k = 0; k < row.length; k++) row[k] /= norm;
  }
  return out;
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
  return sum;
}

export function squaredDistance(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) {
    const difference = a[k] - b[k];
    sum += difference * difference;
  }
  return sum;
}
