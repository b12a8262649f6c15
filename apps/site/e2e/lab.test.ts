import { readFileSync } from 'node:fs';
import AxeBuilder from '@axe-core/playwright';
import { recordPi } from '@broadsheet/newsroom/lab/testing';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunResult } from '../player/order.ts';
import { servePi, startLabSite } from './lab-site.ts';
import { browserPath, launch } from './site.ts';

const LAB = '/papers/2601.00001/lab';
/** Slow enough to be met while it runs. */
const SLOW = `${LAB}?pauseMs=150`;

describe.skipIf(!browserPath)(
  `the lab in a browser${browserPath ? '' : ' (skipped: no Chromium; set CHROMIUM_PATH)'}`,
  () => {
    let site: Awaited<ReturnType<typeof startLabSite>>;
    let browser: Browser;
    beforeAll(async () => {
      [site, browser] = await Promise.all([startLabSite(), launch()]);
    });
    afterAll(async () => {
      await browser?.close();
      await site?.stop();
    });

    /** @param withRuntime whether the 14 MB of ONNX Runtime may be fetched; the experiment itself does without */
    async function visit(
      path: string,
      { withRuntime = false, ...options }: Parameters<Browser['newContext']>[0] & { withRuntime?: boolean } = {},
    ) {
      const context: BrowserContext = await browser.newContext(options);
      await servePi(context);
      if (!withRuntime)
        await context.route('**/runtime/index.json', (r) => r.fulfill({ json: { detail: 'not yet' }, status: 503 }));
      const page = await context.newPage();
      const errors: string[] = [];
      const asked: string[] = [];
      page.on('pageerror', (error) => errors.push(error.message));
      page.on('console', (m) => m.type() === 'error' && !m.text().includes('503') && errors.push(m.text()));
      page.on('request', (request) => asked.push(new URL(request.url()).pathname));
      await page.goto(site.url + path);
      return { page, context, errors, asked };
    }
    const run = (page: Page) => page.locator('[data-lab] button[data-run]');
    const state = (page: Page, wanted: string) =>
      page.locator(`[data-status][data-state="${wanted}"]`).waitFor({ timeout: 20_000 });
    const drawing = (page: Page) =>
      page.locator('[data-running] [data-figures] path.seed').first().waitFor({ state: 'attached', timeout: 20_000 });
    /** The browser tells of a worker's end in its own time, not in the page's. */
    const noWorker = (page: Page) => expect.poll(() => page.workers()).toHaveLength(0);
    const status = (page: Page) => page.locator('[data-status]').textContent();

    test('nothing of the player is fetched before a reader reaches for it, and the runtime only on Run', async () => {
      const { page, context, asked } = await visit(LAB, { withRuntime: true });
      await page.waitForLoadState('networkidle');
      expect(asked.filter((path) => path.startsWith('/player') || path.startsWith('/runtime'))).toEqual([]);
      await run(page).hover();
      await expect.poll(() => asked).toContain('/player/lab.js');
      expect(asked.some((path) => path.startsWith('/runtime'))).toBe(false);
      await run(page).click();
      await expect.poll(() => asked).toContain('/runtime/index.json');
      await context.close();
    });

    test('a run in the browser draws, ends in verdicts, and comes to the same result as elsewhere', async () => {
      const { page, context, errors } = await visit(LAB, { withRuntime: true });
      await run(page).click();
      await state(page, 'done');
      const runtime = await fetch(`${site.url}/runtime/index.json`);
      expect(await status(page)).toMatch(/Done: 1 not supported, 1 inconclusive\./);
      if (runtime.ok) expect(await status(page)).toContain('onnxruntime-web, 1 thread');
      expect(await page.locator('[data-figures] path.seed').count()).toBe(20);
      expect(await page.locator('[data-figures] .band').count()).toBe(2);
      expect(await page.locator('[data-figures] .paper-mark').count()).toBe(1);
      const words = await page.locator('[data-outcome] > table .verdict').allTextContents();
      expect(words).toEqual(['~ inconclusive', '✕ not supported', '○ not run']);
      // The recorded run stays at hand, and beside the reader's.
      expect(await page.locator('[data-outcome] .against .verdict').count()).toBe(6);
      expect(await page.locator('[data-recorded-block] figure').count()).toBe(2);
      const download = page.waitForEvent('download');
      await page.locator('[data-download="json"]').click();
      const path = await (await download).path();
      const result = JSON.parse(readFileSync(path, 'utf8')) as RunResult;
      const here = await recordPi('live');
      expect(result.outcomes).toEqual(here.outcomes);
      expect(result.verdicts.map((v) => v.sentence)).toEqual(here.verdicts.map((v) => v.sentence));
      expect(result.sourcesHash).toBe(here.sourcesHash);
      expect(errors).toEqual([]);
      await context.close();
    });

    test('a Run in the paper’s own page brings the lab there and runs it', async () => {
      const { page, context, errors } = await visit('/papers/2601.00001');
      expect(await page.locator('table.claims .verdict').allTextContents()).toEqual([
        '✓ supported',
        '✕ not supported',
        '✓ supported',
      ]);
      await page.locator('a.run').click();
      await state(page, 'done');
      expect(page.url()).toBe(`${site.url}/papers/2601.00001`);
      expect(await page.locator('[data-lab]').count()).toBe(1);
      expect(await page.locator('[data-lab]').evaluate((e) => getComputedStyle(e).scrollMarginTop)).toBe('12px');
      expect(errors).toEqual([]);
      await context.close();
    });

    test('Stop works at once, what was drawn stays, and Run begins anew', async () => {
      const { page, context } = await visit(SLOW);
      await run(page).click();
      await drawing(page);
      expect(await run(page).textContent()).toBe('Stop');
      await run(page).click();
      await state(page, 'stopped');
      expect(await run(page).textContent()).toBe('Run again');
      await noWorker(page);
      expect(await page.locator('[data-figures] path.seed').count()).toBeGreaterThan(0);
      expect(await page.locator('[data-outcome] table').count()).toBe(0);
      await page.keyboard.press('r');
      await state(page, 'running');
      await page.keyboard.press('r');
      await state(page, 'stopped');
      await context.close();
    });

    test('by keyboard alone a reader changes a value, runs, and is told how it ended', async () => {
      const { page, context } = await visit(LAB);
      await page.locator('#lab-darts').focus();
      await page.keyboard.press('Control+a');
      await page.keyboard.type('500');
      await page.keyboard.press('Enter');
      await state(page, 'done');
      expect(new URL(page.url()).search).toBe('?size=live&darts=500');
      expect(await page.locator('[data-live]').textContent()).toMatch(/^Done: /);
      expect(await page.locator('[data-live]').getAttribute('aria-live')).toBe('polite');
      await context.close();
    });

    test('the address of a run fills the form and runs the same again', async () => {
      const { page, context } = await visit(`${LAB}?size=full&seeds=12&darts=700&target=disc&marks=50,100&wind=0.1`);
      expect(await page.locator('#lab-darts').inputValue()).toBe('700');
      expect(await page.locator('#lab-target').inputValue()).toBe('disc');
      await run(page).click();
      await state(page, 'done');
      const kept = new URL(page.url()).search;
      expect(new URLSearchParams(kept)).toEqual(
        new URLSearchParams('size=full&seeds=12&darts=700&target=disc&marks=50,100&wind=0.1'),
      );
      await context.close();
    });

    test('sliders and fields move together, and another size brings its own values', async () => {
      const { page, context } = await visit(LAB);
      await run(page).hover();
      await page.waitForFunction(() => performance.getEntriesByName(`${location.origin}/player/lab.js`).length > 0);
      await page.locator('[data-slider="darts"]').fill('4');
      await expect.poll(() => page.locator('#lab-darts').inputValue()).toBe('10000');
      await page.locator('#lab-darts').fill('100');
      expect(Number(await page.locator('[data-slider="darts"]').inputValue())).toBeCloseTo(2, 5);
      await page.locator('input[name="size"][value="full"]').check();
      expect(await page.locator('#lab-darts').inputValue()).toBe('20000');
      expect(await page.locator('#lab-seeds').inputValue()).toBe('20');
      await context.close();
    });

    test('values out of range are named with what they may be: in the form, and in the address', async () => {
      const { page, context } = await visit(LAB);
      await page.locator('#lab-darts').fill('3');
      await page.locator('#lab-marks').fill('1,1');
      await run(page).click();
      await state(page, 'failed');
      expect(await page.locator('[data-fault="darts"]').textContent()).toContain('a whole number from 100 to 1000000');
      expect(await page.locator('[data-fault="marks"]').isVisible()).toBe(true);
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('lab-darts');
      expect(await page.locator('#lab-darts').getAttribute('aria-invalid')).toBe('true');
      await page.goto(`${site.url}${LAB}?darts=7&wind=9`);
      expect(await page.locator('[data-fault="darts"]').textContent()).toContain('darts is "7"');
      expect(await page.locator('[data-fault="wind"]').textContent()).toContain('from 0 to 1');
      expect(await page.locator('#lab-darts').inputValue()).toBe('2000');
      await context.close();
    });

    test('seeds that end early are counted and their reasons told', async () => {
      const { page, context } = await visit(`${LAB}?wind=1`);
      await run(page).click();
      await state(page, 'done');
      expect(await page.locator('[data-outcome]').textContent()).toContain('every dart was blown away');
      expect(await page.locator('[data-outcome]').textContent()).toContain('10 of 10 seeds ended early');
      await context.close();
    });

    test('without JavaScript the recorded run is drawn, with its tables and downloads', async () => {
      const { page, context } = await visit(LAB, { javaScriptEnabled: false });
      expect(await page.locator('[data-figures] svg.figure path.mean').count()).toBe(2);
      expect(await page.locator('[data-figures] svg title').first().textContent()).toMatch(/at the right end/);
      await page.locator('[data-table-of="error"] summary').click();
      expect(await page.locator('[data-table-of="error"] tbody tr').count()).toBe(2);
      expect(await page.locator('[data-outcome] > table .verdict').allTextContents()).toContain('✓ supported');
      expect(await run(page).isVisible()).toBe(false);
      expect(await page.locator('noscript').textContent()).toContain('npx broadsheet run pi');
      const json = await page.locator('.takeaway a', { hasText: 'JSON' }).getAttribute('href');
      expect((await (await fetch(site.url + json)).json()).size).toBe('full');
      const csv = await (await fetch(`${site.url}/api/lab/runs/recorded-pi-full/points.csv`)).text();
      expect(csv.split('\r\n')[0]).toBe('figure,series,seed,x,y');
      await context.close();
    });

    test('a browser without WebAssembly SIMD is offered the server, and says why', async () => {
      const context = await browser.newContext();
      await servePi(context);
      await context.addInitScript('WebAssembly.validate = () => false');
      const page = await context.newPage();
      await page.goto(site.url + LAB);
      await run(page).hover();
      const here = page.locator('input[name="on"][value="browser"]');
      await expect.poll(() => here.isDisabled()).toBe(true);
      expect(await here.locator('..').textContent()).toContain('no WebAssembly SIMD');
      expect(await page.locator('input[name="on"][value="server"]').isChecked()).toBe(true);
      await run(page).click();
      await state(page, 'done');
      expect(page.url()).toMatch(/\?run=/);
      await context.close();
    });

    test('a site without the runtime runs on slower kernels and says so', async () => {
      const { page, context } = await visit(LAB);
      await run(page).click();
      await state(page, 'done');
      expect(await status(page)).toMatch(
        /jax-js’s own kernels, slower \(this site has no runtime for browsers now: not yet\)/,
      );
      await context.close();
    });

    test('a worker that crashes ends in a state that says so, and can be begun anew', async () => {
      const context = await browser.newContext();
      await context.route('**/player/pi-of-tests.js', (route) =>
        route.fulfill({
          contentType: 'text/javascript',
          body: 'setTimeout(() => { throw new Error("out of memory") }, 50); export const experiment = await new Promise(() => {});',
        }),
      );
      const page = await context.newPage();
      await page.goto(site.url + LAB);
      await run(page).click();
      await state(page, 'failed');
      expect(await status(page)).toContain('The worker crashed: Uncaught Error: out of memory');
      await noWorker(page);
      await context.unroute('**/player/pi-of-tests.js');
      await servePi(context);
      await run(page).click();
      await state(page, 'done');
      await context.close();
    });

    test('a tab that was put to sleep goes on where it was and says so', async () => {
      const { page, context } = await visit(SLOW);
      await page.clock.install();
      await run(page).click();
      await drawing(page);
      // What a frozen tab meets: its clock has jumped when its timers fire again.
      await page.clock.fastForward(90_000);
      await expect.poll(() => page.locator('[data-live]').textContent()).toMatch(/asleep for 9\d seconds/);
      await page.clock.resume();
      await state(page, 'done');
      await context.close();
    });

    describe('on the server', () => {
      async function onServer(page: Page) {
        await page.locator('input[name="on"][value="server"]').check();
        await run(page).click();
      }

      test('a run draws as it goes, is stored, and its address shows it to anyone', async () => {
        const { page, context } = await visit(SLOW);
        await onServer(page);
        await drawing(page);
        expect(await page.locator('[data-status]').getAttribute('data-state')).toBe('running');
        await state(page, 'done');
        const address = page.url();
        expect(address).toMatch(/\?run=[\w-]{16}$/);
        const other = await browser.newContext({ javaScriptEnabled: false });
        const reader = await other.newPage();
        await reader.goto(address);
        expect(await reader.locator('[data-outcome-title]').textContent()).toContain('A run on the server');
        expect(await reader.locator('[data-figures] path.seed').count()).toBe(20);
        await other.close();
        await context.close();
      });

      test('a lost connection is said, and the run goes on and is taken up where it was', async () => {
        const { page, context } = await visit(`${LAB}?pauseMs=250`);
        await onServer(page);
        await drawing(page);
        await site.loseConnection(async () => {
          await page
            .locator('[data-status]', { hasText: 'connection to the site is lost' })
            .waitFor({ timeout: 15_000 });
        });
        await state(page, 'done');
        expect(await page.locator('[data-outcome] > table .verdict').first().textContent()).toBe('~ inconclusive');
        await context.close();
      });

      test('kill -9 of its process is not the end of a run', async () => {
        const { page, context } = await visit(SLOW);
        const before = site.processId();
        await onServer(page);
        await expect.poll(() => site.processId(), { timeout: 10_000 }).not.toBe(before);
        await drawing(page);
        process.kill(site.processId(), 'SIGKILL');
        await state(page, 'done');
        const id = new URL(page.url()).searchParams.get('run');
        expect(await (await fetch(`${site.url}/api/lab/runs/${id}`)).json()).toMatchObject({
          state: 'done',
          attempts: 2,
        });
        expect(await page.locator('[data-figures] path.seed').count()).toBe(20);
        await context.close();
      });

      test('Stop ends it there too, and too much asked for is refused with when to come back', async () => {
        const { page, context } = await visit(`${LAB}?pauseMs=1000`);
        await onServer(page);
        await page.locator('[data-status]', { hasText: 'on the server' }).waitFor({ timeout: 10_000 });
        const ask = () =>
          fetch(`${site.url}/api/lab/runs`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ experiment: 'pi' }),
          });
        const second = await (await ask()).json();
        const refused = await ask();
        expect(refused.status).toBe(429);
        expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
        await page.reload();
        await onServer(page);
        await state(page, 'failed');
        expect(await status(page)).toContain('2 runs of yours are in hand');
        for (const run of await site.host.database.db
          .selectFrom('lab_run')
          .select('id')
          .where('state', 'in', ['queued', 'running'])
          .execute())
          await fetch(`${site.url}/api/lab/runs/${run.id}`, { method: 'DELETE' });
        await expect
          .poll(async () => (await (await fetch(`${site.url}/api/lab/runs/${second.id}`)).json()).state, {
            timeout: 10_000,
          })
          .toBe('cancelled');
        await context.close();
      });
    });

    describe.each(['light', 'dark'] as const)('in the %s theme', (colorScheme) => {
      test.each([LAB, '/lab', '/papers/2601.00001'])('%s has no accessibility violation', async (path) => {
        const { page, context, errors } = await visit(path, { colorScheme });
        const seen = () =>
          new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
        const faults = [...(await seen()).violations];
        if (path === LAB) {
          await run(page).click();
          await state(page, 'done');
          await page.evaluate(() => {
            for (const details of document.querySelectorAll('details')) details.open = true;
          });
          faults.push(...(await seen()).violations);
        }
        expect(
          faults.map(
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

    test.each([320, 768, 1280])('nothing is wider than a screen of %d pixels', async (width) => {
      for (const path of [LAB, '/lab', '/papers/2601.00001']) {
        const { page, context } = await visit(path, { viewport: { width, height: 800 } });
        if (path === LAB) {
          await run(page).click();
          await state(page, 'done');
        }
        expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), path).toBeLessThanOrEqual(
          0,
        );
        await context.close();
      }
    });

    test('experiments and runs of the API say what they take and refuse', async () => {
      const [listed] = await (await fetch(`${site.url}/api/lab/experiments`)).json();
      expect(listed).toMatchObject({ id: 'pi', paper: { arXivId: '2601.00001' } });
      expect(listed.claims.map((c: { verdict: { verdict: string } }) => c.verdict.verdict)).toEqual([
        'supported',
        'not supported',
        'supported',
      ]);
      const ask = (body: unknown) =>
        fetch(`${site.url}/api/lab/runs`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        });
      const faulty = await ask({ experiment: 'pi', parameters: { darts: 1 }, seeds: 0 });
      expect(faulty.status).toBe(422);
      expect(faulty.headers.get('content-type')).toBe('application/problem+json');
      expect((await faulty.json()).errors).toMatchObject([{ key: 'seeds' }, { key: 'darts' }]);
      expect((await ask({ experiment: 'tau' })).status).toBe(404);
      expect((await fetch(`${site.url}/api/lab/runs/nothing`)).status).toBe(404);
      expect((await fetch(`${site.url}/api/lab/runs/nothing`, { method: 'DELETE' })).status).toBe(404);
      expect((await fetch(`${site.url}/papers/2601.00002/lab`)).status).toBe(404);
    });
  },
);
