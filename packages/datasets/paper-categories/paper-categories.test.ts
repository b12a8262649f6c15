import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readPaperCategories, writePaperCategories } from './index.ts';

const shipped = () => new Uint8Array(readFileSync(new URL('./vectors.safetensors', import.meta.url)));

describe('papers by category', () => {
  test('32 categories of 64 to 130 papers, three unit vectors each', () => {
    const { data, labels, names, width, views } = readPaperCategories(shipped());
    expect([names.length, width, views]).toEqual([32, 64, 3]);
    expect(new Set(names).size).toBe(32);
    for (const [label] of names.entries()) {
      const count = labels.filter((found) => found === label).length;
      expect(count).toBeGreaterThanOrEqual(64);
      expect(count).toBeLessThanOrEqual(130);
    }
    for (let row = 0; row < labels.length * views; row += 97)
      expect(Math.hypot(...data.subarray(row * width, (row + 1) * width))).toBeCloseTo(1, 5);
  });

  test("two views of one paper are nearer to each other than to another category's", () => {
    const { data, labels, width, views } = readPaperCategories(shipped());
    const cosine = (a: number, b: number) => {
      let sum = 0;
      for (let k = 0; k < width; k++) sum += data[a * width + k] * data[b * width + k];
      return sum;
    };
    let nearer = 0;
    let compared = 0;
    for (let paper = 0; paper + 1000 < labels.length; paper += 11) {
      if (labels[paper] === labels[paper + 1000]) continue;
      compared++;
      if (cosine(paper * views, paper * views + 2) > cosine(paper * views, (paper + 1000) * views + 2)) nearer++;
    }
    expect(nearer / compared).toBeGreaterThan(0.95);
  });

  test('what is written is read; a file of another form is refused by name', () => {
    const labels = Int32Array.of(1, 0);
    const written = writePaperCategories({
      data: Int8Array.of(3, 4, 0, 5),
      labels,
      names: ['a', 'b'],
      width: 2,
      views: 1,
    });
    expect(readPaperCategories(written)).toMatchObject({ names: ['a', 'b'], width: 2, views: 1, labels });
    expect([...readPaperCategories(written).data].map((v) => Number(v.toFixed(6)))).toEqual([0.6, 0.8, 0, 1]);
    expect(() => readPaperCategories(shipped().subarray(0, 1000))).toThrow(RangeError);
  });
});
