import { beforeEach, expect, test } from 'vitest';
import { setVote } from '../votes/index.ts';
import { loadFeed } from './load.ts';
import { featuredOn, numbered, onEachStore, type TestSite } from './testing.ts';
import type { FeedQuery } from './types.ts';

const DAY = '2025-12-30';
const dated = (day: string): FeedQuery => ({ window: { kind: 'day', day }, order: 'top', filters: {} });

onEachStore('a feed that many readers load', (opened) => {
  let site: TestSite;
  let ada: number;
  let grace: number;
  beforeEach(async () => {
    site = opened();
    await site.add(featuredOn(DAY, [30, 20, 10]));
    ada = await site.addReader('Ada');
    grace = await site.addReader('Grace');
  });
  const votedBy = async (readerId?: number) =>
    (await loadFeed(site, dated(DAY), { readerId })).entries.filter((entry) => entry.voted).map((entry) => entry.key);

  test('shows each reader their own votes, and nobody another one’s', async () => {
    await setVote(site, { readerId: ada, paperKey: numbered(1), on: true });
    await setVote(site, { readerId: grace, paperKey: numbered(2), on: true });
    expect(await votedBy(ada)).toEqual([numbered(1)]);
    expect(await votedBy(grace)).toEqual([numbered(2)]);
    expect(await votedBy()).toEqual([]);
    await setVote(site, { readerId: ada, paperKey: numbered(1), on: false });
    expect(await votedBy(ada)).toEqual([]);
  });

  test('is read from the store once, until something changes', async () => {
    const load = () => loadFeed(site, dated(DAY));
    const first = await load();
    expect((await load()).entries[0]).toBe(first.entries[0]);
    await setVote(site, { readerId: ada, paperKey: numbered(1), on: true });
    expect((await load()).entries[0]).toMatchObject({ key: numbered(1), votes: 31 });
    await site.add(featuredOn(DAY, [40], { first: 4 }));
    expect((await load()).entries.map((entry) => entry.votes)).toEqual([40, 31, 20, 10]);
  });

  test('is loaded anew when the day changes, though nothing else does', async () => {
    const notice = async () => (await loadFeed(site, dated('2025-12-31'))).notice;
    expect(await notice()).toContain('is still to come');
    site.setNow(Date.parse('2025-12-31T17:00:00Z'));
    expect(await notice()).toContain('have not arrived yet');
  });
});
