import { beforeEach, expect, test } from 'vitest';
import { CursorError } from '../editions/index.ts';
import { numbered, onEachStore, type TestSite } from '../editions/testing.ts';
import type { FeedFilters, FeedQuery } from '../editions/types.ts';
import type { PaperRecord } from '../papers/index.ts';
import { loadSearchOrFeed, readySiteIndex, siteIndex } from './index.ts';

const asked = (text: string, filters: FeedFilters = {}, order: FeedQuery['order'] = 'top'): FeedQuery => ({
  window: { kind: 'all' },
  order,
  filters: { text, ...filters },
});

const PAPERS: Partial<PaperRecord>[] = [
  {
    arxivId: numbered(1),
    title: 'Folding graphs with random walks',
    abstract: 'Random walks reveal communities.',
    authors: ['Ada Löwe', 'Grace Müller'],
    categories: ['cs.LG'],
    listedOn: '2025-12-29',
    repository: 'lab/fold',
  },
  {
    arxivId: numbered(2),
    title: 'Proteins, seen from afar',
    abstract: 'We fold proteins. Graphs help a little.',
    authors: ['Emmy Noether'],
    categories: ['q-bio.BM'],
    listedOn: '2025-12-30',
  },
  {
    arxivId: numbered(3),
    title: 'Weather without equations',
    abstract: 'Forecasts from past weather alone.',
    authors: ['Max Löwe'],
    categories: ['physics.ao-ph'],
    listedOn: '2025-12-26',
    experiment: 'happy',
  },
];

