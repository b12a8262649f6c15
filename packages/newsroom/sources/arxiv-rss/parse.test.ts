import { describe, expect, test } from 'vitest';
import { allOf, cutsOf, piecesOf, readRecorded } from '../testing/read-recorded.ts';
import { ArxivRssError, parseArxivRss } from './parse.ts';

const TODAY = '2026-01-15';
const recorded = (name: string, cut = {}) => parseArxivRss(readRecorded(import.meta.url, name, cut), TODAY);
const announcedAt = Date.parse('2026-01-15T05:00:00Z');

describe('a weekday’s announcements', () => {
  test('every kind, with its licence and days', async () => {
    const { items, error } = await allOf(recorded('weekday.xml'));
    expect(error).toBeUndefined();
    expect(items).toEqual([
      {
        source: 'arxiv-rss',
        arxivId: '2601.00001',
        version: 1,
        title: 'Bounding $x < y$ with Tea & Biscuits',
        abstract: 'We drink tea while $x < y$ holds, and biscuits otherwise.',
        authors: ['Ada Löwe', 'Bo Chen, Jr.', 'The Tea and Biscuits Collaboration'],
        categories: ['cs.LG', 'stat.ML'],
        primaryCategory: 'cs.LG',
        license: 'http://creativecommons.org/licenses/by/4.0/',
        listedOn: TODAY,
        publishedAt: announcedAt,
      },
      expect.objectContaining({ arxivId: '2301.00002', listedOn: TODAY, authors: ['Cy Deer', 'Eve Fox'] }),
      expect.objectContaining({
        arxivId: '2511.00003',
        version: 3,
        updatedAt: announcedAt,
        doi: '10.1234/rain.3',
        journalRef: 'Journal of Weather 3 (2025) 1-9',
      }),
      expect.objectContaining({ arxivId: 'math/0611800', version: 2, updatedAt: announcedAt }),
      expect.objectContaining({ arxivId: '2601.00005', title: 'Barely There' }),
    ]);
  });

  test('replacements, cross-listed or not, are listed on no day', async () => {
    const { items } = await allOf(recorded('weekday.xml'));
    const days = Object.fromEntries(items.map((r) => [r.arxivId, r.listedOn]));
    expect(days).toMatchObject({ '2511.00003': undefined, 'math/0611800': undefined, '2301.00002': TODAY });
  });

  test('a cross-list of years ago is not dated to its announcement', async () => {
    const { items } = await allOf(recorded('weekday.xml'));
    const cross = items.find((r) => r.arxivId === '2301.00002');
    expect(cross).toMatchObject({ publishedAt: undefined, updatedAt: undefined });
  });

  test('an item with a title and a link alone says nothing more', async () => {
    const { items } = await allOf(recorded('weekday.xml'));
    expect(JSON.parse(JSON.stringify(items.at(-1)))).toEqual({
      source: 'arxiv-rss',
      arxivId: '2601.00005',
      title: 'Barely There',
      categories: [],
      listedOn: TODAY,
    });
  });

  test.for([1, 7, 1_000])('is the same in pieces of %d bytes', async (pieceBytes) => {
    const whole = await allOf(recorded('weekday.xml'));
    expect(await allOf(recorded('weekday.xml', { pieceBytes }))).toEqual(whole);
  });

  test('cut anywhere it gives a beginning of the whole, and an error', async () => {
    const whole = (await allOf(recorded('weekday.xml'))).items;
    for (const untilBytes of await cutsOf(import.meta.url, 'weekday.xml')) {
      const { items, error } = await allOf(recorded('weekday.xml', { untilBytes }));
      expect(error, `cut after ${untilBytes} bytes`).toBeDefined();
      expect(items).toEqual(whole.slice(0, items.length));
    }
  });
});

test('a feed that is read after its day still lists its papers on that day', async () => {
  const late = parseArxivRss(readRecorded(import.meta.url, 'weekday.xml'), '2026-01-19');
  const { items } = await allOf(late);
  expect(items.filter((r) => r.listedOn).map((r) => r.listedOn)).toEqual([TODAY, TODAY, '2026-01-19']);
  // The last item names no day of its own.
  expect(items.at(-1)).toMatchObject({ title: 'Barely There', listedOn: '2026-01-19' });
});

test('a week-end’s feed is empty and no error', async () => {
  expect(await allOf(recorded('weekend.xml'))).toEqual({ items: [] });
});

test('the feed that stands for an error is one, and quotes its title', async () => {
  const { items, error } = await allOf(recorded('feed-error.xml'));
  expect(items).toEqual([]);
  expect(error).toBeInstanceOf(ArxivRssError);
  expect(error?.message).toContain('Feed error for query: cs.XX');
});

test('a paper that is called "Feed error" is a paper', async () => {
  const feed = `<rss><channel><title>cs.LG updates on arXiv.org</title><item><title>Feed error in the wild</title>
<link>https://arxiv.org/abs/2601.00007</link></item></channel></rss>`;
  expect((await allOf(parseArxivRss(piecesOf(feed), TODAY))).items).toMatchObject([
    { title: 'Feed error in the wild' },
  ]);
});
