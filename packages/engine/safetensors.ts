/**
 * The safetensors file format (huggingface/safetensors, format 0.x): 8 bytes of header length, a JSON header, raw
 * little-endian data. Bytes in, bytes out; float32, int32, uint32, int64 (as BigInt64Array), uint8 and bool; float16
 * and bfloat16 are read as float32.
 */
export type SafetensorsData =
  | Float32Array
  | Float64Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | Int8Array
  | Uint8Array;

export interface SafetensorsEntry {
  data: SafetensorsData;
  shape: number[];
}

export interface SafetensorsFile {
  tensors: Record<string, SafetensorsEntry>;
  metadata: Record<string, string>;
}

// The reference implementation refuses longer headers too (MAX_HEADER_SIZE).
const MAX_HEADER_BYTES = 100_000_000;
const BYTES: Record<string, number> = {
  F64: 8,
  F32: 4,
  I32: 4,
  U32: 4,
  I64: 8,
  I8: 1,
  U8: 1,
  BOOL: 1,
  F16: 2,
  BF16: 2,
};

/** Writes tensors, names sorted, so that equal contents are equal bytes. */
export function writeSafetensors(
  tensors: Record<string, { data: SafetensorsData; shape: readonly number[] }>,
  metadata: Record<string, string> = {},
): Uint8Array {
  const header: Record<string, unknown> = {};
  if (Object.keys(metadata).length > 0) header.__metadata__ = metadata;
  const names = Object.keys(tensors).sort();
  let offset = 0;
  for (const name of names) {
    const { data, shape } = tensors[name];
    if (name === '__metadata__')
      throw new RangeError('writeSafetensors: "__metadata__" is reserved; rename the tensor.');
    const size = shape.reduce((product, d) => product * d, 1);
    if (size !== data.length)
      throw new RangeError(`writeSafetensors: "${name}" has shape [${shape}] but ${data.length} entries.`);
    header[name] = { dtype: dtypeOf(name, data), shape: [...shape], data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  let json = JSON.stringify(header);
  const encoder = new TextEncoder();
  json += ' '.repeat((8 - (encoder.encode(json).length % 8)) % 8); // data start on 8 bytes, so that readers can map them
  const jsonBytes = encoder.encode(json);
  const bytes = new Uint8Array(8 + jsonBytes.length + offset);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(jsonBytes.length), true);
  bytes.set(jsonBytes, 8);
  let at = 8 + jsonBytes.length;
  for (const name of names) {
    const { data } = tensors[name];
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

/**
 * Reads a file; every array is a copy of its own.
 * @throws {RangeError} saying which part of the file is wrong
 */
export function readSafetensors(bytes: Uint8Array): SafetensorsFile {
  if (bytes.length < 8) throw new RangeError(`readSafetensors: ${bytes.length} bytes; a file has at least 8.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerBytes = Number(view.getBigUint64(0, true));
  if (headerBytes > MAX_HEADER_BYTES || 8 + headerBytes > bytes.length)
    throw new RangeError(
      `readSafetensors: the header claims ${headerBytes} bytes of ${bytes.length}; the file is cut or no safetensors file.`,
    );
  const header = parseHeader(bytes.subarray(8, 8 + headerBytes));
  const body = bytes.subarray(8 + headerBytes);
  const tensors: Record<string, SafetensorsEntry> = Object.create(null);
  let metadata: Record<string, string> = {};
  const spans: [number, number, string][] = [];
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') {
      metadata = entry as Record<string, string>;
      continue;
    }
    const { dtype, shape, start, end } = parseEntry(name, entry, body.length);
    spans.push([start, end, name]);
    // Not `slice`: of Node's buffers that is a view of their pool, in which a number may begin at any byte.
    tensors[name] = { data: decode(dtype, Uint8Array.from(body.subarray(start, end))), shape };
  }
  spans.sort((a, b) => a[0] - b[0] || a[1] - b[1]); // empty tensors first where several start together
  let reached = 0;
  for (const [start, end, name] of spans) {
    if (start !== reached)
      throw new RangeError(`readSafetensors: "${name}" starts at ${start}, but the data before it end at ${reached}.`);
    reached = end;
  }
  if (reached !== body.length)
    throw new RangeError(`readSafetensors: ${body.length - reached} bytes belong to no tensor.`);
  return { tensors, metadata };
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new RangeError('readSafetensors: the header is no JSON.', { cause });
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    throw new RangeError('readSafetensors: the header is no JSON object.');
  return header as Record<string, unknown>;
}

function parseEntry(name: string, entry: unknown, bodyBytes: number) {
  const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Record<string, unknown>;
  if (typeof dtype !== 'string' || !(dtype in BYTES))
    throw new RangeError(
      `readSafetensors: "${name}" has dtype ${String(dtype)}; read are ${Object.keys(BYTES).join(', ')}.`,
    );
  const isSize = (d: unknown): d is number => Number.isSafeInteger(d) && (d as number) >= 0;
  if (!Array.isArray(shape) || !shape.every(isSize))
    throw new RangeError(`readSafetensors: "${name}" has no valid shape.`);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isSize))
    throw new RangeError(`readSafetensors: "${name}" has no valid data_offsets.`);
  const [start, end] = offsets as [number, number];
  const expected = shape.reduce((product: number, d: number) => product * d, 1) * BYTES[dtype];
  if (end - start !== expected || end > bodyBytes)
    throw new RangeError(
      `readSafetensors: "${name}" ${dtype} [${shape}] needs ${expected} bytes, data_offsets give ${start}–${end} of ${bodyBytes}.`,
    );
  return { dtype, shape: shape as number[], start, end };
}

function decode(dtype: string, bytes: Uint8Array<ArrayBuffer>): SafetensorsData {
  const buffer = bytes.buffer;
  switch (dtype) {
    case 'F64':
      return new Float64Array(buffer);
    case 'F32':
      return new Float32Array(buffer);
    case 'I32':
      return new Int32Array(buffer);
    case 'U32':
      return new Uint32Array(buffer);
    case 'I64':
      return new BigInt64Array(buffer);
    case 'I8':
      return new Int8Array(buffer);
    case 'F16':
      return Float32Array.from(new Uint16Array(buffer), halfToFloat);
    case 'BF16':
      return new Float32Array(Uint32Array.from(new Uint16Array(buffer), (bits) => bits << 16).buffer);
    default:
      return bytes;
  }
}

/** IEEE 754 binary16 bits to a number. */
function halfToFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function dtypeOf(name: string, data: SafetensorsData): string {
  if (data instanceof Float32Array) return 'F32';
  if (data instanceof Float64Array) return 'F64';
  if (data instanceof Int32Array) return 'I32';
  if (data instanceof Uint32Array) return 'U32';
  if (data instanceof BigInt64Array) return 'I64';
  if (data instanceof Int8Array) return 'I8';
  if (data instanceof Uint8Array) return 'U8';
  throw new RangeError(
    `writeSafetensors: "${name}" is of a kind that is not written; use float32, int32, uint32 or uint8.`,
  );
}
