import { beforeEach, expect, test } from 'vitest';
import { numbered, onEachStore, type TestSite } from '../editions/testing.ts';
import { forgetSearch, loadSearchOrFeed, readySiteIndex, resolveAddress, savedSearches, saveSearch } from './index.ts';

onEachStore('saved searches', (opened) => {
  let site: TestSite;
  let readerId: number;
  beforeEach(async () => {
    site = opened();
    await site.add([
      {
        arxivId: numbered(1),
        title: 'Folding graphs',
        authors: ['Ada Löwe'],
        categories: ['cs.LG'],
        repository: 'a/b',
      },
      { arxivId: numbered(2), title: 'Drawing graphs', authors: ['Bo Chen'], categories: ['cs.CG'] },
    ]);
    await site.contentChanged();
    readerId = await site.addReader('Ada');
  });

  const saved = async (name: string, query: string) => {
    const outcome = await saveSearch(site, { readerId, name, query });
    if ('refused' in outcome) throw new Error(outcome.refused);
    return outcome.saved;
  };

  test('a question with a name is a feed with the name as its title, in every rendering', async () => {
    const { address } = await saved('Graphs with code', 'q=graphs&has=code&cursor=x&typing=1');
    await readySiteIndex(site);
    for (const suffix of ['', '.rss', '.csl.json']) {
      const found = await resolveAddress(site, address + suffix, new URLSearchParams());
      if (found?.kind !== 'feed') throw new Error(`${address}${suffix} is no feed`);
      expect(found.suffix).toBe(suffix === '' ? undefined : suffix.slice(1));
      const feed = await loadSearchOrFeed(site, found.query, { cursor: found.cursor });
      expect([feed.title, feed.address, feed.entries.map((e) => e.key)]).toEqual([
        'Graphs with code',
        address,
        [numbered(1)],
      ]);
    }
  });

  test('the same name again replaces what it stood for, and keeps its address', async () => {
    const first = await saved('Mine', 'q=graphs');
    const second = await saved('  Mine ', 'q=drawing');
    expect(second.address).toBe(first.address);
    expect(await savedSearches(site, readerId)).toEqual([
      { id: first.id, name: 'Mine', query: 'q=drawing', address: first.address },
    ]);
  });

  test.for([
    ['without a name', ' ', 'q=graphs'],
    ['without words', 'Empty', 'q='],
    ['that is refused itself', 'Bad', 'q=a&category=;'],
    ['that is no search', 'None', 'from=2025-01-01&until=2025-01-02'],
  ] as const)('a search %s is not saved', async ([, name, query]) => {
    expect(await saveSearch(site, { readerId, name, query })).toHaveProperty('refused');
    expect(await savedSearches(site, readerId)).toEqual([]);
  });

  test('only its reader forgets it', async () => {
    const { id, address } = await saved('Mine', 'q=graphs');
    const other = await site.addReader('Bo');
    expect(await forgetSearch(site, { readerId: other, id })).toBe(false);
    expect(await forgetSearch(site, { readerId, id })).toBe(true);
    expect(await resolveAddress(site, address, new URLSearchParams())).toBeUndefined();
  });
});
