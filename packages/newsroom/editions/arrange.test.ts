import { beforeEach, expect, test } from 'vitest';
import { readAudit } from '../audit/index.ts';
import { setVote } from '../votes/index.ts';
import { arrangeEdition, arrangementOf, MAX_PINNED, openDays } from './arrange.ts';
import { closeDueEditions } from './close.ts';
import { loadFeed } from './load.ts';
import { featuredOn, numbered, onEachStore, type TestSite } from './testing.ts';

const DAY = '2025-12-30';
const NOON_AFTER = Date.parse('2025-12-31T17:00:00Z');

onEachStore('arranging an edition', (opened) => {
  let site: TestSite;
  let actorId: number;
  beforeEach(async () => {
    site = opened();
    await site.add(featuredOn(DAY, [50, 40, 30, 20, 10]));
    actorId = await site.addReader('Ed');
  });
  const feed = (options = {}) =>
    loadFeed(site, { window: { kind: 'day', day: DAY }, order: 'top', filters: {} }, options);
  const order = async () => (await feed()).entries.map((entry) => Number(entry.key.slice(-5)));
  const arrange = (first: number[], instead: number[] = []) =>
    arrangeEdition(site, { actorId, day: DAY, first: first.map(numbered), instead: instead.map(numbered) });

  test('puts papers first in the order that the editor gave; the others follow by votes', async () => {
    expect(await arrange([5, 3])).toBeUndefined();
    const { entries } = await feed();
    expect(entries.map((e) => [e.rank, e.key, e.isPinned ?? false])).toEqual([
      [1, numbered(5), true],
      [2, numbered(3), true],
      [3, numbered(1), false],
      [4, numbered(2), false],
      [5, numbered(4), false],
    ]);
    const reader = await site.addReader('Ada');
    await setVote(site, { readerId: reader, paperKey: numbered(4), on: true });
    expect(await order()).toEqual([5, 3, 1, 2, 4]);
  });

  test('holds on every page of the list, however short the pages', async () => {
    await arrange([5, 4]);
    const keys: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await feed({ limit: 1, cursor });
      keys.push(...page.entries.map((entry) => entry.key));
      cursor = page.nextCursor;
    } while (cursor);
    expect(keys).toEqual([5, 4, 1, 2, 3].map(numbered));
  });

  test('orders the same day wherever it is asked for as one day, and no list of more', async () => {
    await site.add(featuredOn('2025-12-29', [45], { first: 6 }));
    await arrange([5]);
    const range = async (from: string) =>
      (await loadFeed(site, { window: { kind: 'range', from, until: DAY }, order: 'top', filters: {} })).entries.map(
        (e) => Number(e.key.slice(-5)),
      );
    expect(await range(DAY)).toEqual([5, 1, 2, 3, 4]);
    expect(await range('2025-12-29')).toEqual([1, 6, 2, 3, 4, 5]);
  });

  test('is taken back by the arrangement before, which the log keeps', async () => {
    await arrange([4, 2]);
    await arrange([2, 4, 1], [4, 2]);
    const { last, papers } = await arrangementOf(site, DAY);
    expect(last).toEqual({ by: 'Ed', at: site.now(), before: [numbered(4), numbered(2)] });
    expect(papers.filter((paper) => paper.isPinned).map((paper) => paper.key)).toEqual([2, 4, 1].map(numbered));
    expect(await arrange([4, 2], [2, 4, 1])).toBeUndefined();
    expect(await order()).toEqual([4, 2, 1, 3, 5]);
    const log = (await readAudit(site.database.db)).filter((entry) => entry.action === 'edition.arrange');
    expect(log.map((entry) => (entry.detail as { to: string[] }).to.length)).toEqual([2, 3, 2]);
  });

  test('of two editors who looked at the same time, the second is told to look again', async () => {
    expect(await arrange([5])).toBeUndefined();
    expect(await arrange([4])).toContain('Another editor');
    expect(await order()).toEqual([5, 1, 2, 3, 4]);
  });

  test('refuses papers of other editions, papers twice, and more than there may be', async () => {
    await site.add(featuredOn('2025-12-29', [1], { first: 6 }));
    const version = site.contentVersion();
    expect(await arrange([6])).toContain('is not in the edition');
    expect(await arrange([1, 1])).toContain('one place only');
    expect(await arrange(Array.from({ length: MAX_PINNED + 1 }, (_, i) => i + 1))).toContain(`At most ${MAX_PINNED}`);
    await site.contentChanged();
    expect(site.contentVersion()).toBe(version);
    expect(await order()).toEqual([1, 2, 3, 4, 5]);
  });

  test('is frozen when the edition closes, and cannot be changed from then on', async () => {
    await arrange([5]);
    expect(await openDays(site)).toEqual([DAY]);
    site.setNow(NOON_AFTER);
    await closeDueEditions(site);
    expect(await openDays(site)).toEqual([]);
    expect(await arrange([4], [5])).toContain('is closed');
    const frozen = await feed();
    expect(frozen.edition?.state).toBe('frozen');
    expect(frozen.entries.map((e) => [e.rank, Number(e.key.slice(-5)), e.isPinned ?? false])).toEqual([
      [1, 5, true],
      [2, 1, false],
      [3, 2, false],
      [4, 3, false],
      [5, 4, false],
    ]);
  });
});
