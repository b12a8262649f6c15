import { AxeBuilder } from '@axe-core/playwright';
import { createReader, openSession } from '@broadsheet/newsroom/accounts';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserPath, launch, startSiteWithAccounts } from './site.ts';

describe.skipIf(!browserPath)(
  `the library in a browser${browserPath ? '' : ' (skipped: no Chromium; set CHROMIUM_PATH)'}`,
  () => {
    let site: Awaited<ReturnType<typeof startSiteWithAccounts>>;
    let browser: Browser;
    beforeAll(async () => {
      [site, browser] = await Promise.all([startSiteWithAccounts(), launch()]);
    });
    afterAll(async () => {
      await browser?.close();
      await site?.stop();
    });

    /** A browser in which a new reader is signed in. */
    async function someone({ javaScriptEnabled = true, width = 1280 } = {}): Promise<Page> {
      const { db } = site.host.database;
      const reader = await createReader(db, { isConfirmed: true }, site.host.now());
      const context = await browser.newContext({ javaScriptEnabled, viewport: { width, height: 900 } });
      const value = await openSession(db, reader.id, { way: 'mail', agent: 'test', now: site.host.now() });
      await context.addCookies([{ name: 'broadsheet-session', value, url: site.url }]);
      return context.newPage();
    }
    const said = (page: Page, text: string) =>
      page.locator('[data-announce]').filter({ hasText: text }).waitFor({ state: 'attached' });

    test('who chose it has each paper proposed once on the front page, and everything with one click', async () => {
      const page = await someone({ javaScriptEnabled: false });
      const papers = () => page.locator('[data-paper]').count();
      const start = site.host.now();
      // From now on until tomorrow the front page shows the same day.
      site.host.setNow(Date.parse('2026-01-16T18:00:00Z'));
      await page.goto(`${site.url}/library?part=unseen`);
      await page.getByRole('button', { name: 'Propose each paper once' }).click();
      await page.getByRole('button', { name: 'Show me everything again' }).waitFor();
      // The library itself has proposed some; within a sitting they are all still there.
      await page.goto(site.url);
      const all = await papers();
      expect(all).toBeGreaterThan(20);
      site.host.setNow(Date.parse('2026-01-16T23:00:00Z'));
      await page.reload();
      await page.getByText('that you were shown before').waitFor();
      expect(await papers()).toBe(0);
      // A day that is asked for by its name has all of its papers.
      await page.goto(`${site.url}/papers/date/2026-01-14`);
      expect(await papers()).toBeGreaterThan(20);
      await page.goto(site.url);
      await page.getByRole('link', { name: 'Show everything' }).click();
      expect(await papers()).toBe(all);
      await page.goto(`${site.url}/library?part=unseen`);
      await page.getByRole('button', { name: 'Show me everything again' }).click();
      await page.goto(site.url);
      expect(await papers()).toBe(all);
      site.host.setNow(start);
      await page.context().close();
    });

    test('s saves and x hides what is under the keys; both can be taken back', async () => {
      const page = await someone();
      await page.goto(`${site.url}/papers/date/2026-01-14`);
      await page.keyboard.press('j');
      const first = await page.locator('[data-current]').getAttribute('data-paper');
      await page.keyboard.press('s');
      await said(page, 'Saved to your library.');
      await page.keyboard.press('j');
      const second = await page.locator('[data-current]').getAttribute('data-paper');
      await page.keyboard.press('x');
      await said(page, 'Not this');
      await page.reload();
      expect(await page.locator(`[data-paper="${second}"]`).count()).toBe(0);
      expect(await page.locator(`[data-paper="${first}"]`).count()).toBe(1);
      await page.getByRole('link', { name: '1 that you do not want' }).click();
      await page.getByText('Let some come back').click();
      await page.getByRole('button', { name: /bring back/ }).click();
      await page.getByRole('heading', { name: 'Your library' }).waitFor();
      expect(await page.locator(`[data-paper="${first}"]`).count()).toBe(1);
      await page.goto(`${site.url}/papers/date/2026-01-14`);
      expect(await page.locator(`[data-paper="${second}"]`).count()).toBe(1);
      await page.context().close();
    });

    test('without JavaScript: saved on its page, taken along as BibTeX, brought to another shelf', async () => {
      const page = await someone({ javaScriptEnabled: false });
      await page.goto(`${site.url}/papers/2601.00008`);
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await page.getByRole('button', { name: 'Saved' }).waitFor();
      await page.goto(`${site.url}/library`);
      const address = (await page.getByRole('link', { name: 'BibTeX' }).getAttribute('href')) ?? '';
      const bib = await (await page.request.get(site.url + address)).text();
      expect(bib).toContain('2601.00008');
      expect((await fetch(site.url + address, { redirect: 'manual' })).status).not.toBe(200);
      await page.getByText('Bring papers along').click();
      await page.getByLabel('BibTeX, CSL-JSON or Zotero RDF').setInputFiles({
        ...{ name: 'mine.bib', mimeType: 'text/plain' },
        buffer: Buffer.from(`${bib}\n@article{x, doi={10.1234/elsewhere}}`),
      });
      await page.getByLabel('On the shelf').fill('Brought');
      await page.getByRole('button', { name: 'Bring them' }).click();
      await page.getByText('1 saved; 1 are not here').waitFor();
      await page.getByRole('link', { name: 'Brought 1' }).click();
      expect(await page.locator('[data-paper="/papers/2601.00008"]').count()).toBe(1);
      await page.context().close();
    });

    test('what a page has shown is not proposed again', async () => {
      const page = await someone();
      await page.goto(`${site.url}/library?part=unseen`);
      const proposed = await page.locator('li[data-paper]').count();
      // All but the one that was withdrawn.
      expect(proposed).toBe(30);
      await page.goto(`${site.url}/library?part=unseen`);
      await page.getByText('Each is proposed once.').waitFor();
      await page.goto(`${site.url}/library?part=history`);
      expect(await page.locator('.history li').count()).toBe(30);
      await page.context().close();
    });

    test.each([1280, 360])('axe finds nothing at %i px, and nothing is cut off', async (width) => {
      const page = await someone({ width });
      await page.goto(`${site.url}/papers/2601.00001`);
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      for (const path of ['/library', '/library?part=history', '/papers/submit', '/papers/2601.00001']) {
        await page.goto(site.url + path);
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(violations.map((v) => `${path} ${v.id}: ${v.nodes[0].html}`)).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBeLessThanOrEqual(width);
      }
      await page.context().close();
    });
  },
);
