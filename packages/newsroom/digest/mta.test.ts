import { generateKeyPairSync } from 'node:crypto';
import { insertMany, transaction } from '@broadsheet/database';
import { temporarySqlite } from '@broadsheet/database/testing';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { expect, test } from 'vitest';
import { featuredOn, openSite } from '../editions/testing.ts';
import { sendOutbox } from '../mail/index.ts';
import { noPostfix, startPostfix } from '../mail/testing/postfix.ts';
import { issueBodies, planDigests } from './index.ts';

const SUBSCRIBERS = 1_000;

test.skipIf(noPostfix)(
  `a digest to ${SUBSCRIBERS} addresses through a real mail server (mta) arrives exactly once each, its signature good${noPostfix ? ` (skipped: ${noPostfix})` : ''}`,
  async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const postfix = await startPostfix();
    const site = await openSite(temporarySqlite, {
      BROADSHEET_SMTP_URL: postfix.url,
      BROADSHEET_MAIL_FROM: 'Papers <papers@example.org>',
      BROADSHEET_MAIL_BOUNCE: 'bounce@papers.example.org',
      BROADSHEET_BASE_URL: 'https://papers.example.org',
      BROADSHEET_MAIL_PER_MINUTE: '100000',
      // As much at once as this machine bears: what is shown here is arrival, not what a crash leaves.
      BROADSHEET_MAIL_IN_DOUBT: '4',
      BROADSHEET_DKIM_SELECTOR: 'one',
      BROADSHEET_DKIM_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    });
    try {
      await site.add(featuredOn('2025-12-30', [40, 30, 20, 10]));
      const morning = Date.parse('2025-12-31T12:00:00Z');
      await transaction(site.database, async (db) => {
        const people = Array.from({ length: SUBSCRIBERS }, (_, i) => ({
          address: `reader-${i}@example-${i % 40}.com`,
          state: 'active' as const,
          hour: 7,
          zone: 'America/New_York',
          consent_source: 'test',
          created_at: 1,
          confirmed_at: 1,
        }));
        await insertMany(site.database, db, 'subscriber', people);
        const subscriptions = people.map((_, i) => ({
          subscriber_id: i + 1,
          feed: '/',
          pace: 'daily' as const,
          created_at: 1,
          confirmed_at: 1,
          next_at: morning,
        }));
        await insertMany(site.database, db, 'subscription', subscriptions);
      });
      site.setNow(morning);
      await planDigests(site);
      // The bucket of a domain holds five seconds' worth; its clock goes on as a site's does.
      const clock = setInterval(() => site.setNow(site.now() + 1_000), 100);
      let sent = 0;
      while (sent < SUBSCRIBERS)
        sent += (await sendOutbox(site, { signal: new AbortController().signal, bodiesOf: issueBodies(site) })) ?? 0;
      clearInterval(clock);
      await expect.poll(postfix.count, { timeout: 60_000 }).toBe(SUBSCRIBERS);

      const letters = postfix.letters();
      const to = letters.map((letter) => /^Delivered-To: (.+)$/m.exec(letter.toString('latin1'))?.[1]);
      expect(new Set(to).size).toBe(SUBSCRIBERS);
      const record = `v=DKIM1; k=rsa; p=${publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`;
      for (const letter of letters) {
        const { results } = await dkimVerify(letter, { resolver: async () => [[record]] });
        expect(results.map((result) => result.status.result)).toEqual(['pass']);
      }
      const states = await site.database.db.selectFrom('letter').select('state').distinct().execute();
      expect(states).toEqual([{ state: 'sent' }]);
    } finally {
      postfix.stop();
      await site.dispose();
    }
  },
  240_000,
);
