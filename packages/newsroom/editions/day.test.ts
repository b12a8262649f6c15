import { beforeEach, expect, test } from 'vitest';
import { closeDueEditions } from './close.ts';
import { loadFeed } from './load.ts';
import { newestEdition } from './newest.ts';
import { frontDay } from './newest-day.ts';
import { featuredOn, numbered, onEachStore, type TestSite } from './testing.ts';
import type { FeedQuery } from './types.ts';

const dated = (day: string, filters: FeedQuery['filters'] = {}): FeedQuery => ({
  window: { kind: 'day', day },
  order: 'top',
  filters,
});
const latest: FeedQuery = { window: { kind: 'latest' }, order: 'top', filters: {} };

onEachStore('the calendar of editions', (opened) => {
  let site: TestSite;
  beforeEach(() => {
    site = opened();
  });

  test('an empty site says what it waits for', async () => {
    const feed = await loadFeed(site, latest);
    expect(feed).toMatchObject({ title: 'Tuesday, 30 December 2025', address: '/', entries: [], total: 0 });
    expect((await loadFeed(site, dated('2025-12-30'))).notice).toBe(
      'Today’s papers have not arrived yet. There is no earlier edition.',
    );
  });

  test('the front page is the newest edition, not tomorrow’s', async () => {
    await site.add([
      ...featuredOn('2025-12-29', [1]),
      ...featuredOn('2025-12-31', [5], { first: 2 }),
      { arxivId: numbered(3), listedOn: '2025-12-30', categories: ['cs.LG'] },
    ]);
    expect(await frontDay(site)).toEqual({ day: '2025-12-29' });
    expect((await loadFeed(site, latest)).entries.map((e) => e.key)).toEqual([numbered(1)]);
    site.setNow(Date.parse('2025-12-31T17:00:00Z'));
    expect((await loadFeed(site, latest)).entries.map((e) => e.key)).toEqual([numbered(2)]);
  });

  test('when the curated list stays away for a whole papers-day, the newest papers are shown, and it is said so', async () => {
    await site.add([
      ...featuredOn('2025-12-26', [1]),
      { arxivId: numbered(2), listedOn: '2025-12-29', categories: ['cs.LG'] },
      { arxivId: numbered(3), listedOn: '2025-12-30', categories: ['cs.LG'] },
      // Gathered, but no category of this site: it makes no front page.
      { arxivId: numbered(4), listedOn: '2025-12-31', categories: ['hep-th'] },
    ]);
    // Monday's edition is open until noon of Tuesday: the list may still come.
    site.setNow(Date.parse('2025-12-30T16:59:59Z'));
    expect((await loadFeed(site, latest)).edition).toMatchObject({ day: '2025-12-26', number: 1 });
    site.setNow(Date.parse('2025-12-30T17:00:00Z'));
    const feed = await loadFeed(site, latest);
    expect(feed.entries.map((e) => e.key)).toEqual([numbered(3)]);
    expect(feed.edition).toMatchObject({ day: '2025-12-30', state: 'unpicked', number: undefined });
    expect(feed.notice).toContain('Nobody has picked');
    expect(feed.lastPicked).toEqual({ day: '2025-12-26', address: '/papers/date/2025-12-26' });
    expect(await newestEdition(site)).toMatchObject({ day: '2025-12-30', number: undefined, papers: 1 });
    // Once it is back, its edition is the front page again.
    await site.add(featuredOn('2025-12-30', [7], { first: 5 }));
    expect(await loadFeed(site, latest)).toMatchObject({
      edition: { day: '2025-12-30', number: 2 },
      entries: [{ key: numbered(5) }],
    });
  });

  test.each([
    ['2025-12-28', 'No batch on Sundays. Friday, 26 December 2025 is below.'],
    ['2025-12-27', 'No batch on Saturdays. Friday, 26 December 2025 is below.'],
    ['2025-12-29', 'Nothing was gathered on Monday, 29 December 2025. Friday, 26 December 2025 is below.'],
    ['2025-12-30', 'Today’s papers have not arrived yet. Friday, 26 December 2025 is below.'],
    ['2026-01-01', 'Thursday, 1 January 2026 is still to come. Friday, 26 December 2025 is below.'],
    ['2025-12-25', 'No batch on Christmas Day. Tuesday, 23 December 2025 is below.'],
  ])('%s has no batch: the nearest earlier one is shown, and it is said why', async (day, notice) => {
    await site.add([...featuredOn('2025-12-23', [1]), ...featuredOn('2025-12-26', [2], { first: 2 })]);
    const feed = await loadFeed(site, dated(day));
    expect(feed.notice).toBe(notice);
    expect(feed.entries).toHaveLength(1);
    const shown = day === '2025-12-25' ? '2025-12-23' : '2025-12-26';
    expect(feed.address).toBe(`/papers/date/${shown}`);
    expect(feed.edition?.day).toBe(shown);
  });

  test('a day before the first edition says that there is none', async () => {
    await site.add(featuredOn('2025-12-26', [2]));
    const feed = await loadFeed(site, dated('2020-01-02'));
    expect(feed.entries).toEqual([]);
    expect(feed.notice).toBe('Nothing was gathered on Thursday, 2 January 2020. There is no earlier edition.');
  });

  test('a day that nobody picked from shows its papers in the site’s categories, and says so', async () => {
    await site.add([
      ...featuredOn('2025-12-26', [2]),
      { arxivId: numbered(2), listedOn: '2025-12-29', categories: ['cs.LG', 'math.CO'] },
      { arxivId: numbered(3), listedOn: '2025-12-29', categories: ['math.CO'] },
      { arxivId: numbered(4), listedOn: '2025-12-29' },
    ]);
    const feed = await loadFeed(site, dated('2025-12-29'));
    expect(feed.entries.map((e) => e.key)).toEqual([numbered(2), numbered(4)]);
    expect(feed.edition?.state).toBe('unpicked');
    expect(feed.notice).toContain('Nobody has picked from this day yet');
    // Sunday's reader is led there, and still told that nobody has picked.
    site.setNow(Date.parse('2026-01-04T17:00:00Z'));
    const sunday = await loadFeed(site, dated('2026-01-04'));
    expect(sunday.notice).toMatch(/^No batch on Sundays\. Monday, 29 December 2025 is below\. Nobody has picked/);
  });

  test('a filter that lets nothing through leaves the day as it is', async () => {
    await site.add([...featuredOn('2025-12-26', [2]), ...featuredOn('2025-12-30', [1], { first: 2 })]);
    const feed = await loadFeed(site, dated('2025-12-30', { hasCode: true }));
    expect(feed.entries).toEqual([]);
    expect(feed.notice).toBeUndefined();
    expect(feed.address).toBe('/papers/date/2025-12-30?has=code');
  });

  test('an edition leads to its neighbours, over days without one', async () => {
    await site.add([
      ...featuredOn('2025-12-23', [1]),
      ...featuredOn('2025-12-26', [2], { first: 2 }),
      ...featuredOn('2025-12-30', [3], { first: 3 }),
    ]);
    const feed = await loadFeed(site, dated('2025-12-26'));
    expect([feed.previous, feed.next]).toEqual(['/papers/date/2025-12-23', '/papers/date/2025-12-30']);
    const first = await loadFeed(site, dated('2025-12-23'));
    expect([first.previous, first.next]).toEqual([undefined, '/papers/date/2025-12-26']);
  });

  test('filters show the papers with code, with an experiment and of a category, whatever the state', async () => {
    await site.add([
      ...featuredOn('2025-12-29', [4, 3, 2, 1]),
      { arxivId: numbered(1), repository: 'lab/one' },
      { source: 'arxiv-api', arxivId: numbered(2), experiment: 'connectivity', categories: ['cs.CL', 'cs.LG'] },
    ]);
    for (const now of ['2025-12-29T20:00:00Z', '2025-12-31T20:00:00Z']) {
      site.setNow(Date.parse(now));
      await closeDueEditions(site);
      const keys = async (filters: FeedQuery['filters']) =>
        (await loadFeed(site, dated('2025-12-29', filters))).entries.map((e) => [e.rank, e.key]);
      const isFrozen = now.startsWith('2025-12-31');
      expect(await keys({ hasCode: true })).toEqual([[1, numbered(1)]]);
      // The printed rank stays with the paper; an open list counts what it shows.
      expect(await keys({ hasExperiment: true })).toEqual([[isFrozen ? 2 : 1, numbered(2)]]);
      expect(await keys({ category: 'cs.CL' })).toEqual([[isFrozen ? 2 : 1, numbered(2)]]);
      expect(await keys({ category: 'cs.CL', hasCode: true })).toEqual([]);
    }
  });

  test('weeks and months lead to their neighbours, but not into the future', async () => {
    await site.add(featuredOn('2025-12-30', [1]));
    const at = (window: FeedQuery['window']) => loadFeed(site, { window, order: 'top', filters: {} });
    const week = await at({ kind: 'week', week: '2026-W01' });
    expect([week.title, week.previous, week.next]).toEqual(['Week 1 of 2026', '/papers/week/2025-W52', undefined]);
    const month = await at({ kind: 'month', month: '2025-11' });
    expect([month.title, month.previous, month.next]).toEqual([
      'November 2025',
      '/papers/month/2025-10',
      '/papers/month/2025-12',
    ]);
  });

  test('an update does not enter a feed as new: it keeps its day, and its votes', async () => {
    await site.add([...featuredOn('2025-12-26', [2]), ...featuredOn('2025-12-30', [1], { first: 2 })]);
    await site.add([{ ...featuredOn('2025-12-30', [2])[0], title: 'Version two', version: 2 }]);
    expect((await loadFeed(site, latest)).entries.map((e) => e.key)).toEqual([numbered(2)]);
    const newest = await loadFeed(site, { window: { kind: 'all' }, order: 'newest', filters: {} });
    expect(newest.entries.map((e) => [e.key, e.listedOn])).toEqual([
      [numbered(2), '2025-12-30'],
      [numbered(1), '2025-12-26'],
    ]);
  });

  test('the masthead counts what the newest edition has', async () => {
    await site.add([...featuredOn('2025-12-26', [2]), ...featuredOn('2025-12-30', [1, 1], { first: 2 })]);
    await site.add([{ arxivId: numbered(2), experiment: 'happy' }]);
    expect(await newestEdition(site)).toEqual({
      day: '2025-12-30',
      week: '2026-W01',
      title: 'Tuesday, 30 December 2025',
      number: 2,
      papers: 2,
      running: 1,
    });
  });
});
