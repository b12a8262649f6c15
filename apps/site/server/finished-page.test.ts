import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { chooseEncoding } from './encoding.ts';
import { FinishedPage } from './finished-page.ts';
import { PageCache } from './page-cache.ts';

const html = Array.from({ length: 400 }, (_, i) => `<li value="${i}">Rivers and bridges, ${(i * 7919) % 1000}</li>`);
const pageOf = (text = html.join('\n')) => new FinishedPage(Buffer.from(text), { 'content-type': 'text/html' });
const decoded = { br: brotliDecompressSync, gzip: gunzipSync };

test.each(['br', 'gzip'] as const)(
  'as %s a page is made once for all who wait, and made smaller when asked again',
  async (encoding) => {
    const page = pageOf();
    expect(page.ready(encoding)).toBeUndefined();
    const [first, second] = await Promise.all([page.make(encoding), page.make(encoding)]);
    expect(second).toBe(first);
    expect(page.ready(encoding)).toBe(first);
    page.improve(encoding);
    await expect.poll(() => page.ready(encoding)?.body.length).toBeLessThan(first.body.length);
    for (const variant of [first, page.ready(encoding)]) {
      expect(decoded[encoding](variant?.body ?? Buffer.alloc(0)).toString()).toBe(html.join('\n'));
      const { headers = [] } = variant ?? {};
      expect(headers[headers.indexOf('content-length') + 1]).toBe(String(variant?.body.length));
      expect(headers[headers.indexOf('content-encoding') + 1]).toBe(encoding);
      expect(headers[headers.indexOf('etag') + 1]).toBe(page.etag);
    }
  },
);

test('the same bytes have the same tag, others another', () => {
  expect(pageOf().etag).toBe(pageOf().etag);
  expect(pageOf('one').etag).not.toBe(pageOf('two').etag);
});

test('what is short or no text goes out as it is', async () => {
  const picture = new FinishedPage(Buffer.alloc(10_000), { 'content-type': 'image/png', vary: 'Accept' });
  for (const page of [pageOf('short'), picture]) {
    const variant = await page.make('gzip');
    expect(variant).toBe(page.ready(undefined));
    expect(variant.headers).not.toContain('content-encoding');
  }
  expect(picture.unchanged[picture.unchanged.indexOf('vary') + 1]).toBe('Accept, Accept-Encoding');
});

test.each([
  ['gzip, deflate, br, zstd', 'br'],
  ['gzip', 'gzip'],
  ['br;q=0, gzip', 'gzip'],
  ['identity', undefined],
  ['gzip;q=0.0', undefined],
  [undefined, undefined],
] as const)('of the encodings %s the best is %s', (accepted, encoding) => {
  expect(chooseEncoding(accepted)).toBe(encoding);
  expect(chooseEncoding(accepted)).toBe(encoding);
});

test('a cache keeps within its bytes, and the pages that were asked for last', () => {
  const page = pageOf();
  const cache = new PageCache(page.sizeBytes * 10);
  cache.get('0', 'v1');
  for (let i = 0; i < 100; i++) {
    cache.set(`${i}`, 'v1', pageOf());
    cache.get('0', 'v1');
    expect(cache.bytes).toBeLessThanOrEqual(page.sizeBytes * 10);
  }
  expect(cache.get('0', 'v1')).toBeDefined();
  expect(cache.get('99', 'v1')).toBeDefined();
  expect(cache.get('1', 'v1')).toBeUndefined();
});

test('a cache forgets all when something changes, and takes nothing that was rendered before', () => {
  const cache = new PageCache(1e9);
  cache.get('a', 'v1');
  cache.set('a', 'v1', pageOf());
  expect(cache.get('a', 'v2')).toBeUndefined();
  cache.set('a', 'v1', pageOf());
  expect(cache.get('a', 'v2')).toBeUndefined();
  expect(cache.bytes).toBe(0);
});
