import { issueBodies, planDigests } from '@broadsheet/newsroom/digest';
import { closeDueEditions } from '@broadsheet/newsroom/editions';
import { startSender } from '@broadsheet/newsroom/mail';
import { simpleParser } from 'mailparser';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startSink } from '../../../packages/newsroom/mail/testing/sink.ts';
import { browserPath, launch, startSiteWithAccounts } from './site.ts';

describe.skipIf(!browserPath)(
  `a reader's first day${browserPath ? '' : ' (skipped: no Chromium; set CHROMIUM_PATH)'}`,
  () => {
    let site: Awaited<ReturnType<typeof startSiteWithAccounts>>;
    let sink: Awaited<ReturnType<typeof startSink>>;
    let sender: ReturnType<typeof startSender>;
    let browser: Browser;
    beforeAll(async () => {
      browser = await launch();
    });
    afterAll(() => browser?.close());
    beforeEach(async () => {
      sink = await startSink();
      const mail = { BROADSHEET_SMTP_URL: sink.url, BROADSHEET_MAIL_FROM: 'Papers <papers@example.org>' };
      site = await startSiteWithAccounts(mail);
      sender = startSender(site.host, { pollMs: 20, bodiesOf: issueBodies(site.host) });
    });
    afterEach(async () => {
      await sender?.stop();
      await site?.stop();
      await sink?.stop();
    });

    /** The newest letter to an address whose subject fits, as soon as it is there. */
    async function letter(to: string, subject: RegExp) {
      const found = async () => {
        for (const { to: address, text } of [...sink.received].reverse()) {
          if (address !== to) continue;
          const parsed = await simpleParser(text);
          if (subject.test(parsed.subject ?? '')) return { raw: text, ...parsed };
        }
        return undefined;
      };
      await expect.poll(found, { timeout: 20_000 }).toBeDefined();
      return (await found()) as NonNullable<Awaited<ReturnType<typeof found>>>;
    }
    const linkIn = (text: string | undefined) =>
      /https?:\/\/\S+/g.exec((text ?? '').split('open this page')[1] ?? text ?? '')?.[0] ?? '';

    test.each([true, false])(
      'with JavaScript %s: subscribes, confirms, signs in, votes, comments, proposes a paper, gets one digest and leaves with one click',
      async (javaScriptEnabled) => {
        const address = 'new@example.com';
        const context = await browser.newContext({ javaScriptEnabled });
        const page = await context.newPage();
        site.host.setNow(Date.parse('2026-01-14T15:00:00Z'));
        const paper = '2601.00001';
        const before = (await (await fetch(`${site.url}/api/papers/${paper}`)).json()).upvotes as number;

        await page.goto(site.url);
        await page.locator('#subscribe-address').fill(address);
        await page.getByRole('button', { name: 'Subscribe' }).click();
        await page.getByRole('status').filter({ hasText: 'a letter is on its way' }).waitFor();
        await page.goto(linkIn((await letter(address, /^Confirm/)).text));
        await page.getByRole('button', { name: 'Yes, send it to me' }).click();
        await page.getByRole('heading', { name: 'Your mail' }).waitFor();

        await page.goto(`${site.url}/sign-in?next=${encodeURIComponent(`/papers/${paper}`)}`);
        await page.getByLabel('Your address').first().fill(address);
        await page.getByRole('button', { name: 'Send me a link' }).click();
        await page.getByRole('status').filter({ hasText: 'on its way' }).waitFor();
        const door = await letter(address, /^Your link to/);
        await page.goto(/https?:\/\/\S+\/sign-in\/link\S+/.exec(door.text ?? '')?.[0] ?? '');
        await page.getByRole('button', { name: 'Sign in' }).click();
        await page.waitForURL(`**/papers/${paper}`);

        const vote = page.locator('form[data-enhance="vote"] button').first();
        await vote.click();
        await page.locator('form[data-enhance="vote"] button[aria-pressed="true"]').first().waitFor();
        await page.getByLabel('What do you think of it?').fill('Read on the **first** day.');
        await page.getByRole('button', { name: 'Comment', exact: true }).click();
        await page.locator('article strong', { hasText: 'first' }).waitFor();

        await page.goto(`${site.url}/papers/submit`);
        await page.getByLabel('arXiv id, DOI').fill('2601.01005');
        await page.getByRole('button', { name: 'Propose' }).click();
        await page.getByText('waits for the editors').first().waitFor();

        // The next day, however often the scheduler looks: one digest, with the vote in it.
        for (const at of ['2026-01-15T06:00:00Z', '2026-01-15T12:00:00Z', '2026-01-15T20:00:00Z']) {
          site.host.setNow(Date.parse(at));
          await closeDueEditions(site.host);
          await planDigests(site.host);
        }
        const digest = await letter(address, /14 January 2026$/);
        expect(digest.text).toContain(`${before + 1} votes`);
        const mine = () => sink.received.filter((one) => one.to === address && one.text.includes('List-Unsubscribe:'));
        expect(mine()).toHaveLength(1);

        const leave = /^List-Unsubscribe: <(.+)>\r?$/m.exec(digest.raw)?.[1] ?? '';
        const answer = await fetch(leave, {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: 'List-Unsubscribe=One-Click',
        });
        expect(answer.status).toBe(200);
        site.host.setNow(Date.parse('2026-01-16T15:00:00Z'));
        expect(await planDigests(site.host)).toBe(0);
        expect(mine()).toHaveLength(1);
        await context.close();
      },
    );
  },
);
