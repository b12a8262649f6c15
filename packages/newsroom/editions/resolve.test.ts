import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressWith } from './filters.ts';
import { type Resolved, resolveFeed, SUFFIXES } from './resolve.ts';
import type { FeedQuery } from './types.ts';

function at(address: string): Resolved | undefined {
  const url = new URL(address, 'https://papers.example');
  return resolveFeed(decodeURIComponent(url.pathname), url.searchParams);
}

function queryAt(address: string): FeedQuery {
  const found = at(address);
  if (found?.kind !== 'feed') throw new Error(`${address} is no feed: ${JSON.stringify(found)}`);
  return found.query;
}

describe('an address becomes a feed', () => {
  test.each<[string, FeedQuery]>([
    ['/', { window: { kind: 'latest' }, order: 'top', filters: {} }],
    ['/papers/date/2025-12-30', { window: { kind: 'day', day: '2025-12-30' }, order: 'top', filters: {} }],
    ['/papers/week/2025-W52', { window: { kind: 'week', week: '2025-W52' }, order: 'top', filters: {} }],
    ['/papers/month/2025-12', { window: { kind: 'month', month: '2025-12' }, order: 'top', filters: {} }],
    [
      '/papers?from=2025-12-01&until=2025-12-30',
      { window: { kind: 'range', from: '2025-12-01', until: '2025-12-30' }, order: 'top', filters: {} },
    ],
    ['/papers/trending', { window: { kind: 'all' }, order: 'trending', filters: {} }],
    ['/papers/new', { window: { kind: 'all' }, order: 'newest', filters: {} }],
    ['/papers/edition-zero', { window: { kind: 'edition-zero' }, order: 'top', filters: {} }],
    ['/papers?q=graph+rewiring', { window: { kind: 'all' }, order: 'top', filters: { text: 'graph rewiring' } }],
    ['/papers?q=', { window: { kind: 'all' }, order: 'top', filters: { text: '' } }],
    ['/papers?q=x&mode=semantic', { window: { kind: 'all' }, order: 'top', filters: { text: 'x' }, mode: 'semantic' }],
    ['/papers?q=x&mode=hybrid', { window: { kind: 'all' }, order: 'top', filters: { text: 'x' } }],
    ['/papers/new?mode=semantic', { window: { kind: 'all' }, order: 'newest', filters: {} }],
    ['/papers/2410.06535/similar', { window: { kind: 'all' }, order: 'top', filters: { similarTo: '2410.06535' } }],
    [
      '/papers/hep-th/9901001v2/similar?order=newest',
      { window: { kind: 'all' }, order: 'newest', filters: { similarTo: 'hep-th/9901001' } },
    ],
    ['/authors/ada-lovelace', { window: { kind: 'all' }, order: 'newest', filters: { author: 'ada-lovelace' } }],
    ['/authors/王-伟', { window: { kind: 'all' }, order: 'newest', filters: { author: '王-伟' } }],
    ['/categories/cs.LG', { window: { kind: 'all' }, order: 'newest', filters: { category: 'cs.LG' } }],
    ['/categories/hep-th', { window: { kind: 'all' }, order: 'newest', filters: { category: 'hep-th' } }],
    ['/topics/12', { window: { kind: 'all' }, order: 'newest', filters: { topic: 12 } }],
    ['/topics/12?order=top', { window: { kind: 'all' }, order: 'top', filters: { topic: 12 } }],
    ['/papers?q=x&topic=12', { window: { kind: 'all' }, order: 'top', filters: { text: 'x', topic: 12 } }],
    ['/?topic=12', { window: { kind: 'latest' }, order: 'top', filters: { topic: 12 } }],
    ['/organizations/acme', { window: { kind: 'all' }, order: 'newest', filters: { organization: 'acme' } }],
    [
      '/papers/date/2025-12-30?has=code&has=experiment&category=cs.CL&order=newest',
      {
        window: { kind: 'day', day: '2025-12-30' },
        order: 'newest',
        filters: { hasCode: true, hasExperiment: true, category: 'cs.CL' },
      },
    ],
  ])('%s', (address, query) => {
    expect(queryAt(address)).toEqual(query);
  });

  test('every feed has every rendering beside it, by its suffix', () => {
    for (const suffix of SUFFIXES) {
      for (const path of ['/papers/date/2025-12-30', '/papers/new', '/authors/ada', '/categories/cs.LG']) {
        const found = at(`${path}.${suffix}`);
        expect(found).toMatchObject({ kind: 'feed', suffix, query: queryAt(path) });
      }
      expect(at(`/index.${suffix}`)).toMatchObject({ kind: 'feed', suffix, query: { window: { kind: 'latest' } } });
      expect(at(`/papers.${suffix}?q=x`)).toMatchObject({ kind: 'feed', suffix, query: { filters: { text: 'x' } } });
    }
  });

  test('the old form of a day leads to its address', () => {
    expect(at('/papers?date=2025-12-30')).toEqual({ kind: 'redirect', to: '/papers/date/2025-12-30' });
    expect(at('/papers')).toEqual({ kind: 'redirect', to: '/' });
  });

  test.each([
    ['/papers/date/2025-02-30', '"2025-02-30" is no day; send one like 2025-12-30.'],
    ['/papers/date/today', '"today" is no day; send one like 2025-12-30.'],
    ['/papers?date=30.12.2025', '"30.12.2025" is no day; send one like 2025-12-30.'],
    ['/papers/week/2025-W53', '"2025-W53" is no ISO week; send one like 2025-W52.'],
    ['/papers/month/2025-13', '"2025-13" is no month; send one like 2025-12.'],
    ['/papers?from=2025-12-01', '"" is no day; send one like 2025-12-30.'],
    ['/papers?from=2025-12-02&until=2025-12-01', 'from 2025-12-02 is after until 2025-12-01; exchange them.'],
    ['/papers/new?topic=x', 'topic is "x"; send the number of one, as in the address /topics/12.'],
    ['/papers/new?has=cod', 'has is "cod"; send code or experiment.'],
    ['/papers/new?category=a%00', 'category is "a\u0000"; send one like cs.LG.'],
    ['/papers?q=x&mode=vectors', 'mode is "vectors"; send keyword, semantic or hybrid.'],
    ['/papers/new?order=best', 'order is "best"; send top, trending, newest or (in a search) votes.'],
    [
      '/categories/cs.LG?order=top',
      'The votes of all papers are not ordered; name the days, as in /papers?from=2025-12-01&until=2025-12-31.',
    ],
    [
      '/papers?q=graph&order=trending',
      'What is found comes in the order of how well it fits; send order=newest or order=votes for another.',
    ],
    [`/papers?q=${'x'.repeat(251)}`, 'q has 251 characters; send at most 250.'],
  ])('%s is refused, saying what to send', (address, detail) => {
    expect(at(address)).toMatchObject({ kind: 'problem', status: 400, detail });
  });

  test.each([
    '/papers/2410.06535',
    '/papers/2410.06535.md',
    '/papers/date',
    '/papers/date/2025-12-30/x',
    '/papers/week/2025-W52/x',
    '/authors',
    '/authors/',
    '/authors/a/b',
    '/authors/a%00b',
    '/categories/no such',
    '/categories/cs.LG.x',
    '/topics',
    '/topics/0',
    '/topics/12/edit',
    '/topics/video',
    '/about',
    '/nowhere',
    '//',
  ])('%s is no feed', (address) => {
    expect(resolveFeed(decodeURIComponent(address), new URLSearchParams())).toBeUndefined();
  });

  test('whatever is asked, the answer is a feed, a way or a refusal', () => {
    const part = fc.oneof(
      fc.constantFrom('papers', 'date', 'week', 'authors', 'categories', 'new', '2025-12-30', '2025-W52', 'index.rss'),
      fc.string({ unit: 'binary', maxLength: 12 }),
    );
    const param = fc.tuple(
      fc.constantFrom('q', 'date', 'from', 'until', 'has', 'category', 'order', 'cursor', 'limit', 'x'),
      fc.oneof(part, fc.string({ unit: 'binary', maxLength: 300 })),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 4 }), fc.array(param, { maxLength: 4 }), (parts, params) => {
        const found = resolveFeed(`/${parts.join('/')}`, new URLSearchParams(params));
        if (found?.kind === 'redirect') expect(found.to).toMatch(/^\/(papers\/date\/\d{4}-\d{2}-\d{2})?$/);
        if (found?.kind === 'problem') expect(found.detail.length).toBeGreaterThan(20);
      }),
      { numRuns: 300 },
    );
  });
});

