import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aliasesOf, parseArxivId, parseDoi } from './identity.ts';
import { slugOf } from './slug.ts';

describe('arXiv identifiers', () => {
  test.for([
    ['2410.06535', { id: '2410.06535' }],
    ['2410.06535v2', { id: '2410.06535', version: 2 }],
    ['arXiv:2410.06535v12', { id: '2410.06535', version: 12 }],
    ['https://arxiv.org/abs/2410.06535v1', { id: '2410.06535', version: 1 }],
    ['http://arxiv.org/pdf/0704.0001.pdf', { id: '0704.0001' }],
    ['math.CA/0611800', { id: 'math/0611800' }],
    ['hep-th/9901001v3', { id: 'hep-th/9901001', version: 3 }],
  ] as const)('%s is read', ([text, expected]) => {
    expect(parseArxivId(text)).toEqual(expected);
  });

  test.for([
    '',
    '2410.065',
    '2413.06535',
    '2410.06535v0',
    '1412.00001',
    '1501.0001',
    'cs/123',
    '../2410.06535',
    '2410.06535/x',
  ])('"%s" is none', (text) => {
    expect(parseArxivId(text)).toBeUndefined();
  });

  test('whatever is read is read again as itself', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1501, max: 3912 }),
        fc.integer({ min: 1, max: 99_999 }),
        fc.option(fc.integer({ min: 1, max: 40 })),
        (ym, n, v) => {
          fc.pre(ym % 100 >= 1 && ym % 100 <= 12);
          const id = `${ym}.${String(n).padStart(5, '0')}`;
          expect(parseArxivId(v === null ? id : `${id}v${v}`)?.id).toBe(id);
        },
      ),
    );
  });
});

describe('aliases', () => {
  test('the DOI that arXiv registers is the arXiv id, and versions are not part of it', () => {
    const byDoi = aliasesOf({ source: 'x', title: 'T', doi: '10.48550/arXiv.2410.06535' });
    const byId = aliasesOf({ source: 'x', title: 'T', arxivId: '2410.06535v3' });
    expect(byDoi).toEqual([{ kind: 'arxiv', value: '2410.06535' }]);
    expect(byId).toEqual(byDoi);
  });

  test('a title names a work only with author and year, and only when it is long enough to tell', () => {
    const record = {
      source: 'x',
      title: 'On the Shape of Small Test Titles',
      authors: ['Ada Löwe'],
      publishedAt: Date.parse('2025-03-01'),
    };
    expect(aliasesOf(record)).toEqual([{ kind: 'title', value: 'ontheshapeofsmalltesttitles|lowe|2025' }]);
    expect(aliasesOf({ ...record, title: 'Erratum' })).toEqual([]);
    expect(aliasesOf({ ...record, authors: [] })).toEqual([]);
  });

  test('a DOI is read from its address and compared in lower case', () => {
    expect(parseDoi('https://doi.org/10.1000/ABC.d')).toBe('10.1000/abc.d');
    expect(parseDoi('10.1/short')).toBeUndefined();
  });
});

describe('slugs', () => {
  test.for([
    ['José Ångström-Müller', 'jose-angstrom-muller'],
    ['Łukasz Kaiser', 'lukasz-kaiser'],
    ['Ελένη Παπαδοπούλου', 'ελένη-παπαδοπούλου'],
    ['Владимир Иванов', 'владимир-иванов'],
    ['王小明', '王小明'],
    ['محمد علي', 'محمد-علي'],
    ['???', 'unnamed'],
  ] as const)('%s keeps its letters', ([name, slug]) => {
    expect(slugOf(name)).toBe(slug);
  });
});
