import { AxeBuilder } from '@axe-core/playwright';
import { createReader, createToken, openSession, type Role } from '@broadsheet/newsroom/accounts';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserPath, launch, startSiteWithAccounts } from './site.ts';

describe.skipIf(!browserPath)(
  `a discussion in a browser${browserPath ? '' : ' (skipped: no Chromium; set CHROMIUM_PATH)'}`,
  () => {
    let site: Awaited<ReturnType<typeof startSiteWithAccounts>>;
    let browser: Browser;
    const readers: Record<string, number> = {};
    beforeAll(async () => {
      [site, browser] = await Promise.all([startSiteWithAccounts(), launch()]);
      for (const [name, role] of [
        ['Ada', 'reader'],
        ['Bo', 'reader'],
        ['Eddie', 'editor'],
      ] as [string, Role][]) {
        const email = `${name.toLowerCase()}@example.org`;
        const made = await createReader(
          site.host.database.db,
          { name, email, role, isConfirmed: true },
          site.host.now() - 30 * 86_400_000,
        );
        readers[name] = made.id;
      }
    });
    afterAll(async () => {
      await browser?.close();
      await site?.stop();
    });

    const session = (name: string) =>
      openSession(site.host.database.db, readers[name], { way: 'mail', agent: 'test', now: site.host.now() });
    /** A browser in which somebody is signed in. */
    async function of(name: string, { javaScriptEnabled = true, width = 1280 } = {}) {
      const context = await browser.newContext({ javaScriptEnabled, viewport: { width, height: 900 } });
      const cookie = { name: 'broadsheet-session', value: await session(name), url: site.url };
      await context.addCookies([cookie]);
      return context.newPage();
    }

    test.each([true, false])(
      'with JavaScript %s: said, answered, told, edited with history, reported, hidden',
      async (javaScriptEnabled) => {
        const paper = `${site.url}/papers/2601.0000${javaScriptEnabled ? 8 : 9}`;
        // Nobody may say the same twice within a day.
        const n = javaScriptEnabled ? 1 : 5;
        const ada = await of('Ada', { javaScriptEnabled });
        await ada.goto(paper);
        await ada.getByLabel('What do you think of it?').fill(`Is **lemma 2** true for $n = ${n}$?`);
        await ada.getByRole('button', { name: 'Comment', exact: true }).click();
        const asked = ada.getByRole('article', { name: 'Comment by Ada' });
        await asked.locator('strong', { hasText: 'lemma 2' }).waitFor();
        expect(await asked.locator('math').count()).toBe(1);
        expect(new URL(ada.url()).pathname).toBe(new URL(paper).pathname);

        // Anonymous readers see it at once, from a page that was kept before.
        const seen = await (await fetch(paper)).text();
        expect(seen).toContain('lemma 2');
        expect(seen).toContain('to write here');

        const bo = await of('Bo', { javaScriptEnabled });
        await bo.goto(paper);
        await bo.getByText('Answer', { exact: true }).first().click();
        await bo.getByLabel('Your answer to Ada').fill(`Only for $n > ${n}$.`);
        await bo.getByRole('button', { name: 'Answer', exact: true }).click();
        await bo.getByRole('article', { name: 'Comment by Bo' }).waitFor();

        await ada.goto(site.url);
        await ada.getByRole('link', { name: /new for you/ }).click();
        await ada.getByRole('link', { name: 'Bo answered you' }).first().click();
        await ada.getByRole('article', { name: 'Comment by Bo' }).waitFor();
        await ada.goto(`${site.url}/notifications`);
        await ada.getByRole('button', { name: 'I have read all of it' }).click();
        await ada.getByRole('status').filter({ hasText: 'All read.' }).waitFor();
        expect(await ada.getByRole('link', { name: /new for you/ }).count()).toBe(0);

        await bo.goto(paper);
        await bo.getByRole('article', { name: 'Comment by Bo' }).getByRole('link', { name: 'Edit' }).click();
        await bo.getByLabel(/What it is to say/).fill(`Only for $n > ${n + 1}$.`);
        await bo.getByRole('button', { name: 'Keep' }).click();
        await bo.getByRole('link', { name: /^edited/ }).click();
        await bo.getByRole('heading', { name: 'What it said before' }).waitFor();
        const address = bo.url().split('#')[0];

        // Words that are refused are not lost.
        await bo.goto(paper);
        await bo.getByLabel('What do you think of it?').fill(`Only for $n > ${n + 1}$.`);
        await bo.getByRole('button', { name: 'Comment', exact: true }).click();
        await bo.getByText('You have said this before').first().waitFor();
        const kept = bo.getByLabel(javaScriptEnabled ? 'What do you think of it?' : 'What you wrote');
        expect(await kept.inputValue()).toBe(`Only for $n > ${n + 1}$.`);

        await ada.goto(address);
        await ada.getByLabel(/What is wrong with it/).fill('It says 2.');
        await ada.getByRole('button', { name: 'Report' }).click();
        await ada.getByRole('status').filter({ hasText: 'The editors will look at it' }).waitFor();
        const eddie = await of('Eddie', { javaScriptEnabled });
        await eddie.goto(`${site.url}/admin/moderation`);
        await eddie.getByText('It says 2.').waitFor();
        await eddie.getByRole('button', { name: 'Hide it' }).click();
        await eddie.getByRole('status').filter({ hasText: 'hidden' }).waitFor();
        const after = await (await fetch(paper)).text();
        expect(after).not.toContain(`Only for`);
        expect(after).toContain('Hidden by an editor.');

        await eddie.goto(paper);
        await eddie.getByRole('button', { name: 'Close this discussion' }).click();
        await eddie.getByText('The editors have closed this discussion.').waitFor();
        await ada.goto(paper);
        expect(await ada.getByLabel('What do you think of it?').count()).toBe(0);
        for (const page of [ada, bo, eddie]) await page.context().close();
      },
    );

    test('a reaction is one press, and a second takes it back', async () => {
      const paper = `${site.url}/papers/2601.00010`;
      const ada = await of('Ada');
      await ada.goto(paper);
      await ada.getByLabel('What do you think of it?').fill('Worth reading.');
      await ada.getByRole('button', { name: 'Comment', exact: true }).click();
      const comment = ada.getByRole('article', { name: 'Comment by Ada' });
      await comment.getByText('Answer', { exact: true }).first().click();
      await comment.getByRole('button', { name: 'helpful' }).click();
      const pressed = comment.getByRole('button', { name: 'helpful 1' }).first();
      await pressed.waitFor();
      expect(await pressed.getAttribute('aria-pressed')).toBe('true');
      await pressed.click();
      await comment.getByRole('button', { name: 'helpful 1' }).first().waitFor({ state: 'detached' });
      await ada.context().close();
    });

    test('what is written in Markdown does nothing in a browser', async () => {
      const page = await of('Bo');
      const dialogs: string[] = [];
      page.on('dialog', (dialog) => {
        dialogs.push(dialog.message());
        void dialog.dismiss();
      });
      const asked: string[] = [];
      page.on('request', (request) => asked.push(request.url()));
      await page.goto(`${site.url}/papers/2601.00011`);
      await page
        .getByLabel('What do you think of it?')
        .fill(
          '<img src=https://evil.example/x onerror=alert(1)> ![x](https://evil.example/y) [z](javascript:alert(2)) <script>alert(3)</script>',
        );
      await page.getByRole('button', { name: 'Comment', exact: true }).click();
      const comment = page.getByRole('article', { name: 'Comment by Bo' });
      await comment.waitFor();
      await page.reload();
      expect(await comment.locator('img, script, a[href^="javascript"]').count()).toBe(0);
      expect(dialogs).toEqual([]);
      expect(asked.filter((url) => !url.startsWith(site.url))).toEqual([]);
      await page.context().close();
    });

    test('a name that is markup stands as its words wherever it is shown, feeds and the administration included', async () => {
      const evil = '<img src=x onerror=alert(9)>"><svg onload=alert(8)>';
      const { db } = site.host.database;
      await db.updateTable('reader').set({ name: evil }).where('id', '=', readers.Bo).execute();
      const bo = await of('Bo');
      const ada = await of('Ada');
      const eddie = await of('Eddie');
      const dialogs: string[] = [];
      for (const page of [bo, ada, eddie]) {
        page.on('dialog', (dialog) => {
          dialogs.push(dialog.message());
          void dialog.dismiss();
        });
      }
      await bo.goto(`${site.url}/papers/2601.00014`);
      await bo.getByLabel('What do you think of it?').fill('Said by a strange name, to @ada.');
      await bo.getByRole('button', { name: 'Comment', exact: true }).click();
      await bo.getByText('Said by a strange name').waitFor();
      const pages = [
        [ada, '/papers/2601.00014'],
        [ada, '/comments'],
        [ada, '/notifications'],
        [bo, '/account'],
        [eddie, '/admin/moderation'],
        [eddie, '/admin/submissions'],
      ] as const;
      for (const [page, path] of pages) {
        await page.goto(site.url + path);
        expect(await page.locator('img[src="x"], svg[onload]').count(), path).toBe(0);
      }
      await ada.goto(`${site.url}/papers/2601.00014`);
      await ada.getByText(evil).first().waitFor();
      expect(dialogs).toEqual([]);
      for (const form of ['atom', 'rss', 'feed.json']) {
        const text = await (await fetch(`${site.url}/papers/2601.00014/comments.${form}`)).text();
        expect(form === 'feed.json' ? JSON.stringify(JSON.parse(text).items[0].authors) : text).toContain('onerror');
        if (form !== 'feed.json') expect(text).not.toContain('<img');
      }
      await db.updateTable('reader').set({ name: 'Bo' }).where('id', '=', readers.Bo).execute();
      for (const page of [bo, ada, eddie]) await page.context().close();
    });

    test.each([1280, 360])('axe finds nothing at %i px, and nothing is cut off', async (width) => {
      const page = await of('Ada', { width });
      const first = await fetch(`${site.url}/api/comments?limit=1`).then((answer) => answer.json());
      for (const path of ['/papers/2601.00008', '/comments', `/comments/${first[0].id}`, '/notifications']) {
        await page.goto(site.url + path);
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(violations.map((v) => `${path} ${v.id}: ${v.nodes[0].html}`)).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBeLessThanOrEqual(width);
      }
      await page.context().close();
    });

    test('by the API: written, read, edited, taken away; by nobody else; with its feed', async () => {
      const tokenOf = async (name: string) => {
        const made = await createToken(site.host.database.db, readers[name], {
          ...{ name: `api ${name}`, scopes: ['comment'], now: site.host.now() },
        });
        return 'token' in made ? made.token : '';
      };
      const [ada, bo] = [await tokenOf('Ada'), await tokenOf('Bo')];
      const api = async (method: string, path: string, token?: string, body?: unknown) => {
        const answer = await fetch(`${site.url}/api${path}`, {
          method,
          headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        return { status: answer.status, body: await answer.json() };
      };
      const written = await api('POST', '/papers/2601.00012/comments', ada, { comment: 'By *program*.' });
      expect(written.status).toBe(201);
      const { id } = written.body;
      const reply = await api('POST', '/papers/2601.00012/comments', bo, { comment: 'Indeed.', replyTo: id });
      const { body: list } = await api('GET', '/papers/2601.00012/comments');
      expect(list).toMatchObject([
        { id, data: { latest: { raw: 'By *program*.', html: '<p>By <em>program</em>.</p>' } }, replyTo: null },
        { id: reply.body.id, replyTo: id, author: { fullname: 'Bo' } },
      ]);
      expect((await api('PATCH', `/comments/${id}`, bo, { comment: 'Mine.' })).status).toBe(403);
      expect((await api('DELETE', `/comments/${id}`, bo)).status).toBe(403);
      expect((await api('PATCH', `/comments/${id}`, ada, { comment: 'By hand.' })).status).toBe(200);
      expect((await api('GET', `/comments/${id}`)).body).toMatchObject({
        data: { numEdits: 1 },
        history: [{ raw: 'By *program*.' }],
      });
      const on = { reaction: 'agree', on: true };
      expect((await api('POST', `/comments/${id}/reactions`, bo, on)).body).toEqual({ id, count: 1, on: true });
      expect((await api('POST', `/comments/${id}/reactions`, bo, { reaction: 'love', on: true })).status).toBe(400);
      const feed = await fetch(`${site.url}/papers/2601.00012/comments.atom`);
      expect(feed.headers.get('content-type')).toContain('atom');
      expect(await feed.text()).toContain('By hand.');
      expect((await api('DELETE', `/comments/${id}`, ada)).status).toBe(200);
      expect((await api('GET', '/papers/2601.00012')).body.numComments).toBe(4);
    });
  },
);
