import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadSearchOrFeed, readySiteIndex, resolveAddress, saveSearch } from '../search/index.ts';
import { hideTopic, mergeTopics, undoTopicAction } from '../topics/index.ts';
import { seedTopics } from '../topics/testing/seed-topics.ts';
import { type FeedQuery, loadFeed } from './index.ts';
import { featuredOn, onEachStore, type TestSite } from './testing.ts';

const DAY = '2025-12-29';

onEachStore('topics in lists', (site) => {
  let here: TestSite;
  let papersOf: number[][];
  let editor: number;
  beforeEach(async () => {
    here = site();
    const papers = featuredOn(
      DAY,
      Array.from({ length: 14 }, (_, i) => 20 - i),
    );
    await here.add(papers.map((paper) => ({ ...paper, title: `A paper on graphs, ${paper.arxivId}` })));
    ({ paperIds: papersOf } = await seedTopics(here, { topics: 3, papersEach: 4 }));
    editor = await here.addReader('Ada');
  });

  // The index follows what a test did last; its thread must be done before the store goes.
  afterEach(() => readySiteIndex(here));

  const idsOf = async (query: FeedQuery) => (await loadFeed(here, query, { limit: 100 })).entries.map((e) => e.id);
  const of = (topic: number, order: FeedQuery['order'] = 'newest'): FeedQuery => ({
    window: { kind: 'all' },
    order,
    filters: { topic },
  });
  const sorted = (ids: number[]) => [...ids].sort((a, b) => a - b);
  const at = (address: string) => {
    const url = new URL(address, 'http://here');
    return resolveAddress(here, url.pathname, url.searchParams);
  };

  test('a topic is a feed of its papers in every order, and pages partition it', async () => {
    for (const order of ['newest', 'top', 'trending'] as const)
      expect(sorted(await idsOf(of(2, order))), order).toEqual(sorted(papersOf[1]));
    const first = await loadFeed(here, of(2), { limit: 3 });
    expect(first).toMatchObject({ title: 'Code agents', address: '/topics/2' });
    const second = await loadFeed(here, of(2), { limit: 3, cursor: first.nextCursor });
    expect(sorted([...first.entries, ...second.entries].map((e) => e.id))).toEqual(sorted(papersOf[1]));
  });

  test('any list is narrowed to a topic, and its papers say which they are of', async () => {
    const day: FeedQuery = { window: { kind: 'day', day: DAY }, order: 'top', filters: {} };
    const { entries } = await loadFeed(here, day, { limit: 100 });
    expect(entries.map((e) => e.topic?.name)).toEqual([
      ...Array.from({ length: 4 }, () => 'Video diffusion'),
      ...Array.from({ length: 4 }, () => 'Code agents'),
      ...Array.from({ length: 4 }, () => 'Protein design'),
      undefined,
      undefined,
    ]);
    expect(await idsOf({ ...day, filters: { topic: 3 } })).toEqual(papersOf[2]);
    expect((await loadFeed(here, { ...day, filters: { topic: 3 } })).address).toBe(`/papers/date/${DAY}?topic=3`);
  });

  test('what was merged goes on under the old number, and comes apart again when it is undone', async () => {
    await readySiteIndex(here);
    const saved = await saveSearch(here, { readerId: editor, name: 'Mine', query: 'q=graphs&topic=1' });
    const address = 'saved' in saved ? saved.saved.address : '';
    const merged = await mergeTopics(here, { topicId: 1, into: 3, readerId: editor });
    const both = sorted([...papersOf[0], ...papersOf[2]]);
    expect(sorted(await idsOf(of(1)))).toEqual(both);
    expect(await at('/topics/1.rss?has=code')).toEqual({ kind: 'redirect', to: '/topics/3.rss?has=code' });
    expect(await at('/topics/3.rss')).toMatchObject({ kind: 'feed', suffix: 'rss', query: of(3) });
    const found = await at(address);
    if (found?.kind !== 'feed') throw new Error('the saved search is gone');
    expect(sorted((await loadSearchOrFeed(here, found.query)).entries.map((e) => e.id))).toEqual(both);
    await undoTopicAction(here, { actionId: 'actionId' in merged ? merged.actionId : 0, readerId: editor });
    expect(sorted(await idsOf(of(1)))).toEqual(sorted(papersOf[0]));
    expect(sorted((await loadSearchOrFeed(here, found.query)).entries.map((e) => e.id))).toEqual(sorted(papersOf[0]));
  });

  test('a search counts what it found by topics and is narrowed to one, with and without the index', async () => {
    const asked = (topic?: number): FeedQuery => ({
      window: { kind: 'all' },
      order: 'top',
      filters: { text: 'graphs', topic },
    });
    expect(sorted((await loadSearchOrFeed(here, asked(2))).entries.map((e) => e.id))).toEqual(sorted(papersOf[1]));
    await readySiteIndex(here);
    const { search } = await loadSearchOrFeed(here, asked());
    expect(search?.facets?.topics).toEqual([
      { id: 1, name: 'Video diffusion', count: 4 },
      { id: 2, name: 'Code agents', count: 4 },
      { id: 3, name: 'Protein design', count: 4 },
    ]);
    const named = await loadSearchOrFeed(here, { ...asked(), filters: { text: 'protein  Design ' } });
    expect(named.search?.meant).toEqual([]);
    const exact = await loadSearchOrFeed(here, { ...asked(), filters: { text: 'protein Design ' } });
    expect(exact.search?.meant).toEqual([{ text: 'The topic Protein design', address: '/topics/3' }]);
    const narrowed = await loadSearchOrFeed(here, asked(2));
    expect(sorted(narrowed.entries.map((e) => e.id))).toEqual(sorted(papersOf[1]));
    expect(narrowed).toMatchObject({ total: 4, address: '/papers?q=graphs&topic=2' });
    // A paper that is filed between stages is counted at once, also long after the last.
    for (let i = 0; i < 2; i++) {
      here.setNow(here.now() + 90_000);
      await here.add([{ arxivId: `2512.0888${i}`, listedOn: DAY }]);
      expect((await loadSearchOrFeed(here, asked(2))).total).toBe(4);
    }
    const late = (await loadSearchOrFeed(here, asked(), { limit: 100 })).entries.find((e) => !e.topic);
    here.setNow(here.now() + 1_000);
    const row = { head_id: 2, topic_id: 2, probability: 0.8, margin: 0.5, words_json: '[]', had_abstract: 1 };
    await here.database.db
      .insertInto('topic_assignment')
      .values({ ...row, paper_id: late?.id as number, assigned_at: here.now() })
      .execute();
    await here.add([{ arxivId: '2512.09999', listedOn: DAY }]);
    expect((await loadSearchOrFeed(here, asked(2))).total).toBe(5);
  });

  test('a hidden topic and one that never was are no lists, and are on no paper', async () => {
    await hideTopic(here, { topicId: 2, readerId: editor });
    expect(await at('/topics/2.rss')).toBeUndefined();
    expect(await at('/topics/77')).toBeUndefined();
    expect(await idsOf(of(77))).toEqual([]);
    const { entries } = await loadFeed(here, { window: { kind: 'day', day: DAY }, order: 'top', filters: {} });
    expect(new Set(entries.map((e) => e.topic?.id))).toEqual(new Set([1, 3, undefined]));
    await readySiteIndex(here);
    const query: FeedQuery = { window: { kind: 'all' }, order: 'top', filters: { text: 'graphs' } };
    const { search } = await loadSearchOrFeed(here, query);
    expect(search?.facets?.topics.map(({ id }) => id)).toEqual([1, 3]);
  });
});
