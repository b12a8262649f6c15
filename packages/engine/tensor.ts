/** Arrays at the engine's edge: plain data with a shape, never owned by a runtime, safe to post to a worker. */
export type DataType = 'float32' | 'int32' | 'uint32' | 'bool';
/** bool is a byte each, 0 or 1. */
export type TensorData = Float32Array | Int32Array | Uint32Array | Uint8Array;

export interface Tensor {
  data: TensorData;
  shape: readonly number[];
  dtype: DataType;
}

/** What a tensor is without its numbers. */
export interface TensorSpec {
  shape: readonly number[];
  dtype: DataType;
}

const ARRAY_OF = { float32: Float32Array, int32: Int32Array, uint32: Uint32Array, bool: Uint8Array } as const;

/**
 * A tensor of `data` in row-major order. A typed array of the right kind is kept, not copied; anything else is converted.
 * @param shape defaults to one axis of all elements
 * @param dtype defaults to the data's own kind, float32 for plain numbers, bool for booleans
 */
export function tensor(
  data: TensorData | Float64Array | readonly number[] | readonly boolean[] | number,
  shape?: readonly number[],
  dtype?: DataType,
): Tensor {
  const list = typeof data === 'number' ? [data] : data;
  const kind = dtype ?? kindOf(list);
  const dims = shape ?? (typeof data === 'number' ? [] : [list.length]);
  if (sizeOf(dims) !== list.length)
    throw new RangeError(`tensor: shape [${dims}] holds ${sizeOf(dims)} elements, but there are ${list.length}.`);
  const Kind = ARRAY_OF[kind];
  const numbers = list as ArrayLike<number>;
  const typed = list instanceof Kind ? list : kind === 'bool' ? Uint8Array.from(numbers, truth) : Kind.from(numbers);
  return { data: typed, shape: [...dims], dtype: kind };
}

/** A tensor of zeros. */
export function zeros(shape: readonly number[], dtype: DataType = 'float32'): Tensor {
  return { data: new ARRAY_OF[dtype](sizeOf(shape)), shape: [...shape], dtype };
}

/** The number in a tensor of one element. */
export function scalarOf(value: Tensor): number {
  if (value.data.length !== 1)
    throw new RangeError(`scalarOf: the tensor has shape [${value.shape}]; only one element makes a number.`);
  return value.data[0];
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, d) => product * d, 1);
}

export function isTensor(value: unknown): value is Tensor {
  if (typeof value !== 'object' || value === null || !('data' in value) || !('dtype' in value)) return false;
  return ArrayBuffer.isView(value.data) && 'shape' in value && Array.isArray(value.shape);
}

/** `float32[2,3]`, as messages name it. */
export function describe({ dtype, shape }: TensorSpec): string {
  return `${dtype}[${shape.join(',')}]`;
}

function kindOf(list: object): DataType {
  if (list instanceof Int32Array) return 'int32';
  if (list instanceof Uint32Array) return 'uint32';
  if (list instanceof Uint8Array) return 'bool';
  return typeof (list as ArrayLike<unknown>)[0] === 'boolean' ? 'bool' : 'float32';
}

function truth(value: number): number {
  return value ? 1 : 0;
}
