import type { TopicStage } from '@broadsheet/newsroom/topics';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawMap } from './map.ts';
import { drawRidge, marksOf, placesOf } from './ridge.ts';
import { percent, verdictSentence } from './words.ts';

const stage = (facts: Partial<TopicStage>): TopicStage => ({
  ...{ id: 9, kind: 'week', fromDay: '2026-03-30', toDay: '2026-04-05', origin: 'site', state: 'done' },
  ...{ papers: 1_240, candidates: 60, share: 0.048, usualShare: 0.05, statistic: -0.3, verdict: 'nothing-new' },
  ...{ born: [], report: null, finishedAt: 0 },
  ...facts,
});
const born = [{ id: 1, name: 'A' }];

describe('what a stage found is a sentence with its figures', () => {
  const figures = 'of its 1,240 papers were far from every topic, where 5.0 % is usual';
  test.each<[Partial<TopicStage>, string]>([
    [{}, `Nothing new in the week of 30 March 2026: 4.8 % ${figures} (z\u00a0=\u00a0−0.3; 3 is an excess).`],
    [
      { share: 0.09, statistic: 6.5 },
      `Nothing new in the week of 30 March 2026: 9.0 % ${figures} (z\u00a0=\u00a06.5; 3 is an excess), but they form no topic.`,
    ],
    [
      { verdict: 'born', born, share: 0.09, statistic: 6.5 },
      `One new topic in the week of 30 March 2026: 9.0 % ${figures} (z\u00a0=\u00a06.5; 3 is an excess).`,
    ],
    [
      { verdict: 'born', born: [...born, ...born], statistic: 1 },
      `2 new topics in the week of 30 March 2026: 4.8 % ${figures} (z\u00a0=\u00a01.0; 3 is an excess), but groups of papers grew more than chance allows.`,
    ],
    [{ verdict: 'empty', papers: 0 }, 'The week of 30 March 2026 had no papers to look at.'],
    [{ verdict: 'first', kind: 'month', fromDay: '2024-05-01', born }, 'The topics begin with May 2024: one topic.'],
    [
      { verdict: 'first', kind: 'month', fromDay: '2024-06-01', papers: 316 },
      'June 2024 is among those that the topics begin with: 316 papers.',
    ],
  ])('%o', (facts, sentence) => {
    expect(verdictSentence(stage(facts))).toBe(sentence);
  });

  test('a share keeps a figure that says something', () => {
    expect([0, 0.0003, 0.041, 0.5].map(percent)).toEqual(['0 %', '0.03 %', '4.1 %', '50 %']);
  });
});

describe('the map', () => {
  const point = fc.record({
    id: fc.integer({ min: 1, max: 1e6 }),
    name: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }),
    x: fc.double({ min: 0, max: 1, noNaN: true }),
    y: fc.double({ min: 0, max: 1, noNaN: true }),
    papers: fc.nat({ max: 5_000 }),
    isNew: fc.boolean(),
  });

  test('has every topic as a link that no Tab stops at, and names that hold no markup', () => {
    fc.assert(
      fc.property(fc.array(point, { minLength: 1, maxLength: 80 }), (points) => {
        const svg = drawMap(points);
        expect(svg.match(/<a href="\/topics\/\d+" aria-label="/g)).toHaveLength(points.length);
        expect(svg.replace(/<\/?(svg|a|title|circle|g|text)\b[^<>]*>/g, '')).not.toMatch(/[<>]/);
        expect(svg).not.toContain('NaN');
      }),
    );
  });
});

describe('ridges', () => {
  const months = Array.from({ length: 24 }, (_, i) => {
    const from = new Date(Date.UTC(2024, 4 + i, 1));
    const to = new Date(Date.UTC(2024, 5 + i, 0));
    return { fromDay: from.toISOString().slice(0, 10), toDay: to.toISOString().slice(0, 10) };
  });

  test('stages stand where they are in time, from the first to the last, weeks beside months', () => {
    const places = placesOf([...months, { fromDay: '2026-05-04', toDay: '2026-05-10' }]);
    expect([places[0], places.at(-1)]).toEqual([0, 1]);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(placesOf([months[0]])).toEqual([0.5]);
  });

  test('the marks beneath are few, and none hangs over the edge', () => {
    const marks = marksOf(months);
    expect(marks.map((m) => m.label)).toEqual(['Jul', '2025', 'Jul', '2026']);
    for (const { at } of marks) expect(at).toBeLessThanOrEqual(0.86);
    expect(marksOf([])).toEqual([]);
  });

  test('a topic without papers is a flat line', () => {
    const svg = drawRidge(
      [
        { at: 0, share: 0 },
        { at: 1, share: 0 },
      ],
      0,
    );
    expect(svg).not.toMatch(/NaN|Infinity/);
  });
});
