import type { Claim, Figure, Point } from '@broadsheet/experiments';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { html } from '../html.ts';
import { pointsCsv } from '../view/links.ts';
import { describeFigure } from './describe.ts';
import { drawEffect } from './effect.ts';
import { drawFigure } from './figure.ts';
import { spread } from './labels.ts';
import { say, sayDuration, sayInterval, sayTogether } from './numbers.ts';
import { layAxis } from './scales.ts';
import { seriesOf } from './series.ts';

const LINES: Figure = {
  id: 'f',
  title: 'A figure',
  kind: 'lines',
  x: { label: 'step' },
  y: { label: 'loss', unit: 'nats' },
  closedForm: ['known'],
  paperPoints: [{ figure: 'f', series: 'the paper', x: 5, y: 1 }],
};
const point = (series: string, x: number, y: number, seed?: number): Point => ({ figure: 'f', series, x, y, seed });
const run = [1, 2, 3].flatMap((seed) => [0, 5, 10].map((x) => point('net', x, x * seed, seed)));

describe('series', () => {
  test('each place has the mean of its seeds and Student’s interval; one seed has none', () => {
    const [net] = seriesOf(run);
    expect(net.spots.map((spot) => spot.mean)).toEqual([0, 10, 20]);
    // Three values 10, 20, 30: t(0.975, 2) = 4.30265, deviation 10.
    expect(net.spots[2].high).toBeCloseTo(20 + (4.30265 * 10) / Math.sqrt(3), 3);
    expect(seriesOf([point('one', 1, 2, 1)])[0].spots[0]).toMatchObject({ mean: 2, low: null, high: null });
  });

  test('values that are not finite have no place, and long lines are thinned but keep their end', () => {
    expect(seriesOf([point('net', 0, Number.NaN, 1), point('net', 1, Number.POSITIVE_INFINITY, 1)])).toEqual([]);
    const long = Array.from({ length: 5_000 }, (_, x) => point('net', x, x, 1));
    const [net] = seriesOf(long);
    expect(net.spots.length).toBeLessThanOrEqual(161);
    expect(net.spots.at(-1)?.x).toBe(4_999);
  });
});

describe('figures', () => {
  test('lines have one thin line a seed, one mean and one band; closed forms are dashed, the paper’s values hollow', () => {
    const svg = drawFigure(LINES, [...run, point('known', 0, 0), point('known', 10, 20)]);
    const count = (text: string) => svg.split(text).length - 1;
    expect(count('class="seed"')).toBe(3);
    expect(count('class="mean"')).toBe(1);
    expect(count('class="band"')).toBe(1);
    expect(count('class="closed"')).toBe(1);
    expect(count('class="paper-mark"')).toBe(1);
    expect(svg).toContain('>net</text>');
    expect(svg).toContain('loss, nats');
  });

  test('every kind draws nothing, one point and many, inside its frame, without a number that is none', () => {
    const kinds: Figure['kind'][] = ['lines', 'dots', 'scatter', 'matrix'];
    const axes = fc.constantFrom('linear', 'log') as fc.Arbitrary<'linear' | 'log'>;
    const value = fc.oneof(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), fc.constantFrom(0, Number.NaN, 1e-9));
    const points = fc.array(
      fc.record({
        series: fc.constantFrom('a', 'b', '0.5', '<b>'),
        x: value,
        y: value,
        seed: fc.option(fc.nat(3), { nil: undefined }),
      }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(fc.constantFrom(...kinds), axes, axes, points, (kind, x, y, given) => {
        const figure: Figure = { ...LINES, kind, x: { label: 'x', scale: x }, y: { label: 'y', scale: y } };
        const svg = drawFigure(
          figure,
          given.map((p) => ({ figure: 'f', ...p })),
        );
        expect(svg).not.toMatch(/NaN|Infinity|undefined|<b>/);
        expect(svg.endsWith('</svg>')).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  test('the sentence says where each series ends', () => {
    expect(describeFigure(LINES, run)).toMatch(/^loss at the right end: net 20 \(95 % −?\d+ to \d+\)\.$/);
    expect(describeFigure(LINES, [])).toBe('Nothing is drawn yet.');
  });

  test('names of places stand in the middle of their share', () => {
    const axis = layAxis({ label: '', categories: ['a', 'b'] }, [], [0, 100], { ticks: 5 });
    expect(axis.ticks).toEqual([
      { at: 25, label: 'a' },
      { at: 75, label: 'b' },
    ]);
  });

  test('what is counted has whole ticks, what is measured has others too', () => {
    const labels = (values: number[]) =>
      layAxis({ label: 'stage' }, values, [0, 200], { ticks: 6, isTight: true }).ticks.map((tick) => tick.label);
    expect(labels([1, 2, 3, 5])).toEqual(['1', '2', '3', '4', '5']);
    expect(labels([1, 2.5, 3, 5])).toContain('1.5');
  });

  test('marks that stand aside of their place are nearer to it than to the next, and within the frame', () => {
    const stages = [1, 2, 3, 4, 5];
    const points = Array.from('abcdefgh').flatMap((series) =>
      [1, 2].flatMap((seed) => stages.map((x) => ({ figure: 'f', series, x, y: x, seed }))),
    );
    const axes = { x: { label: 'stage' }, y: { label: 'accuracy' } };
    const svg = drawFigure({ id: 'f', title: 'Stages', kind: 'dots', ...axes }, points);
    const places = [...svg.matchAll(/class="tick" x="([\d.]+)" y="[\d.]+" text-anchor="middle"/g)].map(([, x]) =>
      Number(x),
    );
    expect(places).toHaveLength(5);
    const marks = [...svg.matchAll(/class="seed-dot" cx="([\d.]+)"/g)].map(([, x]) => Number(x));
    expect(marks).toHaveLength(points.length);
    for (const [i, mark] of marks.entries()) {
      const apart = places.map((place) => Math.abs(place - mark));
      expect(apart.indexOf(Math.min(...apart))).toBe(stages.indexOf(points[i].x));
      // The y axis stands there.
      expect(mark).toBeGreaterThan(44);
    }
  });

  test('a logarithmic axis writes its numbers out', () => {
    const axis = layAxis({ label: 'loss', scale: 'log' }, [0.01, 10], [100, 0], { ticks: 5 });
    expect(axis.ticks.map((tick) => tick.label)).toEqual(expect.arrayContaining(['0.01', '0.1', '1', '10']));
  });

  test('labels do not cover each other and stay within the frame', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 200, noNaN: true }), { minLength: 1, maxLength: 12 }), (ys) => {
        const placed = spread(
          ys.map((y, i) => ({ text: `${i}`, y, className: '' })),
          0,
          200,
        ).map((l) => l.y);
        for (const y of placed) expect(y >= -1e-6 && y <= 200 + 1e-6).toBe(true);
        for (let i = 1; i < placed.length; i++) expect(placed[i] - placed[i - 1]).toBeGreaterThan(14.9);
      }),
    );
  });
});

