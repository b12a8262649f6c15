/** Vectors as the store keeps them: float32, little-endian, in base64; the same text on every store. */
export function toBase64(vector: ArrayLike<number>): string {
  const bytes = Buffer.alloc(4 * vector.length);
  for (let d = 0; d < vector.length; d++) bytes.writeFloatLE(vector[d], 4 * d);
  return bytes.toString('base64');
}

export function fromBase64(text: string): Float64Array {
  const bytes = Buffer.from(text, 'base64');
  return Float64Array.from({ length: bytes.length / 4 }, (_, d) => bytes.readFloatLE(4 * d));
}

/** The cosine of two unit vectors. */
export function similarityOf(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let d = 0; d < a.length; d++) sum += a[d] * b[d];
  return sum;
}
