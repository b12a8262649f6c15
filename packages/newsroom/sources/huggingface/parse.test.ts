import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { huggingFaceRecord } from './parse.ts';

const items: unknown[] = JSON.parse(await readFile(new URL('./recorded/day.json', import.meta.url), 'utf8'));
const [full, early, odd] = items.map((item) => huggingFaceRecord(item, { asOf: 5 }));
const withPaper = (fields: Record<string, unknown>) =>
  huggingFaceRecord({ paper: { id: '2601.00001', title: 'T', ...fields } }, { asOf: 5 });

describe('an item of the daily list', () => {
  test('with all of its fields', () => {
    expect(full).toEqual({
      source: 'huggingface',
      arxivId: '2601.00001',
      title: 'Bounding x < y with Tea & Biscuits',
      abstract: 'We drink tea while x < y holds, and biscuits otherwise.',
      authors: ['Ada Löwe', 'Bo Chen'],
      publishedAt: Date.parse('2026-01-13T18:00:00Z'),
      keywords: ['tea', 'biscuits'],
      summary: { text: 'Tea bounds things.', by: 'a-model' },
      repository: 'house-of-tea/biscuits',
      projectUrl: 'https://tea.example.org',
      organization: 'House of Tea',
      // 03:12 UTC of the 15th is the evening of the 14th in New York.
      feature: { day: '2026-01-14', by: 'source' },
      listedOn: '2026-01-14',
      counts: [{ votes: 12, comments: 2, stars: 34, asOf: 5 }],
    });
  });

  test('keeps authors and nobody else: no submitter, no account, no picture', () => {
    expect(JSON.stringify([full, early])).not.toMatch(/Submitter|samsub|of the Hub|ada-hub|avatar/i);
  });

  test('of the first years: no feature day is made up from the shifted publishedAt', () => {
    expect(JSON.parse(JSON.stringify(early))).toEqual({
      source: 'huggingface',
      arxivId: '2405.00002',
      title: 'A Map of Rain',
      abstract: 'Clouds,\nand where they were.',
      authors: ['Cy Deer'],
      publishedAt: Date.parse('2024-05-01T17:00:00Z'),
      counts: [{ votes: 0, comments: 1, asOf: 5 }],
    });
  });

  test('with midnight as its day, another shape here and there, and withdrawn', () => {
    expect(odd).toMatchObject({
      feature: { day: '2026-06-03' },
      organization: 'house-of-tea',
      repository: 'house-of-tea/letters',
      withdrawn: { at: Date.parse('2026-06-09T10:00:00Z') },
      counts: [{ votes: undefined, comments: undefined, stars: undefined, asOf: 5 }],
    });
  });
});

test.for([
  ['2026-01-15T04:59:59.000Z', '2026-01-14'],
  ['2026-01-15T05:00:00.000Z', '2026-01-15'],
  ['2026-07-15T03:59:59.000Z', '2026-07-14'],
  ['2026-07-15T04:00:00.000Z', '2026-07-15'],
  // On 8 March 2026 New York goes over to summer time.
  ['2026-03-08T04:59:59.000Z', '2026-03-07'],
  ['2026-03-09T04:00:00.000Z', '2026-03-09'],
  ['2026-06-03T00:00:00.000Z', '2026-06-03'],
  ['2026-06-03T00:00:00Z', '2026-06-03'],
  ['2026-06-03T00:00:01.000Z', '2026-06-02'],
  ['yesterday', undefined],
  [20260603, undefined],
])('submitted %s means the day %s', ([submittedOnDailyAt, day]) => {
  expect(withPaper({ submittedOnDailyAt }).feature?.day).toBe(day);
});

test.for([
  ['https://github.com/ada/maps', 'ada/maps'],
  ['http://www.github.com/ada/maps/', 'ada/maps'],
  ['github.com/ada/maps.git', 'ada/maps'],
  ['ada/maps.js', 'ada/maps.js'],
  ['https://github.com/ada/maps/tree/main/x', 'ada/maps'],
  ['https://github.com/ada/maps?tab=readme#top', 'ada/maps'],
  ['https://github.com/ada', undefined],
  ['https://gitlab.com/ada/maps', undefined],
  ['gitlab.com/ada', undefined],
  ['../..', undefined],
  ['ada/..', undefined],
  ['javascript:alert(1)/x', undefined],
  ['', undefined],
])('the repository of %j is %s', ([githubRepo, name]) => {
  expect(withPaper({ githubRepo }).repository).toBe(name);
});

test.for([
  ['nothing', undefined],
  ['a string', 'paper'],
  ['no paper', { title: 'T' }],
  ['a paper that is a string', { paper: '2601.00001' }],
  ['no id', { paper: { title: 'T' } }],
  ['an id of another kind', { paper: { id: 'acl-2026-1', title: 'T' } }],
  ['a month that is none', { paper: { id: '2613.00001', title: 'T' } }],
] as [string, unknown][])('%s is no record', ([, value]) => {
  expect(() => huggingFaceRecord(value)).toThrow();
});

test('whatever shape any field has, the paper is read', () => {
  const shapes = [null, 7, -1.5, 'text', true, [], [null], {}, { name: 4 }, [[1]], ['x', { name: null }]];
  const fields = Object.keys((items[0] as { paper: object }).paper).filter((field) => field !== 'id');
  for (const field of fields) {
    for (const shape of shapes) {
      const record = withPaper({ [field]: shape });
      expect(record.arxivId, `${field}: ${JSON.stringify(shape)}`).toBe('2601.00001');
      expect(record.authors?.every((name) => typeof name === 'string') ?? true).toBe(true);
    }
  }
});
