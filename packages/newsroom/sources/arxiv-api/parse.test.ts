import { expect, test } from 'vitest';
import { allOf, cutsOf, piecesOf, readRecorded } from '../testing/read-recorded.ts';
import { ArxivApiError, isWithdrawal, parseArxivAtom } from './parse.ts';

const recorded = (name: string, cut = {}) => parseArxivAtom(readRecorded(import.meta.url, name, cut));

test('a page gives how many there are in all, and its papers', async () => {
  const { items, error } = await allOf(recorded('page.xml'));
  expect(error).toBeUndefined();
  expect(items).toMatchObject([
    { total: 1234 },
    {
      record: {
        source: 'arxiv-api',
        arxivId: '2601.00001',
        version: 2,
        title: expect.stringMatching(/^Bounding \$x < y\$ with Tea &\s+Biscuits$/),
        abstract: expect.stringMatching(/^We drink tea while .* otherwise\.$/s),
        authors: ['Ada Löwe', 'Bo Chen'],
        categories: ['cs.LG', 'stat.ML'],
        primaryCategory: 'stat.ML',
        comment: '9 pages, 2 cups',
        journalRef: 'Journal of Tea 1 (2026) 1-9',
        doi: '10.1234/tea.1',
        publishedAt: Date.parse('2026-01-05T10:00:00Z'),
        updatedAt: Date.parse('2026-01-14T17:59:01Z'),
      },
    },
    { record: { arxivId: 'math/0611800', version: 1, title: 'Knots Without String' } },
    { record: { arxivId: '2512.00004', version: 3, title: 'Error' } },
  ]);
});

test('the query API says nothing of licences, and the record does neither', async () => {
  const { items } = await allOf(recorded('page.xml'));
  for (const item of items) if ('record' in item) expect(item.record.license).toBeUndefined();
});

test('an entry with an id and a title alone says nothing more', async () => {
  const { items } = await allOf(recorded('page.xml'));
  expect(JSON.parse(JSON.stringify(items[2]))).toEqual({
    record: {
      source: 'arxiv-api',
      arxivId: 'math/0611800',
      version: 1,
      title: 'Knots Without String',
      authors: [],
      categories: [],
    },
  });
});

test('a comment withdraws, with its reason and the instant of that version', async () => {
  const { items } = await allOf(recorded('page.xml'));
  expect(items[3]).toMatchObject({
    record: {
      withdrawn: {
        reason: 'This paper has been withdrawn by the author: Lemma 2 is wrong',
        at: Date.parse('2026-01-13T08:00:00Z'),
      },
    },
  });
  expect(items[1]).toMatchObject({ record: { withdrawn: undefined } });
});

test('the entry that stands for an error is one, with its reason; a paper called "Error" is a paper', async () => {
  const { items, error } = await allOf(recorded('error.xml'));
  expect(items).toEqual([{ total: 1 }]);
  expect(error).toBeInstanceOf(ArxivApiError);
  expect(error?.message).toBe('incorrect id format for 1');
});

test.for([1, 13])('is the same in pieces of %d bytes', async (pieceBytes) => {
  expect(await allOf(recorded('page.xml', { pieceBytes }))).toEqual(await allOf(recorded('page.xml')));
});

test('cut anywhere it gives a beginning of the whole, and an error', async () => {
  const whole = (await allOf(recorded('page.xml'))).items;
  for (const untilBytes of await cutsOf(import.meta.url, 'page.xml')) {
    const { items, error } = await allOf(recorded('page.xml', { untilBytes }));
    expect(error, `cut after ${untilBytes} bytes`).toBeDefined();
    expect(items).toEqual(whole.slice(0, items.length));
  }
});

test('an empty page in the middle of a walk still says how many there are', async () => {
  const page = '<feed><opensearch:totalResults xmlns:opensearch="x">500</opensearch:totalResults></feed>';
  expect(await allOf(parseArxivAtom(piecesOf(page)))).toEqual({ items: [{ total: 500 }] });
});

test.for([
  ['This paper has been withdrawn by the authors', true],
  ['This submission has been temporarily withdrawn', true],
  ['The article is withdrawn due to an error', true],
  ['Withdrawn.', true],
  ['Paper withdrawn', true],
  ['Withdrawn from arXiv for copyright reasons', true],
  ['Withdrawn from ICML 2025, revised', false],
  ['9 pages; supersedes a withdrawn paper', false],
  ['On withdrawn papers', false],
  ['', false],
] as [string, boolean][])('whether %j is a withdrawal', ([comment, is]) => {
  expect(isWithdrawal(comment)).toBe(is);
});
