import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { temporarySqlite } from '@broadsheet/database/testing';
import { beforeEach, expect, test } from 'vitest';
import { setVote } from '../votes/index.ts';
import { addDays, isPapersDay } from './calendar.ts';
import { closeDueEditions } from './close.ts';
import { loadFeed } from './load.ts';
import { featuredOn, numbered, onEachStore, openSite, type TestSite } from './testing.ts';
import type { FeedQuery } from './types.ts';

const DAY = '2025-12-30';
const dated = (day = DAY): FeedQuery => ({ window: { kind: 'day', day }, order: 'top', filters: {} });
const NOON_AFTER = Date.parse('2025-12-31T17:00:00Z');

onEachStore('closing editions', (opened) => {
  let site: TestSite;
  beforeEach(() => {
    site = opened();
  });

  test('an edition is open until noon of the next day, and frozen from then on', async () => {
    await site.add(featuredOn(DAY, [3, 1, 2]));
    site.setNow(NOON_AFTER - 1);
    expect(await closeDueEditions(site)).toEqual([]);
    expect((await loadFeed(site, dated())).edition?.state).toBe('open');
    site.setNow(NOON_AFTER);
    expect(await closeDueEditions(site)).toEqual([DAY]);
    const feed = await loadFeed(site, dated());
    expect(feed.edition).toMatchObject({ day: DAY, number: 1, state: 'frozen', closedAt: NOON_AFTER });
    expect(feed.entries.map((e) => [e.rank, e.key, e.votes])).toEqual([
      [1, numbered(1), 3],
      [2, numbered(3), 2],
      [3, numbered(2), 1],
    ]);
  });

  test('closing changes no order: the printed list is the one that was open a moment before', async () => {
    await site.add(featuredOn(DAY, [2, 9, 2, 0, 9, 2]));
    const open = await loadFeed(site, dated());
    site.setNow(NOON_AFTER);
    await closeDueEditions(site);
    const frozen = await loadFeed(site, dated());
    expect(frozen.entries.map((e) => [e.key, e.votes])).toEqual(open.entries.map((e) => [e.key, e.votes]));
    expect(frozen.total).toBe(6);
  });

  test('later votes count on the paper, not in a closed edition', async () => {
    await site.add(featuredOn(DAY, [2, 1]));
    const reader = await site.addReader('Ada');
    site.setNow(NOON_AFTER);
    await closeDueEditions(site);
    await setVote(site, { readerId: reader, paperKey: numbered(2), on: true });
    await site.add([{ arxivId: numbered(2), counts: [{ votes: 50, asOf: NOON_AFTER }] }]);
    const feed = await loadFeed(site, dated(), { readerId: reader });
    expect(feed.entries.map((e) => [e.key, e.votes, e.voted])).toEqual([
      [numbered(1), 2, false],
      [numbered(2), 1, true],
    ]);
    const newest = await loadFeed(site, { window: { kind: 'all' }, order: 'newest', filters: {} });
    expect(newest.entries.find((e) => e.key === numbered(2))?.votes).toBe(51);
  });

  test('a feature that comes after closing does not enter the edition', async () => {
    await site.add(featuredOn(DAY, [2, 1]));
    site.setNow(NOON_AFTER);
    await closeDueEditions(site);
    await site.add(featuredOn(DAY, [99], { first: 3 }));
    expect(await closeDueEditions(site)).toEqual([]);
    expect((await loadFeed(site, dated())).entries.map((e) => e.key)).toEqual([numbered(1), numbered(2)]);
  });

  test('a corrected title shows in a closed edition: order and counts are frozen, not words', async () => {
    await site.add(featuredOn(DAY, [2]));
    site.setNow(NOON_AFTER);
    await closeDueEditions(site);
    await site.add([{ source: 'arxiv-api', arxivId: numbered(1), title: 'A better title', version: 2 }]);
    expect((await loadFeed(site, dated())).entries[0].title).toBe('A better title');
  });

  test('numbers count the days that feature papers, from the first', async () => {
    await site.add([
      ...featuredOn('2025-12-26', [1]),
      ...featuredOn('2025-12-29', [1], { first: 2 }),
      ...featuredOn(DAY, [1], { first: 3 }),
    ]);
    site.setNow(Date.parse('2025-12-30T18:00:00Z'));
    expect(await closeDueEditions(site)).toEqual(['2025-12-26', '2025-12-29']);
    const numbers = [];
    for (const day of ['2025-12-26', '2025-12-29', DAY]) {
      const { edition } = await loadFeed(site, dated(day));
      numbers.push([edition?.number, edition?.state, edition?.previousDay, edition?.nextDay]);
    }
    expect(numbers).toEqual([
      [1, 'frozen', undefined, '2025-12-29'],
      [2, 'frozen', '2025-12-26', DAY],
      [3, 'open', '2025-12-29', undefined],
    ]);
  });

  test('a number is given once: days imported before closed or open ones take later numbers', async () => {
    await site.add([...featuredOn('2025-12-29', [1]), ...featuredOn(DAY, [1], { first: 2 })]);
    site.setNow(Date.parse('2025-12-30T18:00:00Z'));
    await closeDueEditions(site);
    const numberOf = async (day: string) => (await loadFeed(site, dated(day))).edition?.number;
    expect([await numberOf('2025-12-29'), await numberOf(DAY)]).toEqual([1, 2]);
    await site.add([...featuredOn('2025-12-24', [1], { first: 3 }), ...featuredOn('2025-12-23', [1], { first: 4 })]);
    await closeDueEditions(site);
    site.setNow(NOON_AFTER);
    await closeDueEditions(site);
    const days = ['2025-12-29', DAY, '2025-12-23', '2025-12-24'];
    expect(await Promise.all(days.map(numberOf))).toEqual([1, 2, 3, 4]);
  });

  test('closing twice, and several at once, freezes each day once', async () => {
    await site.add([...featuredOn('2025-12-26', [1, 2]), ...featuredOn('2025-12-29', [3, 4], { first: 3 })]);
    site.setNow(NOON_AFTER);
    const closed = await Promise.all([1, 2, 3, 4].map(() => closeDueEditions(site)));
    expect(closed.flat().sort()).toEqual(['2025-12-26', '2025-12-29']);
    expect(await closeDueEditions(site)).toEqual([]);
    const entries = await site.database.db.selectFrom('edition_entry').selectAll().execute();
    expect(entries).toHaveLength(4);
  });

  test('closing moves the content version, and finding nothing to close does not', async () => {
    await site.add(featuredOn(DAY, [1]));
    await site.contentChanged();
    const before = site.contentVersion();
    await closeDueEditions(site);
    expect(site.contentVersion()).toBe(before);
    site.setNow(NOON_AFTER);
    await closeDueEditions(site);
    expect(site.contentVersion()).toBeGreaterThan(before);
  });

  test('two years of past days close at once, each with its own ranks from one', async () => {
    const days: string[] = [];
    for (let day = DAY; days.length < 479; day = addDays(day, -1)) if (isPapersDay(day)) days.unshift(day);
    await site.add(days.flatMap((day, index) => featuredOn(day, [5, 7, 6], { first: index * 3 + 1 })));
    site.setNow(NOON_AFTER);
    expect(await closeDueEditions(site)).toEqual(days);
    const last = await loadFeed(site, dated());
    expect(last.edition?.number).toBe(479);
    expect(last.entries.map((e) => [e.rank, e.votes])).toEqual([
      [1, 7],
      [2, 6],
      [3, 5],
    ]);
  });
});

