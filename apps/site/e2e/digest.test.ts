import { createServer } from 'node:net';
import { createAdminToken, readAudit } from '@broadsheet/newsroom/accounts';
import { issueBodies, planDigests } from '@broadsheet/newsroom/digest';
import { postLetter, sendOutbox } from '@broadsheet/newsroom/mail';
import { simpleParser } from 'mailparser';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSink } from '../../../packages/newsroom/mail/testing/sink.ts';
import { browserPath, launch, startSite } from './site.ts';

const signal = new AbortController().signal;

describe.skipIf(!browserPath)(
  `the digest in a browser${browserPath ? '' : ' (skipped: no Chromium; set CHROMIUM_PATH)'}`,
  () => {
    let site: Awaited<ReturnType<typeof startSite>>;
    let sink: Awaited<ReturnType<typeof startSink>>;
    let browser: Browser;
    beforeAll(async () => {
      sink = await startSink();
      const port = await freePort();
      const env = {
        BROADSHEET_BASE_URL: `http://localhost:${port}`,
        BROADSHEET_SMTP_URL: sink.url,
        BROADSHEET_MAIL_FROM: 'Papers <papers@example.org>',
      };
      [site, browser] = await Promise.all([startSite({ env, port }), launch()]);
    });
    afterAll(async () => {
      await browser?.close();
      await site?.stop();
      await sink?.stop();
    });

    /** Sends what waits and returns the newest letter to an address, read as a mail program reads it. */
    async function mailTo(address: string) {
      await sendOutbox(site.host, { signal, bodiesOf: issueBodies(site.host) });
      const raw = sink.received.findLast((letter) => letter.to === address)?.text ?? '';
      return { raw, ...(await simpleParser(raw)) };
    }
    const linkIn = (text: string | undefined, path: string) =>
      new RegExp(`\\S+/digest/${path}/\\S+`).exec(text ?? '')?.[0] ?? '';

    test.each([true, false])(
      'with JavaScript %s: subscribe, confirm, one digest for the day, changed by its link, left with one click',
      async (javaScriptEnabled) => {
        const address = `reader-${javaScriptEnabled}@example.com`;
        const context = await browser.newContext({ javaScriptEnabled, timezoneId: 'Europe/Berlin' });
        const page = await context.newPage();
        site.host.setNow(Date.parse('2026-01-14T15:00:00Z'));

        await page.goto(site.url);
        await page.locator('#subscribe-address').fill(address);
        await page.locator('#subscribe-address').press('Enter');
        await page.getByRole('status').filter({ hasText: 'a letter is on its way' }).waitFor();
        const confirm = linkIn((await mailTo(address)).text, 'confirm');

        // Looking at the link begins nothing, as often as a scanner may look.
        for (let i = 0; i < 2; i++) expect((await fetch(confirm)).status).toBe(200);
        site.host.setNow(Date.parse('2026-01-14T16:00:00Z'));
        expect(await planDigests(site.host)).toBe(0);
        await page.goto(confirm);
        await page.getByRole('button', { name: 'Yes, send it to me' }).click();
        await page.getByRole('heading', { name: 'Your mail' }).waitFor();
        expect(await page.locator('[name=zone]').inputValue()).toBe(
          javaScriptEnabled ? 'Europe/Berlin' : 'America/New_York',
        );

        // The next mornings: one digest tells of the 14th, however often the scheduler looks.
        const before = sink.received.length;
        for (const at of [
          '2026-01-15T06:00:00Z',
          '2026-01-15T12:00:00Z',
          '2026-01-15T20:00:00Z',
          '2026-01-16T04:00:00Z',
        ]) {
          site.host.setNow(Date.parse(at));
          await planDigests(site.host);
          await planDigests(site.host);
        }
        const digest = await mailTo(address);
        expect(sink.received.length).toBe(before + 1);
        expect(digest.subject).toBe('Broadsheet, Wednesday, 14 January 2026');
        expect(digest.text).toContain('60 votes');
        expect(digest.html).toContain('Maps of');
        expect(Buffer.byteLength(String(digest.html))).toBeLessThan(100_000);

        // The issue's page shows the same papers.
        await page.goto(`${site.url}/digest/2026-01-14`);
        expect(await page.locator('li[data-paper]').count()).toBe(25);

        // The preferences need no login.
        await page.goto(linkIn(digest.text, 'preferences'));
        await page.locator('[name=hour]').selectOption('20');
        await page.getByRole('button', { name: 'Save' }).click();
        await page.getByRole('status').filter({ hasText: 'Saved.' }).waitFor();
        expect(await page.locator('[name=hour]').inputValue()).toBe('20');

        // A mail program posts to the header's address: no cookie, no origin. Its GET ends nothing.
        const leave = /^List-Unsubscribe: <(.+)>\r?$/m.exec(digest.raw)?.[1] ?? '';
        expect(digest.raw).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r?$/m);
        expect((await fetch(leave)).status).toBe(200);
        const states = () =>
          site.host.database.db.selectFrom('subscriber').select('state').where('address', '=', address).execute();
        expect(await states()).toEqual([{ state: 'active' }]);
        const oneClick = {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: 'List-Unsubscribe=One-Click',
        };
        expect((await fetch(leave, oneClick)).status).toBe(200);
        expect((await fetch(leave, oneClick)).status).toBe(200);
        expect(await states()).toEqual([{ state: 'left' }]);
        await page.goto(leave);
        await page.getByRole('heading', { name: 'You have left' }).waitFor();
        await context.close();
      },
    );

    test('a person leaves by the link in the text with a press', async () => {
      const page = await browser.newPage();
      site.host.setNow(Date.parse('2026-01-14T15:00:00Z'));
      await page.goto(`${site.url}/digest?feed=${encodeURIComponent('/categories/cs.LG')}`);
      await page.locator('#address').fill('person@example.com');
      await page.getByRole('button', { name: 'Subscribe' }).click();
      await page.getByRole('status').filter({ hasText: 'a letter is on its way' }).waitFor();
      await page.goto(linkIn((await mailTo('person@example.com')).text, 'confirm'));
      await page.getByRole('button', { name: 'Yes, send it to me' }).click();
      site.host.setNow(Date.parse('2026-01-16T12:00:00Z'));
      await planDigests(site.host);
      const digest = await mailTo('person@example.com');
      expect(digest.subject).toBe('Broadsheet: cs.LG, Thursday, 15 January 2026');
      await page.goto(linkIn(digest.text, 'leave'));
      await page.getByRole('button', { name: 'Unsubscribe' }).click();
      await page.getByRole('heading', { name: 'You have left' }).waitFor();
      await page.close();
    });

    test('the answer to a known and to an unknown address is the same page', async () => {
      const answer = async (address: string) => {
        const body = new URLSearchParams({ address });
        const response = await fetch(`${site.url}/digest?/subscribe`, {
          method: 'POST',
          body,
          headers: { origin: site.url },
        });
        return { status: response.status, text: (await response.text()).replaceAll(address, 'X') };
      };
      expect(await answer('person@example.com')).toEqual(await answer('nobody-knows@example.com'));
    });

    test('one network may enter twenty addresses an hour, and is told so in words', async () => {
      let last = 0;
      let text = '';
      for (let i = 0; i < 25; i++) {
        const body = new URLSearchParams({ address: `many-${i}@example.com` });
        const response = await fetch(`${site.url}/digest?/subscribe`, {
          method: 'POST',
          body,
          headers: { origin: site.url, accept: 'text/html' },
        });
        last = response.status;
        text = await response.text();
      }
      expect(last).toBe(429);
      expect(text).toContain('wait for an hour');
      site.host.setNow(site.host.now() + 2 * 3_600_000);
    });

    test('the administrator sees what is in doubt and says what became of it; the log keeps who', async () => {
      const { db } = site.host.database;
      const now = site.host.now();
      const letter = { kind: 'reply', to: 'doubt@example.com', subject: 's', text: 't', key: 'in doubt' };
      await postLetter(db, letter, now);
      await db
        .updateTable('letter')
        .set({ state: 'unknown', settled_at: now, last_error: 'The sender ended.' })
        .where('key', '=', letter.key)
        .execute();
      const page = await browser.newPage();
      await page.goto(`${site.url}/admin`);
      await page.locator('#token').fill((await createAdminToken(site.host)) ?? '');
      await page.locator('#token').press('Enter');
      await page.getByRole('link', { name: 'Mail', exact: true }).click();
      await page.getByRole('heading', { name: 'Letters to look at' }).waitFor();
      await page.getByText('doubt@example.com').waitFor();
      await page.getByRole('button', { name: 'It arrived' }).click();
      await page.getByRole('status').filter({ hasText: 'counts as sent' }).waitFor();
      const row = await db.selectFrom('letter').select('state').where('key', '=', letter.key).executeTakeFirst();
      expect(row).toEqual({ state: 'sent' });
      expect((await readAudit(db)).map((entry) => entry.action)).toContain('letter.arrived');
      await page.close();
    });

    test('a form from another site, a wrong link and an unsigned hook are refused', async () => {
      const body = new URLSearchParams({ address: 'a@example.com' });
      const foreign = await fetch(`${site.url}/digest?/subscribe`, {
        method: 'POST',
        body,
        headers: { origin: 'https://evil.example' },
      });
      expect(foreign.status).toBe(403);
      expect((await fetch(`${site.url}/digest/leave/1.AAAAAAAAAAAAAAAA`, { method: 'POST' })).status).toBe(404);
      expect((await fetch(`${site.url}/mail/bounces`, { method: 'POST', body: 'Status: 5.1.1' })).status).toBe(403);
      expect((await fetch(`${site.url}/admin/mail`, { redirect: 'manual' })).status).toBeGreaterThan(299);
    });
  },
);

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
