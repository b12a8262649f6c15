import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { PaperRecord } from '../papers/index.ts';
import { setVote } from '../votes/index.ts';
import { closeDueEditions } from './close.ts';
import { CursorError, writeCursor } from './cursor.ts';
import { loadFeed } from './load.ts';
import { featuredOn, numbered, onEachStore, type TestSite } from './testing.ts';
import type { Feed, FeedEntry, FeedQuery } from './types.ts';

const DAY = '2025-12-30';
const all = (order: FeedQuery['order'], filters: FeedQuery['filters'] = {}): FeedQuery => ({
  window: { kind: 'all' },
  order,
  filters,
});
const within = (window: FeedQuery['window'], order: FeedQuery['order'] = 'top'): FeedQuery => ({
  window,
  order,
  filters: {},
});

/** Reads a list to its end, doing something between two pages. */
async function readAll(
  site: TestSite,
  query: FeedQuery,
  limit: number,
  between: (page: Feed) => Promise<unknown> = async () => undefined,
): Promise<FeedEntry[]> {
  const entries: FeedEntry[] = [];
  let cursor: string | undefined;
  do {
    const page = await loadFeed(site, query, { limit, cursor });
    expect(page.entries.length).toBeLessThanOrEqual(limit);
    // Only the last page may be short: a client that stops at a short one must not miss any.
    if (page.nextCursor) expect(page.entries.length).toBe(limit);
    entries.push(...page.entries);
    cursor = page.nextCursor;
    await between(page);
  } while (cursor);
  return entries;
}

const keysOf = (entries: FeedEntry[]) => entries.map((entry) => entry.key);
const sorted = (keys: string[]) => [...keys].sort();

