import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { startDecisionWorker, verifyExport } from '@broadsheet/newsroom/decisions';
import { closeLabJobs, labJobs } from '@broadsheet/newsroom/lab';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserPath, launch, startSite } from './site.ts';

const PICTURES = process.env.BROADSHEET_PICTURES;

describe.skipIf(!browserPath)(
  `decisions in a browser${browserPath ? '' : ' (skipped: no Chromium; set CHROMIUM_PATH)'}`,
  () => {
    let site: Awaited<ReturnType<typeof startSite>>;
    let browser: Browser;
    beforeAll(async () => {
      [site, browser] = await Promise.all([startSite(), launch()]);
      await startDecisionWorker(site.host, await labJobs(site.host), { pollMs: 50 });
    });
    afterAll(async () => {
      await browser?.close();
      if (site) await closeLabJobs(site.host);
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
    /** Presses what leads to a page, and waits for that: what is looked for next may be on the one before too. */
    async function press(page: Page, name: string): Promise<void> {
      const loaded = page.waitForEvent('load');
      await page.getByRole('button', { name, exact: true }).click();
      await loaded;
    }

    /** From a paper's page to a live session. */
    async function begin(page: Page, fault: string, isLooked = false): Promise<void> {
      await page.goto(`${site.url}/papers/2601.00001`);
      await page.getByRole('link', { name: 'Decide on this' }).click();
      await page.getByLabel('Fault of the simulated model').selectOption(fault);
      await press(page, 'Begin');
      if (isLooked) await look(page, 'decision-contract');
      await page.getByLabel('Who decides').fill('Ada');
      await press(page, 'Next: the question');
      await page.getByLabel('The question, in one sentence').fill('Do we draw our next maps by this method?');
      await page.getByLabel('What must hold whatever is chosen').fill('Two weeks at most without a map');
      await page.getByLabel('Observe').first().fill('wrong maps');
      await page.getByLabel('Threshold').first().fill('more than one in ten');
      await page.getByLabel('By', { exact: true }).first().fill('week 2');
      if (isLooked) await look(page, 'decision-question');
      await press(page, 'Freeze the question');
      for (const field of await page.getByRole('spinbutton').all()) await field.fill('60');
      await press(page, 'Seal it');
      for (const text of EVIDENCE) {
        await page.getByText('Add evidence').click();
        await page.getByLabel('Title').fill(text.slice(0, 30));
        await page.getByLabel('Where it is from').fill('a note of ours');
        await page.getByLabel('What it says, word for word').fill(text);
        await press(page, 'Add');
      }
      await page
        .getByLabel('One a line')
        .fill('hope: we skip bad news\nhaste: we name the date\nsunk cost: we speak of the money');
      await press(page, 'Keep them');
      await press(page, 'Measure the model');
      if (isLooked) await look(page, 'decision-calibration');
      await press(page, 'Run the stages');
      await press(page, 'Begin the session');
      await page.getByLabel('What do you want to know').waitFor({ timeout: 30_000 });
    }

    /** Asks until the session is stopped. */
    async function askUntilStopped(page: Page, most = 9): Promise<void> {
      for (let turn = 1; turn <= most; turn++) {
        await page.getByLabel('What do you want to know').fill(`What of point ${turn}?`);
        await page.getByRole('button', { name: 'Ask', exact: true }).click();
        // With a script the answer comes in place, without one as a page.
        await page.waitForLoadState();
        await expect.poll(() => page.locator('form[aria-busy]').count(), { timeout: 20_000 }).toBe(0);
        if (await page.getByRole('heading', { name: 'Stopped' }).isVisible()) return;
      }
      throw new Error(`nothing stopped the session in ${most} turns`);
    }

    test('a model that flatters is noticed and replaced, and the decision ends as a record whose chain verifies', async () => {
      const page = await (await browser.newContext()).newPage();
      await begin(page, 'sycophant', true);
      await look(page, 'decision-live');
      await askUntilStopped(page);
      expect(await page.getByRole('alert').textContent()).toMatch(/followed the lean|gave up/);
      await look(page, 'decision-alarm');
      await press(page, 'Ask the other model');
      await page.getByText('In place of that').waitFor();

      for (let i = 0; i < 3; i++) {
        await press(page, 'Ask for a challenge');
        await page.getByLabel('Your answer').fill('Seen, and it is in the notes.');
        await page.getByRole('checkbox', { name: 'E1' }).check();
        await press(page, 'Rebut it with the evidence');
      }
      await page.getByText('Add somebody').click();
      await page.getByLabel('Name').fill('Readers of the maps');
      for (const harm of await page.getByLabel('Harm').all()) await harm.selectOption('slight');
      await page.getByLabel('They gain something too').check();
      await press(page, 'Keep it');
      for (const field of await page.getByLabel(/in per cent/).all()) await field.fill('55');
      await press(page, 'Write it down');
      await press(page, 'Ready to decide');
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

    test.for(['confabulator', 'drifter', 'nihilist', 'exhausted', 'swap'])(
      'without JavaScript: a model that is a %s is noticed, and the page says what to do',
      async (fault) => {
        const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
        await begin(page, fault);
        await askUntilStopped(page);
        expect(await page.getByRole('button', { name: 'Use the checklist' }).count()).toBe(1);
        await press(page, 'Use the checklist');
        await page.getByText('In place of that: checklist').waitFor();
      },
    );

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

const EVIDENCE = [
  'The method was tried on four regions and drew each of them in one day. The authors give the time for every region in a table. Two of the regions were chosen by others.',
  'Two readers have repeated it with the code that was released. One of them drew the same maps on a new machine. The other got maps with holes on an older one.',
];
