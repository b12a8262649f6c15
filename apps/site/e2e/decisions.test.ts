import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { startDecisionWorker, verifyExport } from '@broadsheet/newsroom/decisions';
import { siteJobs } from '@broadsheet/newsroom/host';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askUntilStopped, begin, getReady, press } from './decision-walk.ts';
import { browserPath, launch, startSite } from './site.ts';

const PICTURES = process.env.BROADSHEET_PICTURES;

describe.skipIf(!browserPath)(
  `decisions in a browser${browserPath ? '' : ' (skipped: no Chromium; set CHROMIUM_PATH)'}`,
  () => {
    let site: Awaited<ReturnType<typeof startSite>>;
    let browser: Browser;
    beforeAll(async () => {
      [site, browser] = await Promise.all([startSite(), launch()]);
      await startDecisionWorker(site.host, await siteJobs(site.host), { pollMs: 50 });
    });
    afterAll(async () => {
      await browser?.close();
      await site?.stop();
    });

    /** A page that a person would show: no fault that axe finds, and on phones nothing that hangs over. */
    async function look(page: Page, name: string): Promise<void> {
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => `${name}: ${id} ${nodes[0]?.html}`)).toEqual([]);
      await page.setViewportSize({ width: 360, height: 740 });
      expect(await page.evaluate(() => document.documentElement.scrollWidth), name).toBeLessThanOrEqual(360);
      if (PICTURES) await page.screenshot({ path: join(PICTURES, `${name}-360.png`), fullPage: true });
      await page.setViewportSize({ width: 1280, height: 900 });
      if (PICTURES) await page.screenshot({ path: join(PICTURES, `${name}-1280.png`), fullPage: true });
    }
    test('a model that flatters is noticed and replaced, and the decision ends as a record whose chain verifies', {
      timeout: 180_000,
    }, async () => {
      const page = await (await browser.newContext()).newPage();
      await begin(page, site.url, { fault: 'sycophant', look });
      await look(page, 'decision-live');
      await askUntilStopped(page);
      expect(await page.getByRole('alert').textContent()).toMatch(/followed the lean|gave up/);
      await look(page, 'decision-alarm');
      await press(page, 'Ask the other model');
      await page.getByText('In place of that').waitFor();

      await getReady(page);
      await page.getByLabel('We choose').selectOption({ label: 'Try it for two weeks on our own data' });
      await page.getByLabel('Because').fill('It is cheap and tells us most.');
      await page.getByLabel('Looked at again on').fill('2026-03-01');
      await look(page, 'decision-sign');
      await press(page, 'Sign');
      await page.getByRole('heading', { name: 'Try it for two weeks' }).waitFor();

      await page.getByRole('link', { name: 'record', exact: true }).click();
      expect(await page.getByText('every hash fits').count()).toBe(1);
      await look(page, 'decision-record');
      const waiting = page.waitForEvent('download');
      await page.getByRole('link', { name: 'JSON with its chain' }).click();
      const file = await (await waiting).path();
      expect(await verifyExport(readFileSync(file, 'utf8'))).toMatchObject({ valid: true });
      const changed = join(mkdtempSync(join(tmpdir(), 'broadsheet-')), 'changed.json');
      writeFileSync(changed, readFileSync(file, 'utf8').replace('It is cheap', 'It is dear'));
      expect(await verifyExport(readFileSync(changed, 'utf8'))).toMatchObject({ valid: false });
      await page.goto(`${site.url}/decisions/calibration`);
      expect(await page.getByText('Too few to say').count()).toBe(1);
      await look(page, 'decision-scores');
    });

    test('what is missing is said, and what was typed stays', async () => {
      const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
      await page.goto(`${site.url}/decisions/new`);
      await page.getByLabel('What is to be decided').fill('Something');
      await press(page, 'Begin');
      await page.getByLabel('Who decides').fill('   ');
      await press(page, 'Next: the question');
      expect(await page.getByRole('alert').textContent()).toMatch(/decides.*is missing/);
      await page.getByLabel('Who decides').fill('Ada');
      await press(page, 'Next: the question');
      await page.getByLabel('The question, in one sentence').fill('Do we?');
      for (const i of [1, 2]) await page.getByLabel(`Option ${i}`).fill('The same thing');
      for (const [label, words] of [
        ['Observe', 'wrong maps'],
        ['Threshold', 'ten'],
        ['By', 'week 2'],
      ])
        await page.getByLabel(label, { exact: true }).first().fill(words);
      await press(page, 'Freeze the question');
      expect(await page.getByRole('alert').textContent()).toMatch(/options must differ/);
      const kept = ['The question, in one sentence', 'Option 1', 'Option 2', 'Observe', 'Threshold', 'By'];
      const values = await Promise.all(
        kept.map((label) => page.getByLabel(label, { exact: true }).first().inputValue()),
      );
      expect(values).toEqual(['Do we?', 'The same thing', 'The same thing', 'wrong maps', 'ten', 'week 2']);
      const list = await fetch(`${site.url}/decisions/0000000000000000`, { headers: { accept: 'application/json' } });
      expect(list.status).toBe(404);
    });
  },
);
