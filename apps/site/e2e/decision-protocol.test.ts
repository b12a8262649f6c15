import AxeBuilder from '@axe-core/playwright';
import { localReader } from '@broadsheet/newsroom/accounts';
import { startDecisionWorker } from '@broadsheet/newsroom/decisions';
import { scene } from '@broadsheet/newsroom/decisions/testing';
import { siteJobs } from '@broadsheet/newsroom/host';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserPath, launch, startSite } from './site.ts';

describe.skipIf(!browserPath)(
  `the protocol of a decision in a browser${browserPath ? '' : ' (skipped: no Chromium; set CHROMIUM_PATH)'}`,
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

    async function open(): Promise<Page> {
      const { id } = await scene(site.host, (await localReader(site.host)).id).live();
      const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
      await page.goto(`${site.url}/decisions/${id}`);
      return page;
    }
    async function press(page: Page, name: string): Promise<void> {
      const loaded = page.waitForEvent('load');
      await page.getByRole('button', { name, exact: true }).click();
      await loaded;
    }
    async function ask(page: Page, text: string): Promise<void> {
      await page.getByLabel('What do you want to know').fill(text);
      await press(page, 'Ask');
    }
    /** No fault that axe finds, and nothing that hangs over on a phone. */
    async function look(page: Page, name: string): Promise<void> {
      // Axe is a script: it looks at the same page in a context that runs them.
      const context = await browser.newContext({ viewport: { width: 360, height: 740 } });
      const seen = await context.newPage();
      await seen.goto(page.url());
      const { violations } = await new AxeBuilder({ page: seen }).analyze();
      expect(violations.map(({ id, nodes }) => `${name}: ${id} ${nodes[0]?.html}`)).toEqual([]);
      expect(await seen.evaluate(() => document.documentElement.scrollWidth), name).toBeLessThanOrEqual(360);
      await context.close();
    }

    test('after the third answer a challenge is there; it is not rebutted twice with the same, and a claim is pushed', async () => {
      const page = await open();
      for (const text of ['What speaks for it?', 'What speaks against it?', 'And of the older device?'])
        await ask(page, text);
      await expect
        .poll(async () => (await page.reload()) && page.locator('strong', { hasText: 'premortem' }).count(), {
          timeout: 20_000,
        })
        .toBe(1);
      await look(page, 'challenge');
      await page.getByLabel('Your answer').fill('There is nothing in it.');
      await press(page, 'Accept it');
      expect(await page.getByRole('alert').textContent()).toMatch(/something changes/);
      await page.getByRole('checkbox', { name: 'E2' }).check();
      await press(page, 'Rebut it with the evidence');
      await page.getByText('Challenges: 1 resolved').waitFor();

      await page.getByText('The newest that stand').click();
      const loaded = page.waitForEvent('load');
      await page
        .getByRole('button', { name: /^Challenge this/ })
        .first()
        .click();
      await loaded;
      await page.getByText('The newest that stand').click();
      await page.getByText('pushed without evidence it kept to it').first().waitFor();
    });

    test('a criterion that is met stops the session with a proposal; it is overridden with a reason, then confirmed', async () => {
      const page = await open();
      const report = async (note: string, sources: readonly string[]) => {
        await page.getByText('A criterion that was to end it is met').click();
        for (const title of sources) await page.getByLabel(title, { exact: true }).check();
        await page.getByLabel('What was seen').fill(note);
        await press(page, 'Report it');
      };
      await report('It was 1.4 times.', ['Note 2']);
      expect(await page.getByRole('alert').textContent()).toMatch(/speed-up on our data below 2 times/);
      expect(await page.getByText(/tokens in .* calls/).textContent()).toBeTruthy();
      expect(await page.getByText('not a reason to continue', { exact: true }).count()).toBe(1);
      expect(await page.getByLabel('What do you want to know').count()).toBe(0);
      await look(page, 'proposal');
      await page.getByLabel('Go on: why').fill('One device of four.');
      await press(page, 'Go on');
      await page.getByLabel('What do you want to know').waitFor();

      await report('It was 1.3 times on all of them.', ['Note 1', 'Note 2']);
      await page.getByLabel('Stop: what it ends with').fill('It is met on our own data.');
      await page.getByLabel('Asked again on').fill('2026-03-01');
      await press(page, 'Stop it');
      await page.getByText('Take it up again').first().waitFor();
      await look(page, 'stopped');
      await page.getByRole('link', { name: 'record', exact: true }).click();
      const record = (await page.textContent('body')) ?? '';
      for (const words of [
        'It is met on our own data.',
        'not a reason to continue',
        'One device of four.',
        'every hash fits',
      ])
        expect(record).toContain(words);
      await page.goBack();

      // The same person waits a day.
      await page.getByText('Take it up again').first().click();
      await page.getByLabel('The new evidence: its title').fill('A third reader');
      await page.getByLabel('Where it is from').fill('note');
      await page.getByLabel('What it says, word for word').fill('Three times on ours.');
      await page.getByLabel('Why that changes it').fill('The first run had a fault.');
      await press(page, 'Take it up again');
      expect(await page.getByRole('alert').textContent()).toMatch(/waits a day/);
      await page.getByLabel('Outcome').fill('Others failed with it.');
      await page.getByLabel('right', { exact: true }).check();
      await press(page, 'Review');
      await page.getByText('Stopping was right.').waitFor();
    });
  },
);
