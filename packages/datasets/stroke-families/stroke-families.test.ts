import { createHash } from 'node:crypto';
import { createRng } from '@broadsheet/engine/stats';
import { describe, expect, test } from 'vitest';
import { SIDE, strokeFamilies } from './index.ts';

const SIZE = SIDE * SIDE;
const source = strokeFamilies({ classes: 12, views: 3 }, createRng(1));
const drawOne = (label: number, seed: number | string) => {
  const out = new Float32Array(3 * SIZE);
  source.draw(label, createRng(seed), out);
  return out;
};
const cosine = (a: Float32Array, b: Float32Array) =>
  a.reduce((sum, value, i) => sum + value * b[i], 0) / (Math.hypot(...a) * Math.hypot(...b));

describe('families of strokes', () => {
  test('the bytes of seed 1 never change: recorded runs rest on them', () => {
    const hash = createHash('sha256')
      .update(new Uint8Array(drawOne(3, 7).buffer))
      .digest('hex');
    expect(hash.slice(0, 16)).toMatchInlineSnapshot(`"755a5a23ce022373"`);
  });

  test('a view keeps its picture: it is nearer to it than another sample of the class', () => {
    let nearer = 0;
    for (let i = 0; i < 40; i++) {
      const [one, other] = [drawOne(i % 12, `one ${i}`), drawOne(i % 12, `other ${i}`)];
      const view = one.subarray(SIZE, 2 * SIZE);
      if (cosine(one.subarray(0, SIZE), view) > cosine(other.subarray(0, SIZE), view)) nearer++;
    }
    expect(nearer).toBeGreaterThan(34);
  });

  test('signs of one family look more alike than signs of two, and can still be told apart', () => {
    const means = Array.from({ length: 12 }, (_, label) => {
      const mean = new Float32Array(SIZE);
      for (let i = 0; i < 20; i++) {
        const picture = drawOne(label, `mean ${i}`);
        for (let k = 0; k < SIZE; k++) mean[k] += picture[k];
      }
      return mean;
    });
    const deal = createRng(1).split('families').permutation(12);
    const pairs = means.flatMap((a, i) =>
      means.slice(i + 1).map((b, j) => ({ alike: cosine(a, b), isKin: deal[i] % 2 === deal[i + 1 + j] % 2 })),
    );
    const meanOf = (isKin: boolean) => {
      const found = pairs.filter((pair) => pair.isKin === isKin);
      return found.reduce((sum, { alike }) => sum + alike, 0) / found.length;
    };
    expect(meanOf(true) - meanOf(false)).toBeGreaterThan(0.1);
    const right = Array.from({ length: 120 }, (_, i) => {
      const picture = drawOne(i % 12, `tested ${i}`).subarray(0, SIZE);
      const scores = means.map((mean) => cosine(mean, picture));
      return scores.indexOf(Math.max(...scores)) === i % 12;
    }).filter(Boolean).length;
    expect(right / 120).toBeGreaterThan(0.5); // chance is 1/12
    expect(right / 120).toBeLessThan(1);
  });
});
