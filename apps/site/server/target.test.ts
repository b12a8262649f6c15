import { expect, test } from 'vitest';
import { canonicalTarget } from './target.ts';

test.each([
  ['/papers/new?utm_source=x&n=1', '/papers/new'],
  ['/%70apers/new', '/papers/new'],
  ['/?', '/'],
  ['/papers/trending?has=code&has=code&has=code', '/papers/trending?has=code'],
  ['/papers/new?q=stray&cursor=abc', '/papers/new?cursor=abc'],
  ['/papers/new?cursor=', '/papers/new'],
  ['/papers?q=graph&x=1', '/papers?q=graph'],
  ['/papers?q=', '/papers?q='],
  ['/papers?typing=yes&q=gra', '/papers?q=gra&typing=1'],
  ['/papers/new?typing=1', '/papers/new'],
  ['/?x=1&show=all', '/?show=all'],
  ['/papers/new.rss?show=all', '/papers/new.rss'],
  ['/papers/new.rss?limit=7&x=1', '/papers/new.rss?limit=7'],
  ['/papers/new.rss?limit=1e9&cursor=abc', '/papers/new.rss?cursor=abc'],
  ['/index.atom?x=1', '/index.atom'],
  ['/papers/new?limit=7', '/papers/new'],
])('a feed has one spelling: %s', (asked, canonical) => {
  expect(canonicalTarget(asked)).toBe(canonical);
  expect(canonicalTarget(canonical)).toBe(canonical);
});

test.each([
  '/papers/2410.06535?x=1',
  '/api/papers?limit=4&cursor=abc',
  '/papers/date/2025-02-30?x=1',
  '/papers?date=2025-12-30',
  '/sign-in?next=%2Flibrary',
  '/%',
  '/%ff?x=%ff',
  '//evil.example/?x=1',
  '*?',
])('what is no feed stays as it was asked: %s', (asked) => {
  expect(canonicalTarget(asked)).toBe(asked);
});
