import { AxeBuilder } from '@axe-core/playwright';
import { createReader, createToken, openSession, type Role } from '@broadsheet/newsroom/accounts';
import { mergeRecords } from '@broadsheet/newsroom/papers';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserPath, launch, startSiteWithAccounts } from './site.ts';

describe.skipIf(!browserPath)(
  `proposing papers in a browser${browserPath ? '' : ' (skipped: no Chromium; set CHROMIUM_PATH)'}`,
  () => {
    let site: Awaited<ReturnType<typeof startSiteWithAccounts>>;
    let browser: Browser;
    const readers: Record<string, number> = {};
    beforeAll(async () => {
      [site, browser] = await Promise.all([startSiteWithAccounts({ BROADSHEET_PULL: 'false' }), launch()]);
      const { db } = site.host.database;
      for (const [name, role] of Object.entries({ Ada: 'reader', Eddie: 'editor', Root: 'admin' }))
        readers[name] = (await createReader(db, { name, role: role as Role, isConfirmed: true }, site.host.now())).id;
      const young = { source: 'arxiv-rss', title: 'A Young Paper', publishedAt: Date.parse('2026-01-15') };
      await mergeRecords(
        site.host.database,
        [7001, 7002].map((n) => ({ ...young, arxivId: `2601.0${n}`, title: `A Young Paper, ${n}` })),
        { now: site.host.now(), today: '2026-01-16' },
      );
    });
    afterAll(async () => {
      await browser?.close();
      await site?.stop();
    });

    async function of(name: string, { javaScriptEnabled = false } = {}) {
      const context = await browser.newContext({ javaScriptEnabled });
      const opening = { way: 'mail', agent: 'test', now: site.host.now() } as const;
      const value = await openSession(site.host.database.db, readers[name], opening);
      await context.addCookies([{ name: 'broadsheet-session', value, url: site.url }]);
      return context.newPage();
    }

    test('proposed, refused by a rule that is named, accepted into the edition of the day; an author claimed and confirmed', async () => {
      const ada = await of('Ada');
      await ada.goto(`${site.url}/papers/submit`);
      await ada.getByLabel('arXiv id, DOI').fill('10.1234/unknown');
      await ada.getByRole('button', { name: 'Propose' }).click();
      await ada.getByRole('alert').filter({ hasText: 'Rule: not found.' }).waitFor();
      expect(await ada.getByLabel('arXiv id, DOI').inputValue()).toBe('10.1234/unknown');
      await ada.getByLabel('arXiv id, DOI').fill('https://arxiv.org/abs/2601.07001');
      await ada.getByLabel('Why should others read it').fill('It is short.');
      await ada.getByRole('button', { name: 'Propose' }).click();
      await ada.getByText('waits for the editors').first().waitFor();

      const eddie = await of('Eddie');
      await eddie.goto(`${site.url}/admin/submissions`);
      await eddie.getByText('It is short.').waitFor();
      await eddie.getByRole('button', { name: 'Into today’s edition' }).click();
      await eddie.getByRole('status').filter({ hasText: 'edition' }).waitFor();
      const day = await (await fetch(`${site.url}/papers/date/2026-01-16`)).text();
      expect(day).toContain('A Young Paper, 7001');

      // Pinned, it stands first on the day's page and in its feed; taken back, where its votes put it.
      const liked = {
        ...{ source: 'huggingface', arxivId: '2601.07900', title: 'More Voted For', listedOn: '2026-01-16' },
        ...{ feature: { day: '2026-01-16', by: 'source' as const }, counts: [{ votes: 90, asOf: 1 }] },
      };
      await mergeRecords(site.host.database, [liked], { now: site.host.now(), today: '2026-01-16' });
      await site.host.contentChanged();
      const firstOf = async () =>
        (await (await fetch(`${site.url}/papers/date/2026-01-16.json`)).text()).match(/2601\.07\d+/)?.[0];
      await eddie.getByRole('link', { name: 'Edition', exact: true }).click();
      await eddie.getByRole('button', { name: /^Pin.*A Young Paper, 7001/ }).click();
      await eddie.getByRole('status').filter({ hasText: 'stands so now' }).waitFor();
      expect(await firstOf()).toBe('2601.07001');
      const looking = await of('Eddie', { javaScriptEnabled: true });
      await looking.goto(`${site.url}/admin/edition`);
      const { violations } = await new AxeBuilder({ page: looking }).analyze();
      await looking.context().close();
      expect(violations.map((v) => `${v.id}: ${v.nodes[0].html}`)).toEqual([]);
      await eddie.getByRole('button', { name: 'Undo the last change' }).click();
      await eddie.getByRole('button', { name: /^Pin.*A Young Paper, 7001/ }).waitFor();
      expect(await firstOf()).toBe('2601.07900');

      await ada.goto(`${site.url}/papers/2601.07001`);
      await ada.getByText('It is short.').waitFor();
      await ada.getByRole('button', { name: 'I am one of its authors' }).click();
      await ada.getByText('the editors will look').waitFor();
      await eddie.goto(`${site.url}/admin/submissions`);
      await eddie.getByRole('button', { name: 'It is so' }).click();
      await ada.reload();
      await ada.getByText('You are one of its authors.').waitFor();
      await ada.getByText('author of the paper').waitFor();

      const root = await of('Root');
      await root.goto(`${site.url}/admin/rules`);
      await root.getByLabel('Who may').selectOption('editors');
      await root.getByRole('button', { name: 'Keep the rule for proposals' }).click();
      await root.getByRole('status').filter({ hasText: 'rule' }).waitFor();
      await ada.goto(`${site.url}/papers/submit`);
      await ada.getByLabel('arXiv id, DOI').fill('2601.07002');
      await ada.getByRole('button', { name: 'Propose' }).click();
      await ada.getByRole('alert').filter({ hasText: 'Rule: who.' }).waitFor();
      for (const page of [ada, eddie, root]) await page.context().close();
    });

    test('by the API in Hugging Face’s shape', async () => {
      const { db } = site.host.database;
      const made = await createToken(db, readers.Ada, { name: 't', scopes: ['submit'], now: site.host.now() });
      const post = async (path: string, body: unknown) => {
        const answer = await fetch(`${site.url}/api/papers/${path}`, {
          method: 'POST',
          body: JSON.stringify(body),
          headers: { 'content-type': 'application/json', authorization: `Bearer ${'token' in made && made.token}` },
        });
        return { status: answer.status, body: await answer.json() };
      };
      expect(await post('submit', { paper_id: '2601.07002' })).toMatchObject({ status: 403, body: { rule: 'who' } });
      await db.deleteFrom('setting').where('key', '=', 'submission-rule').execute();
      expect(await post('submit', { paper_id: '2601.07002', comment: 'Look.' })).toMatchObject({
        status: 201,
        body: { paper: '2601.07002', state: 'waiting' },
      });
      expect(await post('submit', { paper_id: '2601.07002' })).toMatchObject({
        status: 422,
        body: { rule: 'only once' },
      });
      expect(await post('index', { arxivId: '2601.07002' })).toMatchObject({
        status: 200,
        body: { paper: '2601.07002' },
      });
      expect(await post('index', { arxivId: '2601.99999' })).toMatchObject({ status: 422 });
      expect(await post('index', { arxivId: '../etc' })).toMatchObject({ status: 400 });
    });
  },
);
