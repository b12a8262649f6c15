import type { Feed, FeedQuery } from '@broadsheet/newsroom/editions';
import { describe, expect, test } from 'vitest';
import { searchView } from './search-view.ts';

function viewOf(more: Partial<FeedQuery> = {}, facts: Partial<Feed['search']> = {}, total = 3) {
  const query: FeedQuery = { window: { kind: 'all' }, order: 'top', filters: { text: 'two words' }, ...more };
  const search = { matched: [], hasAll: true, meant: [], isCut: false, hasMeaning: true, ...facts };
  return searchView({ query, title: '', address: '', entries: [], total, search, changedAt: 0 });
}
const modes = (view: ReturnType<typeof viewOf>) => view?.groups.find((g) => g.title === 'Found by')?.choices;

describe('how papers are found', () => {
  test('is a choice of three, each an address of its own, where papers are encoded', () => {
    expect(modes(viewOf({ order: 'newest', filters: { text: 'two words', hasCode: true } }))).toEqual([
      { label: 'words, with meaning', isOn: true, href: '/papers?q=two+words&order=newest&has=code' },
      { label: 'words alone', isOn: false, href: '/papers?q=two+words&order=newest&has=code&mode=keyword' },
      { label: 'meaning alone', isOn: false, href: '/papers?q=two+words&order=newest&has=code&mode=semantic' },
    ]);
    expect(modes(viewOf({ mode: 'semantic' }))?.map((c) => c.isOn)).toEqual([false, false, true]);
  });

  test('is none where there are words alone, but a way back from a mode that was asked for', () => {
    expect(modes(viewOf({}, { hasMeaning: false }))).toBeUndefined();
    expect(modes(viewOf({ mode: 'semantic' }, { hasMeaning: false }))?.[0].href).toBe('/papers?q=two+words');
  });
});

test('what is said of the count is what is known of it', () => {
  expect(viewOf()?.summary).toBe('3 papers have all of these words.');
  expect(viewOf({}, {}, 1)?.summary).toBe('One paper has all of these words.');
  expect(viewOf({}, { isCut: true })?.summary).toBe('At least 3 papers have all of these words.');
  expect(viewOf({ mode: 'semantic' }, { hasAll: false }, 200)?.summary).toBe('The 200 nearest in meaning.');
  expect(viewOf({}, { hasAll: false })?.summary).toBe('');
});