onEachStore('search', (opened) => {
  let site: TestSite;
  beforeEach(async () => {
    site = opened();
    await site.add(PAPERS);
    await site.contentChanged();
  });

  const keys = async (query: FeedQuery) => (await loadSearchOrFeed(site, query)).entries.map((e) => e.key);

  test.each([
    ['a word of the title', 'weather', [numbered(3)]],
    ['a word of the abstract', 'communities', [numbered(1)]],
    ['an author’s name, with or without its accents', 'lowe', [numbered(1), numbered(3)]],
    ['an arXiv id', numbered(2), [numbered(2)]],
    ['an arXiv id with its version', `arXiv:${numbered(2)}v3`, [numbered(2)]],
    ['nothing that is there', 'xylophone', []],
    ['nothing at all', '   ', []],
  ])('finds by %s', async (_, text, expected) => {
    await readySiteIndex(site);
    expect((await keys(asked(text))).sort()).toEqual(expected);
  });

  test('a word in the title weighs more than one in the abstract, and each says why it is there', async () => {
    await readySiteIndex(site);
    const feed = await loadSearchOrFeed(site, asked('graphs'));
    expect(feed.entries.map((e) => [e.rank, e.key])).toEqual([
      [1, numbered(1)],
      [2, numbered(2)],
    ]);
    for (const entry of feed.entries) expect(entry.why).toMatch(/^found by graphs \(\d+\.\d\)$/);
    expect(feed.total).toBe(2);
    expect(feed.address).toBe('/papers?q=graphs');
  });

  test('filters narrow what is found, and newest puts it in the order of the calendar', async () => {
    await readySiteIndex(site);
    expect(await keys(asked('graphs', { hasCode: true }))).toEqual([numbered(1)]);
    expect(await keys(asked('graphs', { category: 'q-bio.BM' }))).toEqual([numbered(2)]);
    expect(await keys(asked('löwe', { hasExperiment: true }))).toEqual([numbered(3)]);
    expect(await keys(asked('graphs', {}, 'newest'))).toEqual([numbered(2), numbered(1)]);
    const feed = await loadSearchOrFeed(site, asked('graphs', { hasCode: true }, 'newest'));
    expect(feed.address).toBe('/papers?q=graphs&order=newest&has=code');
    expect(feed.total).toBe(1);
  });

  test('a search is narrowed by days, by what categories it is in and not in, and by votes, and counts what it found', async () => {
    await site.add([{ arxivId: numbered(2), counts: [{ votes: 7, asOf: 1 }] }]);
    await site.contentChanged();
    await readySiteIndex(site);
    expect(await keys(asked('graphs', { from: '2025-12-30' }))).toEqual([numbered(2)]);
    expect(await keys(asked('graphs', { until: '2025-12-29' }))).toEqual([numbered(1)]);
    expect(await keys(asked('graphs', { category: 'cs+q-bio-cs.LG' }))).toEqual([numbered(2)]);
    expect(await keys(asked('graphs', { minVotes: 5 }))).toEqual([numbered(2)]);
    expect(await keys(asked('graphs', {}, 'votes'))).toEqual([numbered(2), numbered(1)]);
    const { search } = await loadSearchOrFeed(site, asked('graphs'));
    expect(search?.facets).toEqual({
      categories: [
        { name: 'cs.LG', count: 1 },
        { name: 'q-bio.BM', count: 1 },
      ],
      years: [{ name: '2025', count: 2 }],
      withCode: 1,
      withExperiment: 0,
      topics: [],
    });
  });

  test('an author’s whole name leads to all of the author’s papers', async () => {
    await readySiteIndex(site);
    const feed = await loadSearchOrFeed(site, asked('ada lowe'));
    expect(feed.search?.meant).toEqual([{ text: 'All papers by Ada Löwe', address: '/authors/ada-lowe' }]);
    expect((await loadSearchOrFeed(site, asked('random walks'))).search?.meant).toEqual([]);
  });

  test('each paper shows where the words stand in its abstract', async () => {
    await readySiteIndex(site);
    const [entry] = (await loadSearchOrFeed(site, asked('communities'))).entries;
    expect(entry.snippet).toEqual([
      { text: 'Random walks reveal ', isHit: false },
      { text: 'communities', isHit: true },
      { text: '.', isHit: false },
    ]);
  });

  test('a typing error is said with a word of the papers found, in the note and in the reason', async () => {
    await readySiteIndex(site);
    const feed = await loadSearchOrFeed(site, asked('fforecasts of the past'));
    expect(feed.notes).toContain('“fforecasts” is not here; “forecasts” is near it.');
    const last = await loadSearchOrFeed(site, asked('comunities'));
    expect(last.notes).toEqual(['“comunities” is not here; “communities” is near it.']);
    expect(last.entries[0].key).toBe(numbered(1));
  });

  test('papers alone are the same ones, neither counted nor excerpted', async () => {
    await readySiteIndex(site);
    const whole = await loadSearchOrFeed(site, asked('graphs'));
    const bare = await loadSearchOrFeed(site, asked('graphs'), { isBare: true });
    expect(bare.entries.map((e) => [e.key, e.why])).toEqual(whole.entries.map((e) => [e.key, e.why]));
    expect([whole.total, bare.total]).toEqual([2, undefined]);
    expect(whole.search?.facets?.withCode).toBe(1);
    expect(bare.search?.facets).toBeUndefined();
    expect(bare.entries.some((e) => e.snippet)).toBe(false);
  });

  test('while the index is being built the store answers, and it is said', async () => {
    const feed = await loadSearchOrFeed(site, asked('random walks'));
    expect(feed.entries.map((e) => e.key)).toEqual([numbered(1)]);
    expect(feed.notes?.[0]).toContain('being built');
    await readySiteIndex(site);
    expect((await loadSearchOrFeed(site, asked('random walks'))).notes).toEqual([]);
  });

  test.each(['qq\u0000zz', '%', '_', "'; drop table paper; --", '\\', '"', '((', 'title:', '-', '*', '🧪'.repeat(60)])(
    'the question %j is answered, with and without the index',
    async (text) => {
      await loadSearchOrFeed(site, asked(text));
      await readySiteIndex(site);
      expect((await loadSearchOrFeed(site, asked(text))).entries).toEqual([]);
    },
  );

  test('pages partition what is found', async () => {
    await site.add(
      Array.from({ length: 23 }, (_, i) => ({
        arxivId: numbered(100 + i),
        title: `Lattice number ${i}`,
        authors: ['X'],
      })),
    );
    await site.contentChanged();
    await readySiteIndex(site);
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await loadSearchOrFeed(site, asked('lattice'), { limit: 5, cursor });
      expect(page.total).toBe(23);
      found.push(...page.entries.map((e) => e.key));
      cursor = page.nextCursor;
    } while (cursor);
    expect(found.length).toBe(23);
    expect(new Set(found).size).toBe(23);
    await expect(loadSearchOrFeed(site, asked('lattice'), { cursor: 'x' })).rejects.toThrow(CursorError);
  });

  test('the index follows new papers, changed titles and papers that became one', async () => {
    await readySiteIndex(site);
    await site.add([
      { arxivId: numbered(4), title: 'Quasicrystals at home', authors: ['A. B.'] },
      { source: 'arxiv-api', arxivId: numbered(3), title: 'Climate without equations', version: 2 },
      { doi: '10.1000/tides', title: 'Tidal locking', authors: ['C. D.'], publishedAt: 0 },
    ]);
    await site.contentChanged();
    await readySiteIndex(site);
    expect(await keys(asked('quasicrystals'))).toEqual([numbered(4)]);
    expect(await keys(asked('climate'))).toEqual([numbered(3)]);
    expect(await keys(asked('title:weather'))).toEqual([]);
    expect(await keys(asked('tidal'))).toHaveLength(1);
    await site.add([
      { source: 'arxiv-api', arxivId: numbered(4), doi: '10.1000/tides', title: 'Quasicrystals at home' },
    ]);
    await site.contentChanged();
    await readySiteIndex(site);
    expect(siteIndex(site).index.size).toBe(4);
    expect(await keys(asked('quasicrystals'))).toEqual([numbered(4)]);
  });

  test('building lets other work through', async () => {
    await site.add(Array.from({ length: 400 }, (_, i) => ({ arxivId: numbered(1_000 + i), authors: ['X'] })));
    await site.contentChanged();
    let turns = 0;
    let isDone = false;
    const count = () => {
      turns += 1;
      if (!isDone) setImmediate(count);
    };
    setImmediate(count);
    await readySiteIndex(site);
    isDone = true;
    // How many depends on how busy the machine is; a build in this thread would give none.
    expect(turns).toBeGreaterThan(0);
  });
});
