import { describe, expect, test } from 'vitest';
import { allOf, cutsOf, readRecorded } from '../testing/read-recorded.ts';
import { OaiError, parseOaiRecords } from './parse.ts';

const recorded = (name: string, cut = {}) => parseOaiRecords(readRecorded(import.meta.url, name, cut));

describe('arXivRaw', () => {
  test('a paper with its versions; of two DOIs the first', async () => {
    const { items, error } = await allOf(recorded('arxiv-raw.xml'));
    expect(error).toBeUndefined();
    expect(items[0]).toEqual({
      record: {
        source: 'arxiv-oai',
        arxivId: '2601.00001',
        title: 'Bounding $x < y$ with Tea & Biscuits',
        abstract: 'We drink tea while $x < y$ holds, and biscuits otherwise.',
        authors: ['Ada Löwe', 'Bo Chen, Jr.', 'C. D. Ray'],
        categories: ['cs.LG', 'stat.ML'],
        primaryCategory: 'cs.LG',
        comment: '9 pages, 2 cups',
        journalRef: 'Journal of Tea 1 (2026) 1-9',
        doi: '10.1234/tea.1',
        license: 'http://creativecommons.org/licenses/by/4.0/',
        version: 2,
        versions: [
          { version: 1, submittedAt: Date.parse('2026-01-05T10:00:00Z'), size: '310kb', isWithdrawal: false },
          { version: 2, submittedAt: Date.parse('2026-01-14T10:00:00Z'), size: '312kb', isWithdrawal: false },
        ],
        publishedAt: Date.parse('2026-01-05T10:00:00Z'),
        updatedAt: Date.parse('2026-01-14T10:00:00Z'),
      },
    });
  });

  test('the server prints the MSC value as acm-class, and the submitter’s name: neither is kept', async () => {
    expect(JSON.stringify((await allOf(recorded('arxiv-raw.xml'))).items)).not.toMatch(/62-XX|Somebody Else/);
  });

  test('a source type "I" of the latest version withdraws, in whatever order versions come', async () => {
    const { items } = await allOf(recorded('arxiv-raw.xml'));
    expect(items[1]).toMatchObject({
      record: {
        arxivId: 'math/0611800',
        version: 2,
        publishedAt: Date.parse('2006-11-26T12:00:00Z'),
        authors: ['Ida Jones', 'Kit Lee'],
        withdrawn: { at: Date.parse('2026-01-13T09:30:00Z'), reason: 'Lemma 2 is wrong' },
        versions: [
          { version: 1, isWithdrawal: false },
          { version: 2, isWithdrawal: true },
        ],
      },
    });
  });

  test('a deleted header is no paper; the token comes last and as it was written', async () => {
    const { items } = await allOf(recorded('arxiv-raw.xml'));
    expect(items.slice(2)).toEqual([
      {
        resumptionToken: 'verb%3DListRecords%26metadataPrefix%3DarXivRaw%26set%3Dcs%26from%3D2026-01-14%26skip%3D3500',
      },
    ]);
  });
});

describe('arXiv', () => {
  test('names are put together; a paper without optional fields is a paper', async () => {
    const { items } = await allOf(recorded('arxiv-last-page.xml'));
    expect(items).toMatchObject([
      {
        record: {
          arxivId: '2512.00004',
          authors: ['Ada Löwe Jr.', 'The Bakery Collaboration'],
          primaryCategory: 'cs.CL',
          publishedAt: Date.parse('2025-12-02'),
          updatedAt: Date.parse('2026-01-13'),
        },
      },
      { record: { arxivId: '2512.00005', title: 'Crumbs, Counted', authors: [], updatedAt: Date.parse('2025-12-03') } },
    ]);
  });

  test('the empty token of the last page is none', async () => {
    const { items } = await allOf(recorded('arxiv-last-page.xml'));
    expect(items.filter((item) => 'resumptionToken' in item)).toEqual([]);
  });
});

describe('errors inside a well-formed answer', () => {
  test('noRecordsMatch only means that nothing is new', async () => {
    expect(await allOf(recorded('no-records-match.xml'))).toEqual({ items: [] });
  });

  test.for([
    ['bad-argument.xml', 'badArgument', 'until date is too late'],
    ['bad-resumption-token.xml', 'badResumptionToken', 'Token has expired'],
  ])('%s', async ([name, code, reason]) => {
    const { error } = await allOf(recorded(name));
    expect(error).toBeInstanceOf(OaiError);
    expect(error).toMatchObject({ code, message: `${code}: ${reason}` });
  });
});

test.for(['arxiv-raw.xml', 'arxiv-last-page.xml'])('%s is the same byte by byte', async (name) => {
  expect(await allOf(recorded(name, { pieceBytes: 1 }))).toEqual(await allOf(recorded(name)));
});

test('cut anywhere it gives a beginning of the whole and an error', async () => {
  const whole = (await allOf(recorded('arxiv-raw.xml'))).items;
  for (const untilBytes of await cutsOf(import.meta.url, 'arxiv-raw.xml')) {
    const { items, error } = await allOf(recorded('arxiv-raw.xml', { untilBytes }));
    expect(error, `cut after ${untilBytes} bytes`).toBeDefined();
    expect(items).toEqual(whole.slice(0, items.length));
  }
});
