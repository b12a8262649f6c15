import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { createReader, openSession } from '@broadsheet/newsroom/accounts';
import { readAudit } from '@broadsheet/newsroom/audit';
import { assignWaiting, listTopics, renameTopic, runDueStages } from '@broadsheet/newsroom/topics';
import { addPapers, loadSmallTopics, seedTopics } from '@broadsheet/newsroom/topics/testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserPath, launch, startSiteWithAccounts } from './site.ts';

const PICTURES = process.env.BROADSHEET_PICTURES;

/** A page that a person would show: no fault that axe finds, light and dark, and nothing hangs over on a small phone. */
async function look(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${name}, ${colorScheme}: ${id} ${nodes[0]?.html}`)).toEqual([]);
    if (PICTURES) await page.screenshot({ path: join(PICTURES, `${name}-${colorScheme}.png`), fullPage: true });
  }
  await page.setViewportSize({ width: 320, height: 740 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth), name).toBeLessThanOrEqual(320);
  await page.setViewportSize({ width: 1280, height: 900 });
}

describe.skipIf(!browserPath)(
  `topics in a browser${browserPath ? '' : ' (skipped: no Chromium; set CHROMIUM_PATH)'}`,
  () => {
    let site: Awaited<ReturnType<typeof startSiteWithAccounts>>;
    let browser: Browser;
    let editorId: number;
    beforeAll(async () => {
      [site, browser] = await Promise.all([startSiteWithAccounts(), launch()]);
      const { db } = site.host.database;
      editorId = (await createReader(db, { name: 'Ada', isConfirmed: true }, site.host.now())).id;
      await db.updateTable('reader').set({ role: 'editor' }).where('id', '=', editorId).execute();
    });
    afterAll(async () => {
      await browser?.close();
      await site?.stop();
    });

    async function open({ javaScriptEnabled = true, isEditor = false } = {}): Promise<Page> {
      const context = await browser.newContext({ javaScriptEnabled });
      if (isEditor) {
        const now = site.host.now();
        const secret = await openSession(site.host.database.db, editorId, { way: 'mail', agent: 'test', now });
        await context.addCookies([{ name: 'broadsheet-session', value: secret, url: site.url }]);
      }
      return context.newPage();
    }

    test('a site without topics says when they come', async () => {
      const page = await open();
      await page.goto(`${site.url}/topics`);
      expect(await page.getByText('No topics yet').count()).toBe(1);
      await look(page, 'topics-empty');
    });

    describe('once there are some', () => {
      beforeAll(async () => {
        await seedTopics(site.host, { topics: 4, papersEach: 5 });
        // As long as some institutes' are: it must not be wider than a phone.
        const organization = 'Working Group of Slow Computing, Faculty of Rivers and Maps, Harbour University';
        await site.host.database.db.updateTable('paper').set({ organization, organization_slug: 'slow' }).execute();
        await site.host.contentChanged();
      });

      test('a reader goes from what is new to a topic, a paper, why it is there, and a search narrowed to it, all without a script', async () => {
        const page = await open({ javaScriptEnabled: false });
        await page.goto(site.url);
        await page.getByRole('link', { name: 'Topics', exact: true }).click();
        expect(await page.locator('main > p').first().textContent()).toMatch(
          /^One new topic in April 2025: .*z\s=\s2\.0/,
        );
        await page
          .getByRole('region', { name: 'New' })
          .or(page.locator('.news'))
          .getByRole('link', { name: 'Protein design' })
          .click();
        await page.waitForURL('**/topics/3');
        expect(await page.locator('[data-paper]').count()).toBe(5);
        expect(await page.getByText('Born in March 2025 from 8 papers').count()).toBe(1);
        await page.getByRole('link', { name: 'Plain Paper Number 11' }).click();
        const topic = page.getByRole('link', { name: 'Protein design' });
        await topic.first().waitFor();
        await page.getByText('why', { exact: true }).click();
        expect(await page.getByText('Words that it shares with the topic: protein.').isVisible()).toBe(true);
        await page.goto(`${site.url}/papers?q=rivers`);
        await page.getByRole('link', { name: 'Protein design', exact: true }).first().click();
        await page.waitForURL('**topic=3**');
        expect(await page.locator('[data-paper]').count()).toBe(5);
        await page.getByRole('link', { name: '✓ Protein design' }).click();
        expect(await page.locator('[data-paper]').count()).toBeGreaterThan(5);
      });

      test('every rendering of a topic is there, and mail for it can be asked for on its page', async () => {
        const page = await open();
        await page.goto(`${site.url}/topics/2`);
        const links = await page
          .locator('link[rel=alternate]')
          .evaluateAll((all) => all.map((a) => a.getAttribute('href')));
        expect(links).toHaveLength(8);
        for (const href of links)
          expect(await fetch(site.url + href).then((r) => r.text()), href ?? '').toContain('2601.00006');
        await page.getByLabel('By mail each morning').fill('ada@example.org');
        await page.getByRole('button', { name: 'Subscribe' }).click();
        await page.getByText('a letter is on its way').waitFor();
        const { db } = site.host.database;
        expect(await db.selectFrom('subscription').select('feed').execute()).toEqual([{ feed: '/topics/2' }]);
      });

      // Ten looks of axe: a machine that does other things besides takes most of a minute.
      test('lists, pages, and those of editors have no fault in light, dark and on a small phone, and are reached by keyboard', async () => {
        const page = await open({ isEditor: true });
        for (const path of ['/topics', '/topics/2', '/topics?q=speech&sort=name', '/topics/2/edit', '/admin/topics']) {
          await page.goto(site.url + path);
          await page.evaluate(() => {
            for (const details of document.querySelectorAll('main details')) details.setAttribute('open', '');
          });
          await look(page, path.replace(/\W+/g, '-').slice(1));
        }
        await page.goto(`${site.url}/topics`);
        await page.getByLabel('Words of a topic').focus();
        await page.keyboard.type('speech');
        await page.keyboard.press('Enter');
        await page.waitForURL('**q=speech**');
        await page.getByRole('link', { name: 'Speech codecs' }).focus();
        await page.keyboard.press('Enter');
        await page.waitForURL('**/topics/4');
      }, 150_000);

      test('the map leads to topics by keyboard and by a finger, without a script', async () => {
        const page = await open({ javaScriptEnabled: false });
        await page.goto(`${site.url}/topics`);
        const map = page.getByRole('group', { name: 'Map of topics' });
        const links = map.getByRole('link');
        expect(await links.count()).toBe(4);
        await page.getByRole('link', { name: 'the list below' }).focus();
        await page.keyboard.press('Tab');
        const focused = map.locator('a:focus-visible');
        expect(await focused.getAttribute('aria-label')).toMatch(/^.+: 5 papers(, new)?$/);
        expect(await focused.locator('.ring').isVisible()).toBe(true);
        const href = await focused.getAttribute('href');
        await page.keyboard.press('Enter');
        await page.waitForURL(`**${href}`);
        const phone = await browser.newContext({
          hasTouch: true,
          viewport: { width: 390, height: 840 },
          javaScriptEnabled: false,
        });
        const held = await phone.newPage();
        await held.goto(`${site.url}/topics`);
        const last = held.getByRole('group', { name: 'Map of topics' }).getByRole('link').last();
        const box = await last.locator('.hit').boundingBox();
        expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(23);
        const there = await last.getAttribute('href');
        await last.locator('.hit').tap();
        await held.waitForURL(`**${there}`);
        await phone.close();
      });

      test('an editor renames, merges after a question, and undoes, without a script; readers are led along, and the log has it', async () => {
        const page = await open({ javaScriptEnabled: false, isEditor: true });
        const press = (name: string) => page.getByRole('button', { name }).click();
        await page.goto(`${site.url}/topics/1`);
        await page.getByRole('link', { name: 'edit', exact: true }).click();
        await page.getByLabel('Name of the topic').fill('Moving pictures');
        await press('Rename');
        expect(await page.locator('.said').textContent()).toContain('Renamed');
        await page.goto(`${site.url}/topics/2/edit`);
        await page.getByLabel('Which').selectOption('1');
        await press('Merge…');
        expect(await page.getByText('5 papers will be filed under “Moving pictures”').count()).toBe(1);
        expect((await fetch(`${site.url}/topics/2`)).url).toBe(`${site.url}/topics/2`);
        await press('Merge them');
        await page.waitForURL('**/topics/1/edit');
        for (const suffix of ['', '.rss']) {
          const moved = await fetch(`${site.url}/topics/2${suffix}`, { redirect: 'manual' });
          expect([moved.status, moved.headers.get('location')]).toEqual([308, `/topics/1${suffix}`]);
        }
        await page.getByRole('button', { name: /Undo.*filed no\. 2/ }).click();
        expect(await page.locator('.said').textContent()).toBe('Undone.');
        expect((await fetch(`${site.url}/topics/2`)).url).toBe(`${site.url}/topics/2`);
        await page.goto(`${site.url}/topics/3/edit`);
        await press('Split…');
        expect(await page.getByText('5 papers will be parted in two').count()).toBe(1);
        await page.getByRole('link', { name: 'Leave it as it is' }).click();
        await press('Hide');
        expect((await fetch(`${site.url}/topics/3`)).status).toBe(404);
        await page.getByRole('button', { name: /Undo.*hid no\. 3/ }).click();
        expect((await fetch(`${site.url}/topics/3`)).status).toBe(200);
        await page.goto(`${site.url}/admin/topics`);
        expect(await page.getByRole('button', { name: 'Take the newest stage back' }).count()).toBe(0);
        const log = await readAudit(site.host.database.db);
        expect(log.map(({ action, actorName }) => `${actorName} ${action}`).slice(0, 5)).toEqual([
          'Ada topic.undo-hide',
          'Ada topic.hide',
          'Ada topic.undo-merge',
          'Ada topic.merge',
          'Ada topic.rename',
        ]);
      });

      test('an administrator is asked before the newest stage is taken back, and told what stands in the way', async () => {
        const page = await open({ javaScriptEnabled: false, isEditor: true });
        const { db } = site.host.database;
        await db.updateTable('reader').set({ role: 'admin' }).where('id', '=', editorId).execute();
        await renameTopic(site.host, { topicId: 4, name: 'Voices', readerId: editorId });
        await page.goto(`${site.url}/admin/topics`);
        await page.getByRole('button', { name: 'Take the newest stage back' }).click();
        expect(await page.getByText('One topic will be withdrawn').count()).toBe(1);
        await page.getByRole('button', { name: 'Take April 2025 back' }).click();
        expect(await page.getByRole('alert').textContent()).toContain('Topic 4 was edited since stage 4');
        expect((await fetch(`${site.url}/topics/4`)).status).toBe(200);
        await db.updateTable('reader').set({ role: 'editor' }).where('id', '=', editorId).execute();
      });
    });

    describe.each([
      { javaScriptEnabled: true, how: 'with a script' },
      { javaScriptEnabled: false, how: 'without a script' },
    ])('a site with an encoder, $how', ({ javaScriptEnabled }) => {
      let own: Awaited<ReturnType<typeof startSiteWithAccounts>>;
      let folder: string;
      let adminId: number;
      beforeAll(async () => {
        folder = mkdtempSync(join(tmpdir(), 'topics-'));
        own = await startSiteWithAccounts();
        const { db } = own.host.database;
        adminId = (await createReader(db, { name: 'Grace', isConfirmed: true }, own.host.now())).id;
        await db.updateTable('reader').set({ role: 'admin' }).where('id', '=', adminId).execute();
        await loadSmallTopics(own.host, folder);
        await addPapers(own.host, { fields: ['speech', 'law', 'law'], count: 90, days: ['2026-01-06'], seed: 'e2e' });
        await addPapers(own.host, { fields: ['proteins'], count: 30, days: ['2026-01-07'], seed: 'e2e new' });
        await assignWaiting(own.host);
        await runDueStages(own.host, { until: '2026-01-11' });
      });
      afterAll(async () => {
        await own?.stop();
        rmSync(folder, { recursive: true });
      });

      test('a topic is split in two by an editor and made whole again; the newest stage is taken back', async () => {
        const context = await browser.newContext({ javaScriptEnabled });
        const secret = await openSession(own.host.database.db, adminId, {
          way: 'mail',
          agent: 'test',
          now: own.host.now(),
        });
        await context.addCookies([{ name: 'broadsheet-session', value: secret, url: own.url }]);
        const page = await context.newPage();
        const press = (name: string) => page.getByRole('button', { name }).click();
        const { topics } = await listTopics(own.host);
        const [born] = topics.filter(({ isNew, bornStageId }) => isNew && bornStageId > 1);
        const [first, second] = topics.filter(({ papers, id }) => papers >= 16 && id !== born.id);
        await page.goto(`${own.url}/topics/${second.id}/edit`);
        await page.getByLabel('Which').selectOption(String(first.id));
        await press('Merge…');
        await press('Merge them');
        await page.waitForURL(`**/topics/${first.id}/edit`);
        await press('Split…');
        await press('Split it');
        await page.getByText('Split in two.').waitFor();
        await page.locator('.said').getByRole('link').click();
        await page.waitForURL(/\/topics\/\d+$/);
        const made = Number(page.url().split('/').at(-1));
        expect(made).toBeGreaterThan(born.id);
        expect(await page.getByText('Split off by an editor').count()).toBe(1);
        expect(await page.locator('[data-paper]').count()).toBeGreaterThanOrEqual(8);
        await page.goto(`${own.url}/topics/${first.id}/edit`);
        await page.getByRole('button', { name: new RegExp(`Undo.*split no\\. ${made}`) }).click();
        await page.getByText('Undone.').waitFor();
        const moved = await fetch(`${own.url}/topics/${made}`, { redirect: 'manual' });
        expect([moved.status, moved.headers.get('location')]).toEqual([308, `/topics/${first.id}`]);
        // The stage brought a topic: taken back, it is gone, and its papers are near none.
        expect((await fetch(`${own.url}/topics/${born.id}`)).status).toBe(200);
        await page.goto(`${own.url}/admin/topics`);
        await press('Take the newest stage back');
        await page.getByText(/topics? will be withdrawn/).waitFor();
        await page.getByRole('button', { name: /^Take the week of .* back$/ }).click();
        await page.getByText('The stage is taken back').waitFor();
        expect((await fetch(`${own.url}/topics/${born.id}`)).status).toBe(404);
        expect(await page.getByText('Rolled back.').count()).toBeGreaterThan(0);
        await context.close();
      });
    });
  },
);
