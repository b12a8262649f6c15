import { EigenvalueDecomposition, Matrix as MlMatrix, QrDecomposition, SingularValueDecomposition } from 'ml-matrix';

/** A float64 matrix, row-major: entry (i, j) is data[i * shape[1] + j]. */
export interface Matrix {
  data: Float64Array;
  shape: [rows: number, columns: number];
}

/** Anything that can be read as a matrix: float32 tensors of the engine too. */
export interface MatrixLike {
  data: ArrayLike<number>;
  shape: readonly number[];
}

/** Thin singular value decomposition A = U diag(s) Vᵀ, s descending; U [m, k], V [n, k], k = min(m, n). */
export function svd(a: MatrixLike): { u: Matrix; s: Float64Array; v: Matrix } {
  const [rows, columns] = sizeOf('svd', a);
  // autoTranspose: the algorithm needs rows ≥ columns
  const result = new SingularValueDecomposition(toMl('svd', a), { autoTranspose: true });
  const k = Math.min(rows, columns);
  return {
    u: fromMl(result.leftSingularVectors.subMatrix(0, rows - 1, 0, k - 1)),
    s: Float64Array.from(result.diagonal).slice(0, k),
    v: fromMl(result.rightSingularVectors.subMatrix(0, columns - 1, 0, k - 1)),
  };
}

/** Singular values alone, descending. */
export function singularValues(a: MatrixLike): Float64Array {
  const result = new SingularValueDecomposition(toMl('singularValues', a), {
    autoTranspose: true,
    computeLeftSingularVectors: false,
    computeRightSingularVectors: false,
  });
  return Float64Array.from(result.diagonal).slice(0, Math.min(...sizeOf('singularValues', a)));
}

/** Eigenvalues of a square matrix, largest absolute value first. */
export function eigenvalues(a: MatrixLike): { real: Float64Array; imaginary: Float64Array } {
  const [rows, columns] = sizeOf('eigenvalues', a);
  if (rows !== columns)
    throw new RangeError(
      `eigenvalues: the matrix is ${rows} × ${columns}; it must be square. singularValues() takes any shape.`,
    );
  const result = new EigenvalueDecomposition(toMl('eigenvalues', a));
  const order = result.realEigenvalues
    .map((re, i) => ({ re, im: result.imaginaryEigenvalues[i] }))
    .sort((x, y) => Math.hypot(y.re, y.im) - Math.hypot(x.re, x.im));
  return { real: Float64Array.from(order, (z) => z.re), imaginary: Float64Array.from(order, (z) => z.im) };
}

/** Eigenvalues (descending) and orthonormal eigenvectors (columns) of a symmetric matrix. */
export function symmetricEigen(a: MatrixLike): { values: Float64Array; vectors: Matrix } {
  const [n] = sizeOf('symmetricEigen', a);
  const result = new EigenvalueDecomposition(toMl('symmetricEigen', a), { assumeSymmetric: true });
  const order = Array.from({ length: n }, (_, i) => i).sort(
    (i, j) => result.realEigenvalues[j] - result.realEigenvalues[i],
  );
  const vectors = matrix(n, n);
  order.forEach((from, to) => {
    for (let i = 0; i < n; i++) vectors.data[i * n + to] = result.eigenvectorMatrix.get(i, from);
  });
  return { values: Float64Array.from(order, (i) => result.realEigenvalues[i]), vectors };
}

/**
 * X of least ‖AX − B‖_F for A [m, n] with m ≥ n and full column rank (QR).
 * @throws {RangeError} where A's columns depend on each other
 */
export function leastSquares(a: MatrixLike, b: MatrixLike): Matrix {
  const [rows, columns] = sizeOf('leastSquares: A', a);
  if (rows < columns)
    throw new RangeError(`leastSquares: A is ${rows} × ${columns}; it needs at least as many rows as columns.`);
  if (sizeOf('leastSquares: B', b)[0] !== rows)
    throw new RangeError(`leastSquares: A has ${rows} rows but B has ${b.shape[0]}.`);
  const qr = new QrDecomposition(toMl('leastSquares', a));
  const pivots = qr.upperTriangularMatrix.diagonal().map(Math.abs);
  if (Math.min(...pivots) <= rows * Number.EPSILON * Math.max(...pivots))
    throw new RangeError('leastSquares: the columns of A depend on each other; drop some or add a ridge.');
  return fromMl(qr.solve(toMl('leastSquares', b)));
}

/** A · B. */
export function matmul(a: MatrixLike, b: MatrixLike): Matrix {
  const [m, k] = sizeOf('matmul: A', a);
  const [k2, n] = sizeOf('matmul: B', b);
  if (k !== k2) throw new RangeError(`matmul: A is ${m} × ${k} but B is ${k2} × ${n}; the inner sizes must agree.`);
  const out = matrix(m, n);
  const b64 = b.data;
  for (let i = 0; i < m; i++)
    for (let p = 0; p < k; p++) {
      const factor = a.data[i * k + p];
      if (factor === 0) continue;
      for (let j = 0; j < n; j++) out.data[i * n + j] += factor * b64[p * n + j];
    }
  return out;
}

export function transpose(a: MatrixLike): Matrix {
  const [rows, columns] = sizeOf('transpose', a);
  const out = matrix(columns, rows);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out.data[j * rows + i] = a.data[i * columns + j];
  return out;
}

/** A matrix of zeros, or of the given entries (copied). */
export function matrix(rows: number, columns: number, data?: ArrayLike<number>): Matrix {
  if (data && data.length !== rows * columns)
    throw new RangeError(`matrix: ${data.length} entries do not fill ${rows} × ${columns}.`);
  return { data: data ? Float64Array.from(data) : new Float64Array(rows * columns), shape: [rows, columns] };
}

/** A matrix from lists of rows. */
export function fromRows(rows: readonly ArrayLike<number>[]): Matrix {
  const columns = rows[0]?.length ?? 0;
  const out = matrix(rows.length, columns);
  rows.forEach((row, i) => {
    if (row.length !== columns)
      throw new RangeError(`fromRows: row ${i} has ${row.length} entries, row 0 has ${columns}.`);
    for (let j = 0; j < columns; j++) out.data[i * columns + j] = row[j];
  });
  return out;
}

/** Square root of the sum of squares of all entries. */
export function frobeniusNorm(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] * values[i];
  return Math.sqrt(sum);
}

/** Rows and columns of a matrix, checked. */
export function sizeOf(caller: string, a: MatrixLike): [number, number] {
  if (a.shape.length !== 2 || a.data.length !== a.shape[0] * a.shape[1])
    throw new RangeError(`${caller}: shape [${a.shape}] with ${a.data.length} entries is no matrix.`);
  return [a.shape[0], a.shape[1]];
}

function toMl(caller: string, a: MatrixLike): MlMatrix {
  const [rows, columns] = sizeOf(caller, a);
  if (rows === 0 || columns === 0) throw new RangeError(`${caller}: the matrix is empty (${rows} × ${columns}).`);
  for (let i = 0; i < a.data.length; i++)
    if (!Number.isFinite(a.data[i]))
      throw new RangeError(`${caller}: entry (${Math.floor(i / columns)}, ${i % columns}) is ${a.data[i]}.`);
  return MlMatrix.from1DArray(rows, columns, Array.from(a.data));
}

function fromMl(a: MlMatrix): Matrix {
  return { data: Float64Array.from(a.to1DArray()), shape: [a.rows, a.columns] };
}
