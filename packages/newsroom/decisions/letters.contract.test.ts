import type { Database } from '@broadsheet/database';
import { transaction } from '@broadsheet/database';
import { storesUnderTest } from '@broadsheet/database/testing';
import { simpleParser } from 'mailparser';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createReader, type Reader } from '../accounts/index.ts';
import { sendOutbox } from '../mail/index.ts';
import { startSink } from '../mail/testing/sink.ts';
import { hostOn } from '../testing/host.ts';
import { actorOf, inputs, invitationByLink, invite, remindOfReviews, signDecision } from './index.ts';
import { decided, readyToSign } from './testing/decided.ts';
import { scene } from './testing/scene.ts';

for (const store of storesUnderTest) {
  describe.skipIf(store.skip)(
    `letters about decisions on ${store.name}${store.skip ? ` (skipped: ${store.skip})` : ''}`,
    () => {
      let sink: Awaited<ReturnType<typeof startSink>>;
      let database: Database & { dispose(): Promise<void> };
      let host: Awaited<ReturnType<typeof hostOn>>;
      let ada: Reader;
      let bo: Reader;
      beforeAll(async () => {
        sink = await startSink();
      });
      afterAll(() => sink?.stop());
      beforeEach(async () => {
        sink.received.length = 0;
        database = await store.open();
        host = await site({ BROADSHEET_SMTP_URL: sink.url, BROADSHEET_MAIL_FROM: 'papers@example.org' });
        [ada, bo] = await transaction(database, async (db) => [
          await createReader(db, { name: 'Ada', email: 'ada@example.org', isConfirmed: true }, host.now()),
          await createReader(db, { name: 'Bo', email: 'bo@example.org', isConfirmed: true }, host.now()),
        ]);
      });
      afterEach(async () => {
        await host.close();
        await database.dispose();
      });

      function site(env: Record<string, string>) {
        return hostOn(database, {
          env: { BROADSHEET_MODE: 'accounts', BROADSHEET_BASE_URL: 'http://localhost', ...env },
        });
      }
      const invitation = (given: Record<string, string>) => inputs.Invitation.parse({ role: 'member', ...given });
      /** What has arrived since it was last asked. */
      async function arrived() {
        await sendOutbox(host, { signal: new AbortController().signal });
        return Promise.all(
          sink.received.splice(0).map(async ({ to, text }) => ({ ...(await simpleParser(text)), to })),
        );
      }

      test('an address that is typed gets the link, in words and as HTML; it is not shown to who typed it', async () => {
        const state = await scene(host, ada.id).initialised({ title: 'Build on <Kestrel> & co?' });
        const given = invitation({ email: ' Cy@Example.ORG ' });
        expect(await invite(host, state, given)).toEqual({ secret: null, sentTo: expect.stringMatching(/^cy@/i) });
        const [letter, ...more] = await arrived();
        expect(more).toEqual([]);
        expect([letter.to.toLowerCase(), letter.subject]).toEqual([
          'cy@example.org',
          'Ada asks you into a decision: Build on <Kestrel> & co?',
        ]);
        const secret = /http:\/\/localhost\/decisions\/join\/(\S+)/.exec(letter.text ?? '')?.[1] ?? '';
        expect(letter.html).toContain(`href="http://localhost/decisions/join/${secret}"`);
        expect(letter.html).toContain('Build on &#60;Kestrel&#62; &#38; co?');
        expect(await invitationByLink(host, secret)).toMatchObject({ decisionId: state.id, role: 'member' });
        expect(() => invitation({ email: 'cy@example.org', handle: 'bo' })).toThrow(/not both/);
        await expect(invite(host, state, invitation({ email: 'nowhere' }))).rejects.toThrow(/no mail address/);
      });

      test('who is invited by name gets a letter at the account’s address, without a secret', async () => {
        const state = await scene(host, ada.id).initialised();
        await invite(host, state, invitation({ handle: bo.handle as string }));
        const [letter] = await arrived();
        expect(letter.to).toBe('bo@example.org');
        expect(letter.text).toContain('http://localhost/decisions\n');
        expect(letter.text).not.toContain('/join/');
      });

      test('nobody’s mailbox is filled: the sixth within an hour is refused, and no invitation is left of it', async () => {
        const state = await scene(host, ada.id).initialised();
        for (let i = 0; i < 5; i++) await invite(host, state, invitation({ email: 'cy@example.org' }));
        await expect(invite(host, state, invitation({ email: 'cy@example.org' }))).rejects.toThrow(/Too many letters/);
        expect(await host.database.db.selectFrom('decision_invitation').select('id').execute()).toHaveLength(5);
        expect(await arrived()).toHaveLength(5);
      });

      test('where no mail is set up there is no letter, and a link to pass on', async () => {
        const silent = await site({});
        const state = await scene(silent, ada.id).initialised();
        expect((await invite(silent, state, invitation({}))).secret).toMatch(/^\S{20,}$/);
        await invite(silent, state, invitation({ handle: bo.handle as string }));
        await expect(invite(silent, state, invitation({ email: 'cy@example.org' }))).rejects.toThrow(
          /sends no letters/,
        );
        expect(await host.database.db.selectFrom('letter').select('id').execute()).toEqual([]);
        await silent.close();
      });

      test('members are asked for the second signature once the owner has given the first', async () => {
        const state = await readyToSign(host, ada.id, bo.id, { stakes: 'critical' });
        const sign = inputs.Sign.parse({ optionId: 'pilot', rationale: 'Cheap.', reviewOn: '2026-03-01' });
        const first = await signDecision(host, state, { actor: actorOf(ada.id), role: 'owner' }, sign);
        const letters = await arrived();
        expect(letters.map(({ to, subject }) => [to, subject])).toEqual([
          ['bo@example.org', 'Your signature is asked for: Build on Kestrel?'],
        ]);
        expect(letters[0].text).toContain(`http://localhost/decisions/${state.id}`);
        await signDecision(host, first, { actor: actorOf(bo.id), role: 'member' }, sign);
        expect(await arrived()).toEqual([]);
      });

      test('on the review date those who decided are reminded, once; a review that was made needs none', async () => {
        await decided(host, ada.id, bo.id);
        await decided(host, ada.id, bo.id, { outcome: 1 });
        await arrived();
        host.setNow(Date.parse('2026-02-28T12:00:00Z'));
        expect(await remindOfReviews(host)).toBe(0);
        host.setNow(Date.parse('2026-03-01T12:00:00Z'));
        expect(await remindOfReviews(host)).toBe(1);
        expect(await remindOfReviews(host)).toBe(0);
        const letters = await arrived();
        expect(letters.map(({ to }) => to).sort()).toEqual(['ada@example.org', 'bo@example.org']);
        expect(letters[0].subject).toBe('To be looked at again: Build on Kestrel?');
      });
    },
  );
}
