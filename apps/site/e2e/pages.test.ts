import { gzipSync } from 'node:zlib';
import AxeBuilder from '@axe-core/playwright';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserPath, launch, startSite } from './site.ts';

const PAGES = [
  '/',
  '/papers/date/2026-01-14',
  '/papers/2601.00001',
  '/papers/2601.00006',
  '/papers/trending',
  '/papers/new',
  '/papers?q=rivers',
  '/papers?q=xyzzyxyzzy',
  '/papers/2601.00010/similar',
  '/status',
  '/digest',
  '/about',
  '/api',
  '/admin',
  '/nothing-here',
];

describe.skipIf(!browserPath)(
  `pages in a browser${browserPath ? '' : ' (skipped: no Chromium; set CHROMIUM_PATH)'}`,
  () => {
    let site: Awaited<ReturnType<typeof startSite>>;
    let browser: Browser;
    beforeAll(async () => {
      [site, browser] = await Promise.all([startSite(), launch()]);
    });
    afterAll(async () => {
      await browser?.close();
      await site?.stop();
    });

    async function visit(
      path: string,
      options: Parameters<Browser['newContext']>[0] = {},
    ): Promise<{ page: Page; context: BrowserContext; errors: string[] }> {
      const context = await browser.newContext(options);
      const page = await context.newPage();
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(error.message));
      page.on(
        'console',
        (message) => message.type() === 'error' && !message.text().includes('404') && errors.push(message.text()),
      );
      await page.goto(site.url + path);
      return { page, context, errors };
    }

    describe.each(['light', 'dark'] as const)('in the %s theme', (colorScheme) => {
      test.each(PAGES)('%s has no accessibility violation and no script error', async (path) => {
        const { page, context, errors } = await visit(path, { colorScheme });
        const { violations } = await new AxeBuilder({ page })
          .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
          .analyze();
        expect(
          violations.map(
            (v) =>
              `${v.id}: ${v.nodes
                .map((n) => n.html)
                .slice(0, 3)
                .join(' ')}`,
          ),
        ).toEqual([]);
        expect(errors).toEqual([]);
        await context.close();
      });
    });

    test.each([320, 360, 768, 1280])('nothing is wider than a screen of %d pixels', async (width) => {
      for (const path of ['/', '/papers/2601.00001', '/papers/2601.00005', '/status', '/api']) {
        const { page, context } = await visit(path, { viewport: { width, height: 800 } });
        expect(
          await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
          path,
        ).toBeLessThanOrEqual(0);
        await context.close();
      }
    });

    test('without JavaScript everything is read, searched and voted for', async () => {
      const { page, context } = await visit('/', { javaScriptEnabled: false });
      expect(await page.locator('[data-paper]').count()).toBe(31);
      await page.locator('#search').fill('rivers');
      await page.locator('#search').press('Enter');
      await page.waitForURL('**/papers?q=rivers');
      const vote = page.locator('form[data-enhance="vote"] button').first();
      const before = Number(await vote.locator('[data-count]').textContent());
      await vote.click();
      await page.waitForLoadState();
      expect(page.url()).toContain('/papers?q=rivers');
      expect(await vote.getAttribute('aria-pressed')).toBe('true');
      expect(Number(await vote.locator('[data-count]').textContent())).toBe(before + 1);
      await vote.click();
      await page.waitForLoadState();
      expect(await vote.getAttribute('aria-pressed')).toBe('false');
      await context.close();
    });

    test('the search field answers while someone types, is moved through by keys, and remembers', async () => {
      const { page, context, errors } = await visit('/');
      await page.locator('#search').pressSequentially('rivers brid');
      const first = page.locator('#suggestions [role=option]').first();
      await first.locator('mark').first().waitFor();
      expect(await page.locator('#search').getAttribute('aria-expanded')).toBe('true');
      await page.keyboard.press('ArrowDown');
      expect(await first.getAttribute('aria-selected')).toBe('true');
      await page.keyboard.press('Escape');
      expect(await page.locator('#suggestions').isHidden()).toBe(true);
      await page.keyboard.press('Enter');
      await page.waitForURL('**/papers?q=rivers+brid');
      await page.evaluate(() => Object.assign(window, { sameDocument: true }));
      await page.locator('#search').fill('maps of pla');
      await page.locator('main [data-paper]', { hasText: 'Drawn Slowly' }).waitFor();
      await page.waitForURL('**/papers?q=maps+of+pla');
      expect(await page.evaluate(() => 'sameDocument' in window)).toBe(true);
      await page.goto(`${site.url}/`);
      await page.locator('#search').focus();
      expect(await page.locator('#suggestions [role=option]').allTextContents()).toContain('rivers brid');
      expect(errors).toEqual([]);
      await context.close();
    });

    test('without JavaScript a search is narrowed, ordered, and saved as a feed that is found again', async () => {
      const { page, context } = await visit('/papers?q=rivers', { javaScriptEnabled: false });
      await page.getByRole('link', { name: 'most votes' }).click();
      await page.waitForURL('**order=votes**');
      await page.getByRole('link', { name: 'cs.LG' }).first().click();
      await page.waitForURL('**category=cs.LG**');
      await page.getByLabel('Keep this search as').fill('My rivers');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.waitForURL('**/searches/*');
      expect(await page.locator('h1').textContent()).toBe('My rivers');
      const rss = await fetch(`${page.url()}.rss`).then((r) => r.text());
      expect(rss).toContain('My rivers');
      await page.goto(`${site.url}/searches`);
      expect(await page.locator('main li').count()).toBe(1);
      await page.getByRole('button', { name: 'forget My rivers' }).click();
      expect(await page.locator('main li').count()).toBe(0);
      await context.close();
    });

    test('with JavaScript a vote counts in place, and a second click takes it back', async () => {
      const { page, context } = await visit('/papers/2601.00002');
      const vote = page.locator('form[data-enhance="vote"] button').first();
      const before = Number(await vote.locator('[data-count]').textContent());
      await vote.click();
      await page.locator('[data-announce]', { hasText: 'counted' }).waitFor({ state: 'attached' });
      expect(Number(await vote.locator('[data-count]').textContent())).toBe(before + 1);
      const stored = await fetch(`${site.url}/api/papers/2601.00002`).then((r) => r.json());
      expect(stored.upvotes).toBe(before + 1);
      await vote.click();
      await page.locator('[data-announce]', { hasText: 'taken back' }).waitFor({ state: 'attached' });
      expect((await fetch(`${site.url}/api/papers/2601.00002`).then((r) => r.json())).upvotes).toBe(before);
      await context.close();
    });

    test('with JavaScript a filter answers in place, its address is kept, and the way back leads back', async () => {
      const { page, context } = await visit('/');
      await page.evaluate(() => Object.assign(window, { sameDocument: true }));
      await page.locator('a[data-enhance="filter"]', { hasText: 'with code' }).click();
      await page.waitForURL('**/?has=code');
      expect(await page.locator('[data-paper]').count()).toBe(1);
      expect(await page.locator('a[data-enhance="filter"][aria-current]').textContent()).toContain('with code');
      await page.keyboard.press('j');
      expect(await page.locator('[data-current]').getAttribute('data-paper')).toBe('/papers/2601.00001');
      await page.goBack();
      await expect.poll(() => page.locator('[data-paper]').count()).toBe(31);
      expect(await page.evaluate(() => 'sameDocument' in window)).toBe(true);
      await context.close();
    });

    test('a page is fetched ahead when a reader points at its link', async () => {
      const { page, context } = await visit('/');
      const ahead = page.waitForRequest('**/papers/2601.00002');
      await page.locator('h3 a').first().hover();
      expect((await ahead).isNavigationRequest()).toBe(false);
      await context.close();
    });

    test('a citation is copied with one press', async () => {
      const { page, context } = await visit('/papers/2601.00001', {
        permissions: ['clipboard-read', 'clipboard-write'],
      });
      await page.locator('summary', { hasText: 'Cite' }).click();
      await page.locator('[data-copy="cite-BibTeX"]').click();
      await page.locator('[data-copy="cite-BibTeX"]', { hasText: 'copied' }).waitFor();
      const copied = await page.evaluate(() => navigator.clipboard.readText());
      expect(copied).toContain('2601.00001');
      expect(copied).toMatch(/^@\w+\{/);
      await context.close();
    });

    test('scripts and fonts of a page stay small', async () => {
      for (const [path, scriptLimit] of [
        ['/', 20 * 1024],
        ['/papers/2601.00001', 25 * 1024],
      ] as const) {
        const { page, context } = await visit(path, { serviceWorkers: 'block' });
        await page.waitForLoadState('networkidle');
        const scripts = await page.evaluate(() =>
          (performance.getEntriesByType('resource') as PerformanceResourceTiming[])
            .filter((entry) => entry.initiatorType === 'script' || entry.name.endsWith('.js'))
            .map((entry) => entry.name),
        );
        let weight = 0;
        for (const script of scripts) weight += gzipSync(await fetch(script).then((r) => r.arrayBuffer())).length;
        expect(weight, path).toBeGreaterThan(0);
        expect(weight, path).toBeLessThan(scriptLimit);
        await context.close();
      }
      const fonts = await Promise.all(
        ['newsreader', 'inter'].map((name) => fetch(`${site.url}/fonts/${name}.woff2`).then((r) => r.arrayBuffer())),
      );
      expect(fonts.reduce((sum, font) => sum + font.byteLength, 0)).toBeLessThan(90 * 1024);
    });

    test('a vote that fails steps back and says why', async () => {
      const { page, context } = await visit('/papers/2601.00003', { serviceWorkers: 'block' });
      await page.route('**/votes', (route) =>
        route.fulfill({
          status: 503,
          contentType: 'application/problem+json',
          body: '{"detail":"The store is away for a moment."}',
        }),
      );
      const vote = page.locator('form[data-enhance="vote"] button').first();
      const before = await vote.locator('[data-count]').textContent();
      await vote.click();
      await page.locator('.refusal', { hasText: 'away for a moment' }).waitFor();
      expect(await vote.locator('[data-count]').textContent()).toBe(before);
      expect(await vote.getAttribute('aria-pressed')).toBe('false');
      await page.unroute('**/votes');
      await page.route('**/votes', (route) => route.abort());
      await vote.click();
      await page.locator('.refusal', { hasText: 'nothing was counted' }).waitFor();
      await context.close();
    });

    test('the keyboard alone finds, opens and votes for a paper; the single keys can be switched off', async () => {
      const { page, context } = await visit('/');
      await page.keyboard.press('j');
      await page.keyboard.press('j');
      expect(await page.locator('[data-current]').getAttribute('data-paper')).toBe('/papers/2601.00002');
      await page.keyboard.press('u');
      await page.locator('[data-announce]', { hasText: 'counted' }).waitFor({ state: 'attached' });
      await page.keyboard.press('u');
      await page.locator('[data-announce]', { hasText: 'taken back' }).waitFor({ state: 'attached' });
      await page.keyboard.press('o');
      await page.waitForURL('**/papers/2601.00002');
      await page.keyboard.press('/');
      await page.keyboard.type('bridges');
      await page.keyboard.press('Enter');
      await page.waitForURL('**/papers?q=bridges');
      await page.keyboard.press('?');
      await page.locator('dialog[open]').waitFor();
      await page.locator('[data-keys-switch]').uncheck();
      await page.keyboard.press('Escape');
      await page.keyboard.press('j');
      expect(await page.locator('[data-current]').count()).toBe(0);
      await context.close();
    });

    test('a chosen theme holds on the next page and never flashes the other one', async () => {
      const { page, context } = await visit('/', { colorScheme: 'light' });
      await page.locator('[data-theme-switch]').click();
      const dark = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
      await page.goto(`${site.url}/about`, { waitUntil: 'commit' });
      await page.waitForFunction(() => document.body !== null);
      expect(await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)).toBe(dark);
      await context.close();
    });

    test.each(['/', '/papers/2601.00001'])('%s does not move while it loads', async (path) => {
      const { page, context } = await visit('/about');
      await page.addInitScript(() => {
        const w = window as unknown as { shift: number };
        w.shift = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) w.shift += (entry as unknown as { value: number }).value;
        }).observe({ type: 'layout-shift', buffered: true });
      });
      await page.goto(site.url + path, { waitUntil: 'networkidle' });
      expect(await page.evaluate(() => (window as unknown as { shift: number }).shift)).toBeLessThan(0.02);
      await context.close();
    });

    test('markup in titles, names and abstracts is inert', async () => {
      const { page, context, errors } = await visit('/papers/2601.00005');
      expect(await page.title()).toContain('<script>');
      expect(await page.locator('h1').textContent()).toContain('<img src=x onerror=alert(1)>');
      expect(await page.locator('article script, article img, article svg[onload], article b').count()).toBe(0);
      expect(errors).toEqual([]);
      await context.close();
    });

    test('nothing runs in a page but what the site serves', async () => {
      const { page, context } = await visit('/');
      const policy = (await fetch(site.url)).headers.get('content-security-policy') ?? '';
      expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval';");
      await page.evaluate(() => {
        const script = document.createElement('script');
        script.textContent = 'window.ran = true';
        document.body.append(script);
      });
      expect(await page.evaluate(() => (window as unknown as { ran?: boolean }).ran)).toBeUndefined();
      await context.close();
    });

    test('names and titles of many scripts have letters in pages and in drawn cards', async () => {
      const { page, context } = await visit('/');
      for (const [path, text] of [
        ['/papers/2601.00002', 'Ελληνικά'],
        ['/papers/2601.00003', '数学'],
        ['/papers/2601.00004', 'الخرائط'],
      ] as const) {
        await page.goto(site.url + path);
        expect(await page.locator('h1').textContent()).toContain(text);
        expect(await page.evaluate(hasLetters, text), text).toBe(true);
        await page.goto(`${site.url}${path}/card.svg`);
        expect(
          await page
            .locator('svg text')
            .allTextContents()
            .then((all) => all.join(' ')),
        ).toContain(text.slice(0, 2));
        const card = await fetch(`${site.url}${path}/card.png`);
        expect(card.headers.get('content-type')).toBe('image/png');
        expect((await card.arrayBuffer()).byteLength).toBeGreaterThan(10_000);
      }
      await page.goto(`${site.url}/papers/2601.00004`);
      expect(await page.locator('h1').evaluate((h) => getComputedStyle(h).direction)).toBe('rtl');
      await context.close();
    });

    test('a list that is sent to others has a card of its first papers', async () => {
      for (const path of ['/', '/papers/date/2026-01-14', '/papers?q=maps']) {
        const html = await (await fetch(site.url + path)).text();
        const [, address] = /property="og:image" content="([^"]+)"/.exec(html) ?? [];
        const card = await fetch(String(address).replaceAll('&amp;', '&'));
        expect(card.headers.get('content-type'), address).toBe('image/png');
        expect((await card.arrayBuffer()).byteLength).toBeGreaterThan(10_000);
      }
      expect((await fetch(`${site.url}/cards/papers/date/yesterday.png`)).status).toBe(404);
    });

    test.each(['2601.00001', '2601.00002', '2601.00003', '2601.00004'])(
      'the card of %s holds its whole title within the margins',
      async (id) => {
        const { page, context } = await visit('/about');
        const { inside, outside } = await page.evaluate(inkOf, `/papers/${id}/card.png`);
        expect(inside).toBeGreaterThan(2_000);
        expect(outside).toBe(0);
        await context.close();
      },
    );

    test('many authors are folded after twelve', async () => {
      const { page, context } = await visit('/papers/2601.00006');
      expect(await page.locator('.authors summary').textContent()).toBe('and 28 more');
      await page.locator('.authors summary').click();
      expect(await page.locator('.authors a').count()).toBe(40);
      await context.close();
    });

    test('today’s batch can be read without a network, and other pages say so', async () => {
      const { page, context } = await visit('/');
      await page.evaluate(() => navigator.serviceWorker.ready);
      await expect
        .poll(() => page.evaluate(async () => (await caches.open('broadsheet-1')).match('/offline').then(Boolean)), {
          timeout: 10_000,
        })
        .toBe(true);
      await page.reload();
      await context.setOffline(true);
      await page.goto(`${site.url}/`);
      expect(await page.locator('[data-paper]').count()).toBe(31);
      await page.goto(`${site.url}/papers/2601.00020`);
      expect(await page.locator('h1').textContent()).toBe('No network just now');
      await context.close();
    });

    test('without a network the kept edition is searched, while typing and on a page of its own', async () => {
      const { page, context, errors } = await visit('/');
      await page.evaluate(() => navigator.serviceWorker.ready);
      await expect
        .poll(() => page.evaluate(async () => (await caches.open('broadsheet-1')).match('/index.json').then(Boolean)), {
          timeout: 10_000,
        })
        .toBe(true);
      await page.reload();
      await context.setOffline(true);
      await page.locator('#search').pressSequentially('maps of pla');
      await page.locator('#suggestions [role=option] mark', { hasText: 'Maps' }).waitFor();
      await page.locator('#search').fill('river -bridges');
      await page.locator('#search').press('Enter');
      await page.locator('[data-offline-search]', { hasText: 'none has “river -bridges”' }).waitFor();
      await page.goto(`${site.url}/papers?q=drawm+slowly`);
      const found = page.locator('[data-offline-search] [data-paper]');
      await found.first().waitFor();
      expect(await found.first().locator('h2').textContent()).toContain('Drawn Slowly');
      expect(await page.locator('[data-offline-search]').textContent()).toContain('“drawn”');
      expect(await page.locator('#search').inputValue()).toBe('drawm slowly');
      // The page's own styles are kept too, though nobody has opened it before.
      expect(await found.first().evaluate((row) => getComputedStyle(row).paddingTop)).toBe('16px');
      await page.locator('#search').fill('names in many scr');
      await page.locator('[data-offline-search] h2', { hasText: 'Names in Many Scripts' }).waitFor();
      expect(page.url()).toContain('/papers?q=names%20in%20many%20scr');
      expect(errors.filter((error) => !/net::ERR_|Failed to fetch/.test(error))).toEqual([]);
      await context.close();
    });

    test('a long list goes on page by page', async () => {
      const { page, context } = await visit('/papers/date/2026-01-15');
      const seen = new Set<string>();
      for (let i = 0; i < 3; i++) {
        for (const address of await page
          .locator('[data-paper]')
          .evaluateAll((all) => all.map((e) => e.getAttribute('data-paper') ?? '')))
          seen.add(address);
        const more = page.locator('a[rel="next"]', { hasText: 'More papers' });
        if ((await more.count()) === 0) break;
        await more.click();
        await page.waitForLoadState();
      }
      expect(seen.size).toBe(120);
      await context.close();
    });

    test.each(['/', '/papers/2601.00001', '/status'])(
      '%s on paper is without what is pressed or leads elsewhere, and without a gap where that was',
      async (path) => {
        const { page, context } = await visit(path);
        const tall = (await page.getByRole('banner').boundingBox())?.height ?? 0;
        await page.emulateMedia({ media: 'print' });
        await page.getByRole('banner').locator('nav').waitFor({ state: 'hidden' });
        await page.getByRole('contentinfo').waitFor({ state: 'hidden' });
        await page.getByRole('banner').getByRole('link').first().waitFor({ state: 'visible' });
        await expect
          .poll(async () => (await page.getByRole('banner').boundingBox())?.height ?? 0)
          .toBeLessThan(tall - 40);
        await context.close();
      },
    );

    test('the administrator enters once with the printed token and folds the band', async () => {
      const { createAdminToken } = await import('@broadsheet/newsroom/accounts');
      const token = (await createAdminToken(site.host)) as string;
      const { page, context } = await visit('/admin');
      await page.locator('#token').fill('wrong');
      await page.locator('main button').click();
      expect(await page.locator('[role="alert"]').textContent()).toContain('wrong, or was used');
      await page.locator('#token').fill(token);
      await page.locator('main button').click();
      await page.locator('text=Fold the band away').click();
      await page.locator('text=Show the band again').waitFor();
      const other = await visit('/admin');
      await other.page.locator('#token').fill(token);
      await other.page.locator('main button').click();
      await other.page.locator('[role="alert"]').waitFor();
      await other.context.close();
      await context.close();
    });
  },
);

/** How many pixels of a card are ink: where the title stands, and beyond the margins, where nothing may. */
async function inkOf(address: string): Promise<{ inside: number; outside: number }> {
  const image = new Image();
  image.src = address;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = image.width;
  canvas.height = image.height;
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  const count = { inside: 0, outside: 0 };
  for (let y = 130; y < 540; y++) {
    for (let x = 0; x < image.width; x++) {
      // The title is in ink, the drawing in the accent: only ink has little red.
      if (data[(y * image.width + x) * 4] > 80) continue;
      if (x < 60 || x >= 1140) count.outside++;
      else count.inside++;
    }
  }
  return count;
}

/** Whether this machine draws the text with letters: a missing letter is drawn as the same box as any other missing one. */
function hasLetters(text: string): boolean {
  const draw = (letters: string) => {
    const canvas = document.createElement('canvas');
    const context = canvas.getContext('2d') as CanvasRenderingContext2D;
    context.font = getComputedStyle(document.querySelector('h1') as HTMLElement).font;
    context.fillText(letters, 0, 60);
    return canvas.toDataURL();
  };
  return [...text].every((letter) => draw(letter) !== draw('\u{10FFFD}'));
}