describe('the address of a feed', () => {
  test.each([
    ['/index', '/'],
    ['/papers/new?utm_source=x&q=stray', '/papers/new'],
    ['/%70apers/new', '/papers/new'],
    ['/categories/cs.LG?order=newest', '/categories/cs.LG'],
    ['/papers/new?category=cs.LG', '/categories/cs.LG'],
    ['/papers/new?topic=12', '/topics/12'],
    ['/topics/12?topic=7&category=cs.LG', '/topics/12?category=cs.LG'],
    ['/papers/trending?topic=12', '/topics/12?order=trending'],
    ['/papers/week/2025-W52?topic=12', '/papers/week/2025-W52?topic=12'],
    ['/papers/trending?has=code&x=1&has=code', '/papers/trending?has=code'],
    ['/papers/date/2025-12-30?order=top&has=experiment&has=code', '/papers/date/2025-12-30?has=code&has=experiment'],
    ['/papers?until=2025-12-30&from=2025-12-01', '/papers?from=2025-12-01&until=2025-12-30'],
    ['/papers?q=', '/papers?q='],
    ['/papers?mode=hybrid&q=x', '/papers?q=x'],
    ['/papers?mode=keyword&q=x', '/papers?q=x&mode=keyword'],
    ['/papers/2410.06535v3/similar?order=top&mode=semantic', '/papers/2410.06535/similar'],
    ['/papers/2410.06535/similar.rss?order=newest', '/papers/2410.06535/similar?order=newest'],
  ])('is one, however it was asked: %s', (asked, address) => {
    expect(at(asked)).toMatchObject({ kind: 'feed', address });
  });

  test('leads back to the same feed', () => {
    const path = fc.constantFrom(
      '/',
      '/papers/date/2025-12-30',
      '/papers/week/2025-W52',
      '/papers/month/2025-12',
      '/papers/new',
      '/papers/trending',
      '/papers/edition-zero',
      '/papers',
      '/authors/王-伟',
      '/categories/cs.LG',
      '/organizations/a%20b',
      '/papers/2410.06535/similar',
      '/topics/12',
    );
    const param = fc.tuple(
      fc.constantFrom('q', 'from', 'until', 'has', 'category', 'topic', 'order', 'cursor', 'mode', 'x'),
      fc.oneof(
        fc.constantFrom(
          '12',
          '7',
          'semantic',
          'code',
          'experiment',
          'top',
          'newest',
          'trending',
          'cs.LG',
          '2025-12-30',
          '',
        ),
        fc.string({ unit: 'grapheme', maxLength: 20 }),
      ),
    );
    fc.assert(
      fc.property(path, fc.array(param, { maxLength: 5 }), (pathname, params) => {
        const asked = resolveFeed(decodeURIComponent(pathname), new URLSearchParams(params));
        if (asked?.kind === 'feed') expect(at(asked.address)).toMatchObject({ query: asked.query });
      }),
      { numRuns: 500 },
    );
  });

  const base = new Map([
    ['latest', '/'],
    ['day', '/papers/date/2025-12-30'],
    ['range', '/papers?from=2025-12-01&until=2025-12-30'],
    ['new', '/papers/new'],
    ['trending', '/papers/trending'],
    ['category', '/categories/cs.LG'],
    ['author', '/authors/ada'],
    ['search', '/papers?q=graph'],
  ]);

  test('leads back to the same feed, with whatever filters and order', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...base.values()),
        fc.subarray(['has=code', 'has=experiment']),
        fc.constantFrom('', 'order=newest', 'order=trending'),
        (path, has, order) => {
          fc.pre(!(path.includes('q=') && order === 'order=trending'));
          const address = [path, [...has, order].filter(Boolean).join('&')].join(path.includes('?') ? '&' : '?');
          const query = queryAt(address);
          // Lists of everything have the address of what they are: what trends, or what is newest.
          const isEverything = ['/papers/trending', '/papers/new', '/categories/cs.LG'].includes(path);
          const trends = query.order === 'trending';
          const home = !isEverything
            ? path
            : trends
              ? '/papers/trending'
              : path === '/papers/trending'
                ? '/papers/new'
                : path;
          const canonical = addressWith(home, query);
          expect(queryAt(canonical)).toEqual(query);
          expect(addressWith(canonical, query)).toBe(canonical);
        },
      ),
    );
  });

  test('names filters in one sequence, and no order that is the usual one', () => {
    expect(addressWith('/papers/new', queryAt('/papers/new?has=experiment&has=code&order=newest'))).toBe(
      '/papers/new?has=code&has=experiment',
    );
    expect(addressWith('/categories/cs.LG', queryAt('/categories/cs.LG'))).toBe('/categories/cs.LG');
  });
});
