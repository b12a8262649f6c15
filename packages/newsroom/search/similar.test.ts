import { beforeEach, describe, expect, test } from 'vitest';
import { CursorError, renderings } from '../editions/index.ts';
import { numbered, onEachStore, type TestSite } from '../editions/testing.ts';
import type { FeedQuery } from '../editions/types.ts';
import { seedTopics } from '../topics/testing/seed-topics.ts';
import { loadSearchOrFeed, readySiteIndex, resolveAddress, similarPapers } from './index.ts';

const likeFirst = (more: Partial<FeedQuery> = {}): FeedQuery => ({
  window: { kind: 'all' },
  order: 'top',
  filters: { similarTo: numbered(1) },
  ...more,
});

onEachStore('similar papers', (opened) => {
  let site: TestSite;
  beforeEach(async () => {
    site = opened();
    await site.add([
      { arxivId: numbered(1), title: 'Folding graphs with random walks', authors: ['Ada Löwe', 'Bo Chen'] },
      { arxivId: numbered(2), title: 'Random walks on large graphs', authors: ['C. D.'], repository: 'lab/walks' },
      { arxivId: numbered(3), title: 'Tidal locking of moons', authors: ['Ada Löwe'], listedOn: '2025-12-29' },
      { arxivId: numbered(4), title: 'Quasicrystals at home', authors: ['E. F.'] },
      ...Array.from({ length: 70 }, (_, i) => ({
        arxivId: numbered(100 + i),
        title: `Rivers, told for the ${i}th time`,
        authors: ['Bo Chen'],
      })),
    ]);
  });

  const first = { id: 0, title: 'Folding graphs with random walks', abstract: undefined, keywords: [] };

  test('share telling words with a paper, name them, and leave the paper itself out', async () => {
    expect(await similarPapers(site, first)).toEqual([]);
    await readySiteIndex(site);
    const [itself, second] = await similarPapers(site, first);
    expect(itself.key).toBe(numbered(1));
    expect(second.sharedWords).toEqual(expect.arrayContaining(['graphs', 'random', 'walks']));
    const others = await similarPapers(site, { ...first, id: itself.id });
    expect(others.map((p) => p.key)).not.toContain(numbered(1));
  });

  test('a paper of the same person is similar though it shares no word; a name that very many bear says nothing', async () => {
    await readySiteIndex(site);
    const { entries } = await loadSearchOrFeed(site, likeFirst());
    const whyOf = new Map(entries.map((e) => [e.key, e.why]));
    expect(entries[0].key).toBe(numbered(2));
    expect(whyOf.get(numbered(3))).toMatch(/^written by Ada Löwe too/);
    for (const why of whyOf.values()) expect(why).not.toContain('Bo Chen');
  });

  test('a paper of the same topic says so', async () => {
    await readySiteIndex(site);
    expect((await loadSearchOrFeed(site, likeFirst())).entries[0].why).not.toContain('topic');
    await seedTopics(site, { topics: 1, papersEach: 4 });
    await site.contentChanged();
    await readySiteIndex(site);
    const [second] = (await loadSearchOrFeed(site, likeFirst())).entries;
    expect(second.key).toBe(numbered(2));
    expect(second.why).toContain('of the topic “Video diffusion” too');
  });

  describe('as a feed', () => {
    test('have the paper’s title, and are rendered in every way', async () => {
      await readySiteIndex(site);
      const feed = await loadSearchOrFeed(site, likeFirst());
      expect(feed.title).toBe('Similar to “Folding graphs with random walks”');
      expect(feed.address).toBe(`/papers/${numbered(1)}/similar`);
      for (const { suffix, render } of renderings) {
        const asked = await resolveAddress(site, `${feed.address}.${suffix}`, new URLSearchParams());
        expect(asked).toMatchObject({ kind: 'feed', suffix });
        const body = render(feed, { siteName: 'Test', baseUrl: 'http://test', now: 0 });
        expect(body).toContain('Random walks on large graphs');
      }
    });

    test('are narrowed, ordered and paged', async () => {
      await readySiteIndex(site);
      const keys = async (query: FeedQuery, cursor?: string) => {
        const feed = await loadSearchOrFeed(site, query, { limit: 1, cursor });
        return { keys: feed.entries.map((e) => e.key), next: feed.nextCursor };
      };
      const narrowed = likeFirst({ filters: { similarTo: numbered(1), hasCode: true } });
      expect((await keys(narrowed)).keys).toEqual([numbered(2)]);
      const one = await keys(likeFirst());
      const two = await keys(likeFirst(), one.next);
      expect(two.keys).not.toEqual(one.keys);
      const all = await loadSearchOrFeed(site, likeFirst({ order: 'newest' }), { limit: 100 });
      const days = all.entries.map((e) => e.listedOn);
      expect(days).toEqual([...days].sort().reverse());
      await expect(keys(likeFirst(), 'x')).rejects.toThrow(CursorError);
    });

    test('say so while the index is being built', async () => {
      const feed = await loadSearchOrFeed(site, likeFirst());
      expect(feed.entries).toEqual([]);
      expect(feed.notes?.[0]).toContain('being built');
    });

    test('are there as long as the paper is, and go where it goes', async () => {
      const at = (address: string) => resolveAddress(site, address, new URLSearchParams());
      expect(await at('/papers/2599.00001/similar')).toBeUndefined();
      await site.add([{ doi: '10.1000/fold', title: 'A talk on folding', authors: ['G. H.'], publishedAt: 0 }]);
      const { short_id } = await site.database.db
        .selectFrom('paper')
        .select('short_id')
        .where('doi', '=', '10.1000/fold')
        .executeTakeFirstOrThrow();
      expect(await at(`/papers/${short_id}/similar`)).toMatchObject({ kind: 'feed' });
      const united = { source: 'arxiv-api', arxivId: numbered(1), doi: '10.1000/fold', title: 'A talk on folding' };
      await site.add([united]);
      expect(await at(`/papers/${short_id}/similar.rss`)).toEqual({
        kind: 'redirect',
        to: `/papers/${numbered(1)}/similar.rss`,
      });
    });
  });
});