onEachStore('paging', (opened) => {
  let site: TestSite;
  /** 37 papers over three days, two of them featuring, with few different votes, so that ties abound. */
  const papers: Partial<PaperRecord>[] = [
    ...featuredOn('2025-12-26', [3, 0, 3, 1, 0, 0, 2, 3, 0, 1, 1]),
    ...featuredOn(DAY, [0, 2, 2, 0, 1, 5, 0, 2, 1, 0, 0, 5, 2, 2, 0], { first: 12 }),
    ...Array.from({ length: 11 }, (_, i) => ({
      arxivId: numbered(27 + i),
      listedOn: '2025-12-29',
      categories: ['cs.LG'],
      counts: [{ votes: i % 3, asOf: 1 }],
    })),
  ];
  beforeEach(async () => {
    site = opened();
    await site.add(papers);
    await closeDueEditions(site);
  });

  const lists: { name: string; query: FeedQuery; size: number; asShown?: boolean }[] = [
    { name: 'the newest edition', query: within({ kind: 'latest' }), size: 15 },
    { name: 'a closed edition', query: within({ kind: 'day', day: '2025-12-26' }), size: 11 },
    { name: 'a closed edition, newest first', query: within({ kind: 'day', day: '2025-12-26' }, 'newest'), size: 11 },
    { name: 'an open edition', query: within({ kind: 'day', day: DAY }), size: 15 },
    { name: 'an open edition, newest first', query: within({ kind: 'day', day: DAY }, 'newest'), size: 15 },
    { name: 'an unpicked day', query: within({ kind: 'day', day: '2025-12-29' }), size: 11 },
    { name: 'a week', query: within({ kind: 'week', week: '2026-W01' }), size: 15 },
    { name: 'a month', query: within({ kind: 'month', month: '2025-12' }), size: 26 },
    { name: 'a range', query: within({ kind: 'range', from: '2025-12-26', until: DAY }), size: 26 },
    { name: 'an unpicked range', query: within({ kind: 'range', from: '2025-12-27', until: '2025-12-29' }), size: 11 },
    { name: 'a month, newest first', query: within({ kind: 'month', month: '2025-12' }, 'newest'), size: 26 },
    { name: 'everything', query: all('newest'), size: 37 },
    { name: 'a category', query: all('newest', { category: 'cs.LG' }), size: 37 },
    // Fourteen of the 37 have no vote at all, so they do not trend.
    { name: 'what trends', query: all('trending'), size: 23 },
    { name: 'what trends in a month', query: within({ kind: 'month', month: '2025-12' }, 'trending'), size: 16 },
  ];

  test.each(lists)('pages partition $name, whatever their size', async ({ query, size }) => {
    const whole = await loadFeed(site, query, { limit: 100 });
    expect(whole.entries).toHaveLength(size);
    expect(new Set(keysOf(whole.entries)).size).toBe(size);
    expect(whole.nextCursor).toBeUndefined();
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 40 }), async (limit) => {
        const entries = await readAll(site, query, limit);
        expect(keysOf(entries)).toEqual(keysOf(whole.entries));
        expect(entries.map((e) => e.rank)).toEqual(whole.entries.map((_, i) => i + 1));
      }),
      { numRuns: 10 },
    );
  });

  test('lists by votes are in order, and equal ones in the order in which they came', async () => {
    const { entries } = await loadFeed(site, within({ kind: 'month', month: '2025-12' }), { limit: 100 });
    const expected = [...entries].sort((a, b) => b.votes - a.votes || a.id - b.id);
    expect(keysOf(entries)).toEqual(keysOf(expected));
  });

  test.each(lists)('votes cast between two pages neither repeat nor drop a paper of $name', async ({ query, size }) => {
    const readers = [await site.addReader('Ada'), await site.addReader('Grace')];
    const whole = keysOf((await loadFeed(site, query, { limit: 100 })).entries);
    const vote = fc.record({
      reader: fc.constantFrom(...readers),
      paper: fc.integer({ min: 1, max: 37 }),
      on: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: 9 }),
        fc.array(fc.array(vote, { maxLength: 4 }), { minLength: 1, maxLength: 12 }),
        async (limit, votes) => {
          const before = keysOf((await loadFeed(site, query, { limit: 100 })).entries);
          let turn = 0;
          const entries = await readAll(site, query, limit, async () => {
            for (const v of votes[turn++ % votes.length]) {
              await setVote(site, { readerId: v.reader, paperKey: numbered(v.paper), on: v.on });
            }
          });
          expect(keysOf(entries)).toEqual(before);
          // What trends has whatever has a vote, so its length moves from run to run.
          if (query.order !== 'trending') expect(sorted(keysOf(entries))).toEqual(sorted(whole));
        },
      ),
      { numRuns: 4 },
    );
    expect(whole).toHaveLength(size);
  });

  test('counts that a source reports anew between two pages neither repeat nor drop a paper', async () => {
    let asOf = Date.parse(DAY) + 1;
    for (const query of [within({ kind: 'day', day: DAY }), within({ kind: 'month', month: '2025-12' })]) {
      const whole = keysOf((await loadFeed(site, query, { limit: 100 })).entries);
      const entries = await readAll(site, query, 4, async (page) => {
        asOf += 1;
        const [first] = page.entries;
        await site.add([
          { arxivId: first.key, counts: [{ votes: 0, asOf }] },
          { arxivId: whole[whole.length - 1], counts: [{ votes: 500, asOf }] },
        ]);
      });
      expect(sorted(keysOf(entries))).toEqual(sorted(whole));
    }
  });

  test('a paper that comes between two pages of the newest moves none of the others', async () => {
    let next = 100;
    const entries = await readAll(site, all('newest'), 5, () =>
      site.add([{ arxivId: numbered(next++), listedOn: DAY, categories: ['cs.LG'] }]),
    );
    expect(entries).toHaveLength(37);
    expect(new Set(keysOf(entries)).size).toBe(37);
  });

  test('a list longer than a cursor can name is read to its end, in addresses of a usable length', async () => {
    const many = Array.from({ length: 1_300 }, (_, i) => ({
      arxivId: `2511.${String(i + 1).padStart(5, '0')}`,
      listedOn: '2025-11-20',
      categories: ['cs.LG'],
      counts: [{ votes: i % 4, asOf: 1 }],
    }));
    await site.add(many);
    const reader = await site.addReader('Ada');
    for (const order of ['top', 'trending'] as const) {
      const query = within({ kind: 'month', month: '2025-11' }, order);
      const before = keysOf(await readAll(site, query, 500));
      let turn = 0;
      const entries = await readAll(site, query, 90, async (page) => {
        // Nginx takes 8 kB for a whole request line, unless told otherwise.
        expect(page.nextCursor?.length ?? 0).toBeLessThan(7_000);
        turn += 1;
        await setVote(site, { readerId: reader, paperKey: before[before.length - turn], on: true });
        await setVote(site, { readerId: reader, paperKey: before[turn], on: turn % 2 === 0 });
      });
      expect(keysOf(entries)).toEqual(before);
    }
  });

  describe('a cursor that this list did not give out', () => {
    const encoded = (text: string) => Buffer.from(text).toString('base64url');
    const named = Array.from({ length: 501 }, (_, i) => i);
    const foreign = [
      { what: 'no base64', cursor: '%00' },
      { what: 'no JSON', cursor: encoded('[1') },
      { what: 'no object', cursor: encoded('null') },
      { what: 'far too long', cursor: 'a'.repeat(20_000) },
      { what: 'a negative place', cursor: encoded('{"k":"n","after":-1}') },
      { what: 'a place beyond all lists', cursor: encoded('{"k":"n","after":1e99}') },
      { what: 'a day that is none', cursor: encoded('{"k":"l","day":"\\u0000","id":1,"shown":1}') },
      { what: 'a value that is none', cursor: encoded('{"k":"r","upTo":0,"value":null,"id":1,"shown":1}') },
      { what: 'too many names', cursor: writeCursor({ k: 'r', upTo: 0, value: 1, id: 1, shown: 1, ids: named }) },
    ];
    test.each(foreign)('is refused: $what', async ({ cursor }) => {
      for (const { query } of lists) {
        await expect(loadFeed(site, query, { cursor, limit: 5 })).rejects.toThrow(CursorError);
      }
    });

    test('is refused when it is another kind of list’s', async () => {
      const newest = await loadFeed(site, all('newest'), { limit: 5 });
      await expect(
        loadFeed(site, within({ kind: 'day', day: DAY }), { limit: 5, cursor: newest.nextCursor }),
      ).rejects.toThrow('leave it off to start from the first page');
    });

    test('whatever it holds, the answer is a page or a refusal', async () => {
      const value = fc.oneof(fc.integer(), fc.double(), fc.string(), fc.constant('2025-12-30'), fc.constant(null));
      const forged = fc.record(
        {
          k: fc.constantFrom('n', 'l', 'r'),
          after: value,
          day: value,
          id: value,
          shown: value,
          upTo: value,
          value,
          ids: fc.array(fc.oneof(fc.nat(), value), { maxLength: 4 }),
        },
        { requiredKeys: ['k'] },
      );
      await fc.assert(
        fc.asyncProperty(forged, fc.constantFrom(...lists), async (content, { query }) => {
          const cursor = Buffer.from(JSON.stringify(content)).toString('base64url');
          const page = await loadFeed(site, query, { cursor, limit: 5 }).catch((error) => error);
          if (page instanceof Error) expect(page).toBeInstanceOf(CursorError);
        }),
        { numRuns: 150 },
      );
    });
  });
});