describe('an effect', () => {
  const claim = {
    comparison: 'within',
    threshold: 0.02,
    paper: { says: '', where: '', value: 0.01 },
  } as unknown as Claim;
  test('shows its mean, its interval, both thresholds and the paper’s value; nothing where there is no interval', () => {
    const svg = drawEffect(claim, { mean: 0, low: -0.01, high: 0.01 });
    expect(svg.split('class="threshold"')).toHaveLength(3);
    expect(svg).toContain('class="paper-mark"');
    expect(drawEffect(claim, null)).toBe('');
  });
});

describe('numbers', () => {
  test.each([
    [0, '0'],
    [0.5, '0.50'],
    [-12.34, '−12.3'],
    [1234, '1234'],
    [0.0012, '0.0012'],
    [2e7, '2.0e+7'],
    [Number.NaN, '–'],
  ])('%d is said as %s', (value, text) => expect(say(value)).toBe(text));

  test('a mean and its interval have as many decimals as tell them apart', () => {
    expect(sayInterval({ mean: 0.0091, low: 0.0056, high: 0.0126 })).toEqual({
      mean: '+0.009',
      range: '0.006 to 0.013',
    });
    expect(sayInterval({ mean: 0.2, low: 0.07, high: 0.33 })).toEqual({ mean: '+0.20', range: '0.07 to 0.33' });
    expect(sayTogether([1, 1, 1])).toEqual(['1.00', '1.00', '1.00']);
  });

  test('times are said as one says them', () => {
    expect([80, 2_140, 59_600, 260_000, 7_300_000].map(sayDuration)).toEqual([
      '0.1 s',
      '2.1 s',
      '1 min 0 s',
      '4 min 20 s',
      '2 h 1 min',
    ]);
  });
});

test('what is put into HTML is escaped, unless it is HTML', () => {
  expect(html`<p>${'<script>'}${html`<b>${'&'}</b>`}${[1, null, undefined, false]}</p>`.text).toBe(
    '<p>&lt;script&gt;<b>&amp;</b>1</p>',
  );
});

test('CSV quotes what needs it and starts no formula in a spreadsheet', () => {
  const points: Point[] = [
    { figure: 'f', series: '=1+1', x: -1, y: 2, seed: 3 },
    { figure: 'a,"b"', series: 's', x: 0, y: 0 },
  ];
  expect(pointsCsv({ points })).toBe('figure,series,seed,x,y\r\nf,\'=1+1,3,-1,2\r\n"a,""b""",s,,0,0\r\n');
});
