import { transaction } from '@broadsheet/database';
import { storesUnderTest } from '@broadsheet/database/testing';
import { afterEach, describe, expect, test } from 'vitest';
import { troubledLetters } from '../digest/index.ts';
import { hostOn } from '../testing/host.ts';
import { type Letter, mailStatus, postLetter, sendOutbox, startSender } from './index.ts';
import { SmtpRefusal, startSink } from './testing/sink.ts';

const MINUTE = 60_000;
const signal = new AbortController().signal;
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

type Host = Awaited<ReturnType<typeof hostOn>>;

async function sinkWith(options: Parameters<typeof startSink>[0] = {}) {
  const sink = await startSink(options);
  closing.push(sink.stop);
  return sink;
}

for (const { name, open, skip } of storesUnderTest) {
  describe.skipIf(skip)(`the sender on ${name}${skip ? ` (${skip})` : ''}`, () => {
    async function site(smtpUrl: string, env: Record<string, string> = {}): Promise<Host> {
      const database = await open();
      closing.push(database.dispose);
      const host = await hostOn(database, {
        env: { BROADSHEET_SMTP_URL: smtpUrl, BROADSHEET_MAIL_FROM: 'Papers <papers@example.org>', ...env },
      });
      closing.push(host.close);
      return host;
    }

    const post = (host: Host, letter: Partial<Letter> & { key: string }) =>
      transaction(host.database, (db) =>
        postLetter(
          db,
          { kind: 'reply', to: `${letter.key}@example.com`, subject: 'Hello', text: 'A letter.', ...letter },
          host.now(),
        ),
      );
    const states = async (host: Host) =>
      Object.fromEntries(
        (await host.database.db.selectFrom('letter').select(['key', 'state']).execute()).map((r) => [r.key, r.state]),
      );

    test('a letter that is posted is sent once, however often it is posted', async () => {
      const sink = await sinkWith();
      const host = await site(sink.url);
      await post(host, { key: 'a', subject: 'Grüße', text: 'Schön.\n' });
      await post(host, { key: 'a', subject: 'Again' });
      expect(await sendOutbox(host, { signal })).toBe(1);
      expect(await sendOutbox(host, { signal })).toBe(0);
      expect(sink.received).toHaveLength(1);
      expect(sink.received[0]).toMatchObject({ from: 'papers@example.org', to: 'a@example.com' });
      expect(sink.received[0].text).toMatch(/^From: Papers <papers@example.org>$/m);
      expect(await states(host)).toEqual({ a: 'sent' });
    });

    test('a letter of a transaction that fails is never sent', async () => {
      const sink = await sinkWith();
      const host = await site(sink.url);
      const failing = transaction(host.database, async (db) => {
        await postLetter(db, { kind: 'reply', to: 'a@example.com', subject: 's', text: 't', key: 'a' }, host.now());
        throw new Error('changed my mind');
      });
      await expect(failing).rejects.toThrow('changed my mind');
      expect(await sendOutbox(host, { signal })).toBe(0);
    });

    test('the words of a letter are forgotten once it is sent', async () => {
      const sink = await sinkWith();
      const host = await site(sink.url);
      await post(host, { key: 'a', text: 'https://site/sign-in?token=secret' });
      await sendOutbox(host, { signal });
      expect(await host.database.db.selectFrom('letter').select('body_json').execute()).toEqual([{ body_json: null }]);
    });

    test('a server that cannot be reached leaves letters waiting, and the status says since when', async () => {
      const sink = await startSink();
      await sink.stop();
      const host = await site(sink.url);
      await post(host, { key: 'a' });
      expect(await sendOutbox(host, { signal })).toBe(0);
      expect(await states(host)).toEqual({ a: 'queued' });
      expect((await mailStatus(host)).trouble).toMatchObject({
        since: host.now(),
        error: expect.stringMatching(/ECONNREFUSED/),
      });
    });

    test('a letter that cannot be written fails by itself, with its reason, and keeps no other', async () => {
      const sink = await sinkWith();
      const host = await site(sink.url, { BROADSHEET_SMTP_CONNECTIONS: '1' });
      await post(host, { key: 'torn', kind: 'sign-in' });
      await post(host, { key: 'whole' });
      await host.database.db
        .updateTable('letter')
        .set({ body_json: '{"subject":' })
        .where('key', '=', 'torn')
        .execute();
      expect(await sendOutbox(host, { signal })).toBe(1);
      expect(await states(host)).toEqual({ torn: 'failed', whole: 'sent' });
      const [torn] = await troubledLetters(host);
      expect(torn).toMatchObject({ state: 'failed', error: expect.stringMatching(/could not be written \(.*JSON/) });
      expect((await mailStatus(host)).trouble).toBeUndefined();
    });

    test('without the key that letters are signed with, they wait and none fails', async () => {
      const sink = await sinkWith();
      const host = await site(sink.url, { BROADSHEET_DKIM_SELECTOR: 'papers' });
      await post(host, { key: 'a' });
      expect(await sendOutbox(host, { signal })).toBe(0);
      expect(await states(host)).toEqual({ a: 'queued' });
      expect((await mailStatus(host)).trouble?.error).toContain('broadsheet mail dkim');
    });

    test('trouble that another process met with is over with the first letter that is taken', async () => {
      const sink = await sinkWith();
      const host = await site(sink.url, { BROADSHEET_DKIM_SELECTOR: 'papers' });
      await post(host, { key: 'a' });
      await sendOutbox(host, { signal });
      expect((await mailStatus(host)).trouble).toBeDefined();
      const mended = { ...host, settings: { ...host.settings, mail: { ...host.settings.mail, dkim: undefined } } };
      host.setNow(host.now() + MINUTE);
      expect(await sendOutbox(mended, { signal })).toBe(1);
      expect((await mailStatus(host)).trouble).toBeUndefined();
    });

    test('a recipient refused for good fails, and is not written to again', async () => {
      const sink = await sinkWith({
        onRecipient: (to) => (to.startsWith('gone') ? new SmtpRefusal(550, '5.1.1 no such user') : undefined),
      });
      const host = await site(sink.url);
      await post(host, { key: 'gone' });
      await post(host, { key: 'here' });
      await sendOutbox(host, { signal });
      expect(await states(host)).toEqual({ gone: 'failed', here: 'sent' });
      await post(host, { key: 'second', to: 'gone@example.com' });
      await sendOutbox(host, { signal });
      const row = await host.database.db
        .selectFrom('letter')
        .selectAll()
        .where('key', '=', 'second')
        .executeTakeFirst();
      expect(row).toMatchObject({ state: 'failed', last_error: expect.stringContaining('left alone (hard-bounce)') });
    });

    test('a refusal of policy fails the letter and leaves the address in peace', async () => {
      const sink = await sinkWith({ onLetter: () => new SmtpRefusal(550, '5.7.26 unauthenticated') });
      const host = await site(sink.url);
      await post(host, { key: 'a' });
      await sendOutbox(host, { signal });
      expect(await states(host)).toEqual({ a: 'failed' });
      expect(await host.database.db.selectFrom('suppression').selectAll().execute()).toEqual([]);
    });

    test.each(['recipient', 'letter'])(
      'a temporary refusal of the %s is tried again after a growing pause',
      async (of) => {
        let refusals = 2;
        const refuse = () => (refusals-- > 0 ? new SmtpRefusal(451, '4.2.0 greylisted') : undefined);
        const sink = await sinkWith(of === 'recipient' ? { onRecipient: refuse } : { onLetter: refuse });
        const host = await site(sink.url);
        await post(host, { key: 'a' });
        const t0 = host.now();
        expect(await sendOutbox(host, { signal })).toBe(0);
        host.setNow(t0 + MINUTE - 1);
        await sendOutbox(host, { signal });
        expect(refusals).toBe(1);
        host.setNow(t0 + MINUTE);
        expect(await sendOutbox(host, { signal })).toBe(0);
        host.setNow(t0 + 5 * MINUTE);
        await sendOutbox(host, { signal });
        expect(sink.received).toHaveLength(0);
        host.setNow(t0 + 6 * MINUTE);
        expect(await sendOutbox(host, { signal })).toBe(1);
      },
    );

    test('a letter that is refused for days fails; one that signs someone in is given up after a quarter of an hour', async () => {
      const sink = await sinkWith({ onLetter: () => new SmtpRefusal(451, '4.3.0 later') });
      const host = await site(sink.url);
      await post(host, { key: 'a' });
      await post(host, { key: 'door', kind: 'sign-in' });
      const t0 = host.now();
      for (let hours = 0; hours < 20; hours += 0.25) {
        host.setNow(t0 + hours * 60 * MINUTE);
        await sendOutbox(host, { signal });
      }
      expect(await states(host)).toEqual({ a: 'queued', door: 'failed' });
      for (let hours = 20; hours < 100; hours += 4) {
        host.setNow(t0 + hours * 60 * MINUTE);
        await sendOutbox(host, { signal });
      }
      expect(await states(host)).toEqual({ a: 'failed', door: 'failed' });
    });

    test('a connection lost before the end of a letter is tried again; lost after it, the letter is unknown and stays so', async () => {
      let isEarly = true;
      const sink = await sinkWith({
        onRecipient: () => {
          if (isEarly) sink.dropAll();
          return undefined;
        },
        onLetter: (_letter, drop) => {
          drop();
          return undefined;
        },
      });
      const host = await site(sink.url);
      await post(host, { key: 'a' });
      await sendOutbox(host, { signal });
      expect(await states(host)).toEqual({ a: 'queued' });
      isEarly = false;
      host.setNow(host.now() + MINUTE);
      await sendOutbox(host, { signal });
      expect(await states(host)).toEqual({ a: 'unknown' });
      expect(sink.received).toHaveLength(1);
      host.setNow(host.now() + 1000 * MINUTE);
      await sendOutbox(host, { signal });
      expect(sink.received).toHaveLength(1);
    });

    test('no more than one letter is in doubt at a time, whatever the number of connections', async () => {
      let open = 0;
      let most = 0;
      const sink = await sinkWith({
        onLetter: async () => {
          open += 1;
          most = Math.max(most, open);
          await new Promise((resolve) => setTimeout(resolve, 5));
          open -= 1;
          return undefined;
        },
      });
      const host = await site(sink.url, { BROADSHEET_SMTP_CONNECTIONS: '6' });
      for (let i = 0; i < 24; i++) await post(host, { key: `a${i}` });
      expect(await sendOutbox(host, { signal })).toBe(24);
      expect(most).toBe(1);
      expect(sink.connections()).toBeLessThanOrEqual(6);
      expect(sink.connections()).toBeGreaterThan(1);
    });

    test('of several processes one sends; nobody gets two', async () => {
      const sink = await sinkWith();
      const host = await site(sink.url);
      for (let i = 0; i < 40; i++) await post(host, { key: `a${i}` });
      const senders = [1, 2, 3].map(() => startSender(host, { pollMs: 10, leaseMs: 1_000 }));
      await expect.poll(() => sink.received.length, { timeout: 20_000 }).toBe(40);
      await Promise.all(senders.map((sender) => sender.stop()));
      expect(new Set(sink.received.map((letter) => letter.to)).size).toBe(40);
    });

    test('a domain gets no more than its share a minute, and others do not wait for it', async () => {
      const sink = await sinkWith();
      const host = await site(sink.url, { BROADSHEET_MAIL_PER_MINUTE: '60' });
      for (let i = 0; i < 20; i++) await post(host, { key: `a${i}`, to: `a${i}@slow.example` });
      await post(host, { key: 'b', to: 'b@other.example' });
      await sendOutbox(host, { signal });
      const to = (domain: string) => sink.received.filter((letter) => letter.to.endsWith(domain)).length;
      expect([to('@slow.example'), to('@other.example')]).toEqual([5, 1]);
    });

    test('letters that someone waits for go first', async () => {
      const sink = await sinkWith();
      const host = await site(sink.url, { BROADSHEET_SMTP_CONNECTIONS: '1' });
      await post(host, { key: 'digest', kind: 'digest' });
      await post(host, { key: 'door', kind: 'sign-in' });
      await sendOutbox(host, { signal });
      expect(sink.received.map((letter) => letter.to)).toEqual(['door@example.com', 'digest@example.com']);
    });
  });
}

test.each([
  ['a line break in the address', { to: 'a@example.com\r\nBcc: b@example.com' }],
  ['two addresses', { to: 'a@example.com, b@example.com' }],
  ['a line break in a header', { headers: { 'X-Thread': 'a\r\nBcc: b@example.com' } }],
  ['a header that is ours', { headers: { Bcc: 'b@example.com' } }],
])('a letter with %s is refused', async (_what, wrong) => {
  const database = await storesUnderTest[0].open();
  const letter = { kind: 'reply', to: 'a@example.com', subject: 's', text: 't', key: 'k', ...wrong };
  await expect(postLetter(database.db, letter, 0)).rejects.toThrow('postLetter');
  expect(await database.db.selectFrom('letter').selectAll().execute()).toEqual([]);
  await database.dispose();
});
