import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { drawingOf } from './drawing.ts';
import { FAMILIES } from './drawings/index.ts';

const digest = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 12);
const ids = Array.from({ length: 200 }, (_, i) => `2601.${String(i).padStart(5, '0')}`);

describe('the drawing of a paper', () => {
  test('is the same for ever: what shipped is not drawn in another way', () => {
    const shipped = FAMILIES.map((family) => {
      const categories = [family.categories[0]];
      return [
        family.name,
        digest(
          ids
            .slice(0, 20)
            .map((key) => drawingOf({ key, categories }))
            .join(' '),
        ),
      ];
    });
    expect(Object.fromEntries(shipped)).toMatchInlineSnapshot(`
      {
        "branches": "f9637c603a7f",
        "curves": "6527cffa97fd",
        "frames": "5864d9cd608e",
        "rings": "356bb3b1c62c",
        "rosette": "caacbb33f488",
        "strata": "6d1526158806",
        "wheels": "8c1c9e2b92b7",
      }
    `);
  });

  test.for(FAMILIES.map((family) => [family.name, family] as const))(
    '%s stays within its frame, and no two papers share one',
    ([, family]) => {
      const paths = ids.map((key) => drawingOf({ key, categories: [family.categories[0]] }));
      expect(new Set(paths).size).toBeGreaterThan(195);
      for (const path of paths) {
        // Arcs name radii and flags beside their ends; their ends stand after an M or at the arc's end.
        const points = [...path.matchAll(/(?:[ML]|A[\d.]+ [\d.]+ 0 \d 1 )(-?[\d.]+) (-?[\d.]+)/g)];
        expect(points.length).toBeGreaterThan(8);
        for (const [, x, y] of points) expect(Math.hypot(Number(x), Number(y))).toBeLessThan(240);
        for (const [, x, y] of points)
          expect(Math.max(Math.abs(Number(x)), Math.abs(Number(y)))).toBeLessThanOrEqual(180);
        expect(path).not.toContain('NaN');
      }
    },
  );

  test('is of the family of its first category, of its archive’s, or of its id’s where there is none', () => {
    const of = (categories: string[]) => drawingOf({ key: '2601.00001', categories });
    expect(of(['cs.LG', 'cs.CV'])).toBe(of(['stat.ML']));
    expect(of(['math.CO'])).toBe(of(['hep-th']));
    expect(of(['cs.CV'])).not.toBe(of(['cs.CL']));
    expect(of([])).toBe(of(['cs.XX']));
    const dealt = new Set(
      ids.map((key) =>
        FAMILIES.findIndex(
          (f) => drawingOf({ key, categories: [] }) === drawingOf({ key, categories: [f.categories[0]] }),
        ),
      ),
    );
    expect(dealt.size).toBe(FAMILIES.length);
  });
});