test('processes that close one SQLite file at once freeze each day once', async () => {
  const database = await temporarySqlite();
  const site = await openSite(async () => database);
  try {
    await site.add([...featuredOn('2025-12-26', [1, 2]), ...featuredOn('2025-12-29', [3, 4], { first: 3 })]);
    const program = `
      import { openDatabase } from '@broadsheet/database';
      import { closeDueEditions } from './close.ts';
      import { hostOn } from '../testing/host.ts';
      const site = await hostOn(openDatabase({ dataDir: process.argv[1] }), { at: ${NOON_AFTER} });
      process.stdout.write(JSON.stringify(await closeDueEditions(site)));
      await site.close();
      await site.database.close();`;
    const run = promisify(execFile);
    const closed = await Promise.all(
      [1, 2, 3].map(async () => {
        const args = ['--input-type=module-typescript', '-e', program, database.dir];
        const { stdout } = await run(process.execPath, args, { cwd: import.meta.dirname });
        return JSON.parse(stdout) as string[];
      }),
    );
    expect(closed.flat().sort()).toEqual(['2025-12-26', '2025-12-29']);
    const entries = await database.db.selectFrom('edition_entry').selectAll().execute();
    expect(entries).toHaveLength(4);
  } finally {
    await site.dispose();
  }
});
