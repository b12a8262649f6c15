import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from './result.ts';
import { sha256 } from './sha256.ts';

describe('the hash of a result', () => {
  test('SHA-256 agrees with the standard library on texts of every length and script', () => {
    const reference = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex');
    for (let length = 0; length < 200; length++) expect(sha256('a'.repeat(length))).toBe(reference('a'.repeat(length)));
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => sha256(text) === reference(text)));
  });

  test('equal values are equal texts, whatever the order of their keys', () => {
    expect(canonicalJson({ b: [1, null, 'x'], a: { d: -0.5, c: true }, e: undefined })).toBe(
      '{"a":{"c":true,"d":-0.5},"b":[1,null,"x"]}',
    );
  });

  test('canonical JSON reads back as the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test('a number that is not finite is refused, not written as null', () => {
    expect(() => canonicalJson({ a: [Number.NaN] })).toThrow(/NaN/);
  });
});
