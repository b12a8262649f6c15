import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readSafetensors, writeSafetensors } from './safetensors.ts';

describe('safetensors', () => {
  test('what is written is read back, whatever names and values', () => {
    const tensor = fc.oneof(
      fc.float32Array(),
      fc.int32Array(),
      fc.uint32Array(),
      fc.float64Array(),
      fc.bigInt64Array(),
    );
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string().filter((s) => s !== '__metadata__' && s !== '__proto__'),
          tensor,
          { noNullPrototype: true },
        ),
        fc.dictionary(
          fc.string().filter((s) => s !== '__proto__'),
          fc.string(),
          { noNullPrototype: true, minKeys: 1 },
        ),
        (arrays, metadata) => {
          const tensors = Object.fromEntries(
            Object.entries(arrays).map(([k, data]) => [k, { data, shape: [data.length] }]),
          );
          const file = readSafetensors(writeSafetensors(tensors, metadata));
          expect({ ...file.tensors }).toEqual(tensors);
          expect(file.metadata).toEqual(metadata);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('the bytes are those of the format: length, JSON, data on 8 bytes', () => {
    const bytes = writeSafetensors({ a: { data: Float32Array.of(1, -2), shape: [1, 2] } });
    const headerBytes = new DataView(bytes.buffer).getUint32(0, true);
    expect(headerBytes % 8).toBe(0);
    expect(JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + headerBytes)))).toEqual({
      a: { dtype: 'F32', shape: [1, 2], data_offsets: [0, 8] },
    });
    expect([...bytes.subarray(8 + headerBytes)]).toEqual([0, 0, 128, 63, 0, 0, 0, 192]);
  });

  test('a Node buffer that begins anywhere is read like plain bytes, into arrays of its own', () => {
    const written = writeSafetensors({
      f: { data: Float32Array.of(1.5, -2), shape: [2] },
      l: { data: BigInt64Array.of(7n), shape: [1] },
    });
    for (let offset = 0; offset < 8; offset++) {
      const pool = Buffer.alloc(written.length + 8, 0xff);
      pool.set(written, offset);
      const { tensors } = readSafetensors(pool.subarray(offset, offset + written.length));
      expect([...(tensors.f.data as Float32Array)]).toEqual([1.5, -2]);
      expect([...(tensors.l.data as BigInt64Array)]).toEqual([7n]);
      pool.fill(0);
      expect([...(tensors.f.data as Float32Array)]).toEqual([1.5, -2]);
    }
  });

  test('half precision is read as float32', () => {
    const header =
      '{"h":{"dtype":"F16","shape":[4],"data_offsets":[0,8]},"b":{"dtype":"BF16","shape":[1],"data_offsets":[8,10]}}';
    const bytes = new Uint8Array(8 + header.length + 10);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
    bytes.set(new TextEncoder().encode(header), 8);
    new Uint8Array(bytes.buffer).set(
      new Uint8Array(Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x7c00, 0x3f80).buffer),
      8 + header.length,
    );
    const { tensors } = readSafetensors(bytes);
    expect([...(tensors.h.data as Float32Array)]).toEqual([1, -2, 2 ** -24, Number.POSITIVE_INFINITY]);
    expect([...(tensors.b.data as Float32Array)]).toEqual([1]);
  });

  test.each([
    ['a cut file', (b: Uint8Array) => b.subarray(0, b.length - 1), /needs 8 bytes/],
    ['a file of three bytes', () => new Uint8Array(3), /at least 8/],
    ['a header longer than the file', (b: Uint8Array) => b.subarray(0, 20), /the file is cut/],
    ['bytes that belong to no tensor', (b: Uint8Array) => new Uint8Array([...b, 0]), /belong to no tensor/],
  ])('%s is refused with the reason', (_, spoil, reason) => {
    const bytes = writeSafetensors({ a: { data: Float32Array.of(1, 2), shape: [2] } });
    expect(() => readSafetensors(spoil(bytes))).toThrow(reason);
  });
});
