import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { loadFeed } from './load.ts';
import { onEachStore, type TestSite } from './testing.ts';
import { trendingScore } from './trending.ts';

const TODAY = '2025-12-30';

describe('the trending score', () => {
  test('is the published formula, with each term as it counts', () => {
    // log₂ 64 + ½·log₂ 16 + log₂ 4 = 6 + 2 + 2 = 10, halved by seven days.
    expect(trendingScore({ votes: 63, comments: 15, starsPerDay: 3, day: '2025-12-23' }, TODAY)).toEqual({
      value: 5,
      terms: [
        { name: 'votes', value: 63, points: 6 },
        { name: 'comments', value: 15, points: 2 },
        { name: 'stars per day', value: 3, points: 2 },
        { name: 'age in days', value: 7, points: -5 },
      ],
      absent: [],
    });
  });

  test('names a term that nobody has measured as absent, which is not a measured nought', () => {
    const facts = { votes: 3, comments: 0, day: TODAY };
    expect(trendingScore(facts, TODAY).absent).toEqual(['stars per day']);
    expect(trendingScore(facts, TODAY).terms.map((t) => t.name)).not.toContain('stars per day');
    const measured = trendingScore({ ...facts, starsPerDay: 0 }, TODAY);
    expect(measured.absent).toEqual([]);
    expect(measured.terms).toContainEqual({ name: 'stars per day', value: 0, points: 0 });
  });

  test('is the sum of its terms, grows with each count and falls with age', () => {
    const count = fc.integer({ min: 0, max: 1e6 });
    const age = fc.integer({ min: 0, max: 60 });
    fc.assert(
      fc.property(
        count,
        count,
        fc.option(fc.double({ min: -50, max: 1e4, noNaN: true })),
        age,
        (votes, comments, s, a) => {
          const day = new Date(Date.parse(TODAY) - a * 86_400_000).toISOString().slice(0, 10);
          const facts = { votes, comments, starsPerDay: s ?? undefined, day };
          const score = trendingScore(facts, TODAY);
          expect(score.terms.reduce((sum, t) => sum + t.points, 0)).toBeCloseTo(score.value, 9);
          expect(score.value).toBeGreaterThanOrEqual(0);
          expect(trendingScore({ ...facts, votes: votes + 1 }, TODAY).value).toBeGreaterThan(score.value);
          const older = new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10);
          expect(trendingScore({ ...facts, day: older }, TODAY).value).toBeLessThanOrEqual(score.value);
        },
      ),
    );
  });
});

/**
 * Ten papers, ranks worked out by hand on 30 December: (votes + ½ comments + stars per day, as logarithms) × age.
 * Two more do not trend: one that nobody noticed, one whose edition is 43 days old.
 */
const PAPERS: {
  id: string;
  day: string;
  votes: number;
  comments: number;
  starsPerDay?: number;
  rank?: number;
  score?: number;
}[] = [
  { id: '2512.00001', day: '2025-12-30', votes: 255, comments: 0, rank: 2, score: 8 }, // 8
  { id: '2512.00002', day: '2025-12-23', votes: 1023, comments: 63, starsPerDay: 7, rank: 3, score: 8 }, // (10+3+3)/2; came later
  { id: '2512.00003', day: '2025-12-30', votes: 63, comments: 15, starsPerDay: 3, rank: 1, score: 10 }, // 6+2+2
  { id: '2512.00004', day: '2025-12-16', votes: 127, comments: 3, rank: 7, score: 2 }, // (7+1)/4
  { id: '2512.00005', day: '2025-12-30', votes: 0, comments: 0, starsPerDay: 31, rank: 4, score: 5 }, // 5
  { id: '2512.00006', day: '2025-12-02', votes: 4095, comments: 255, starsPerDay: 0, rank: 9, score: 1 }, // (12+4+0)/16
  { id: '2512.00007', day: '2025-12-30', votes: 7, comments: 0, rank: 5, score: 3 }, // 3
  { id: '2512.00008', day: '2025-12-23', votes: 1, comments: 0, rank: 10, score: 0.5 }, // 1/2
  { id: '2512.00009', day: '2025-12-30', votes: 3, comments: 1, rank: 6, score: 2.5 }, // 2+½
  { id: '2512.00010', day: '2025-12-23', votes: 15, comments: 0, rank: 8, score: 2 }, // 4/2; came later than 00004
  { id: '2512.00011', day: '2025-12-30', votes: 0, comments: 0 },
  { id: '2512.00012', day: '2025-11-17', votes: 1_048_575, comments: 0 },
];

onEachStore('the trending list', (opened) => {
  let site: TestSite;
  beforeEach(async () => {
    site = opened();
    await site.add(
      PAPERS.map(({ id, day, votes, comments, starsPerDay }) => ({
        arxivId: id,
        listedOn: day,
        categories: ['cs.LG'],
        feature: { day, by: 'source' as const },
        repository: starsPerDay === undefined ? undefined : `lab/p${id.slice(-2)}`,
        counts: [{ votes, comments, asOf: Date.parse(day) }],
      })),
    );
    for (const { id, starsPerDay } of PAPERS) {
      if (starsPerDay === undefined) continue;
      await site.database.db
        .updateTable('repository')
        .set({ stars_per_day: starsPerDay })
        .where('name', '=', `lab/p${id.slice(-2)}`)
        .execute();
    }
  });

  const query = { window: { kind: 'all' as const }, order: 'trending' as const, filters: {} };

  test('ranks ten papers as worked out by hand', async () => {
    const feed = await loadFeed(site, query);
    const expected = PAPERS.filter((p) => p.rank !== undefined).sort((a, b) => (a.rank as number) - (b.rank as number));
    expect(feed.entries.map((e) => [e.rank, e.key, e.score?.value])).toEqual(
      expected.map((p) => [p.rank, p.id, p.score]),
    );
    expect(feed.total).toBe(10);
  });

  test('shows the terms behind each rank', async () => {
    const feed = await loadFeed(site, query);
    const [first, second] = feed.entries;
    expect(first.score).toEqual({
      value: 10,
      terms: [
        { name: 'votes', value: 63, points: 6 },
        { name: 'comments', value: 15, points: 2 },
        { name: 'stars per day', value: 3, points: 2 },
        { name: 'age in days', value: 0, points: 0 },
      ],
      absent: [],
    });
    expect(second.score?.absent).toEqual(['stars per day']);
  });

  test('counts ages from the newest day known, so a site that was away shows what trended when it left', async () => {
    const before = await loadFeed(site, query);
    site.setNow(Date.parse('2026-03-01T12:00:00Z'));
    const after = await loadFeed(site, query);
    expect(after.entries.map((e) => [e.key, e.score])).toEqual(before.entries.map((e) => [e.key, e.score]));
  });

  test('of a week ranks that week’s papers alone', async () => {
    const feed = await loadFeed(site, { ...query, window: { kind: 'week', week: '2025-W52' } });
    expect(feed.entries.map((e) => e.key)).toEqual(['2512.00002', '2512.00010', '2512.00008']);
  });

  test('keeps to its filters', async () => {
    const feed = await loadFeed(site, { ...query, filters: { hasCode: true } });
    expect(feed.entries.map((e) => e.key)).toEqual(['2512.00003', '2512.00002', '2512.00005', '2512.00006']);
    expect(feed.address).toBe('/papers/trending?has=code');
  });
});
