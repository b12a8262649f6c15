import { createHash } from 'node:crypto';
import { createRng } from '@broadsheet/engine/stats';
import { describe, expect, test } from 'vitest';
import { CLASSES, drawGlyphRows, SIDE } from './index.ts';

describe('glyph rows', () => {
  test('the bytes of seed 1 never change: recorded runs rest on them', () => {
    const { inputs, labels } = drawGlyphRows(createRng(1), 20);
    const h = createHash('sha256').update(new Uint8Array(inputs.buffer)).update(labels).digest('hex');
    expect(h.slice(0, 16)).toMatchInlineSnapshot(`"2ae4a137005bae83"`);
  });

  test('the digits can be told apart: the nearest class mean names most of them', () => {
    const size = SIDE * SIDE;
    const picturesOf = (seed: string, batch: number) => {
      const { inputs, labels } = drawGlyphRows(createRng(seed), batch);
      return [...labels].map((label, b) => {
        const picture = new Float32Array(size);
        for (let row = 0; row < SIDE; row++)
          picture.set(inputs.subarray((row * batch + b) * SIDE, (row * batch + b + 1) * SIDE), row * SIDE);
        return { label, picture };
      });
    };
    const means = Array.from({ length: CLASSES }, () => new Float64Array(size));
    for (const { label, picture } of picturesOf('train', 600))
      for (let i = 0; i < size; i++) means[label][i] += picture[i];
    const norm = (values: Float64Array) => Math.hypot(...values);
    const guess = (picture: Float32Array) => {
      const scores = means.map((mean) => mean.reduce((sum, value, i) => sum + value * picture[i], 0) / norm(mean));
      return scores.indexOf(Math.max(...scores));
    };
    const tested = picturesOf('test', 300);
    const right = tested.filter(({ label, picture }) => guess(picture) === label).length;
    expect(right / tested.length).toBeGreaterThan(0.6); // chance is 0.1; a network has more to learn
    expect(right / tested.length).toBeLessThan(1);
  });
});
