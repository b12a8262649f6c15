import { randomUUID } from 'node:crypto';
import type { Database } from '@broadsheet/database';
import { transaction } from '@broadsheet/database';
import { storesUnderTest } from '@broadsheet/database/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Acting, createReader, DELETED_NAME, type Reader } from '../accounts/index.ts';
import { deleteReader } from '../personal-data/index.ts';
import { hostOn } from '../testing/host.ts';
import {
  actorOf,
  calibrationOf,
  createDecision,
  type DecisionState,
  declineInvitation,
  exportDecisions,
  inputs,
  invitationByLink,
  invitationsOf,
  invite,
  join,
  listDecisions,
  namesOf,
  readDecision,
  requireNeed,
  requireRoleIn,
  reviewDecision,
  roleIn,
  setMember,
  signDecision,
  UnknownDecision,
  verifyDecision,
  withdrawEvidence,
} from './index.ts';
import { joined as comeIn, readyToSign } from './testing/decided.ts';
import { scene } from './testing/scene.ts';

const asMember = inputs.Invitation.parse({ role: 'member' });

for (const store of storesUnderTest) {
  describe.skipIf(store.skip)(
    `people of a decision on ${store.name}${store.skip ? ` (skipped: ${store.skip})` : ''}`,
    () => {
      let database: Database & { dispose(): Promise<void> };
      let host: Awaited<ReturnType<typeof hostOn>>;
      let ada: Reader;
      let bo: Reader;
      beforeEach(async () => {
        database = await store.open();
        host = await hostOn(database, {
          env: { BROADSHEET_MODE: 'accounts', BROADSHEET_BASE_URL: 'http://localhost' },
        });
        [ada, bo] = await transaction(database, async (db) => [
          await createReader(db, { name: 'Ada', isConfirmed: true, role: 'admin' }, host.now()),
          await createReader(db, { name: 'Bo', isConfirmed: true }, host.now()),
        ]);
      });
      afterEach(async () => {
        await host.close();
        await database.dispose();
      });

      const acting = (reader: Reader): Acting => ({ reader, via: 'session', role: reader.role, scopes: [] });
      const begin = (given: Record<string, unknown> = {}) => scene(host, ada.id).initialised(given);
      const newest = async ({ id }: { id: string }) => (await readDecision(host.database.db, id)) as DecisionState;

      const joined = (state: DecisionState, role: 'member' | 'observer' = 'member') => comeIn(host, state, bo.id, role);

      test('a link lets one person in, once, and not for ever', async () => {
        const state = await begin();
        expect(await roleIn(host, state.id, acting(bo))).toBeNull();
        const secret = (await invite(host, state, asMember)).secret as string;
        const stored = await host.database.db.selectFrom('decision_invitation').selectAll().execute();
        expect(JSON.stringify(stored)).not.toContain(secret);
        const invitation = await invitationByLink(host, secret);
        expect(invitation).toMatchObject({ title: 'Build on Kestrel?', role: 'member', ownerName: 'Ada' });
        if (!invitation) return;
        await join(host, bo.id, invitation);
        expect(await roleIn(host, state.id, acting(bo))).toBe('member');
        expect((await newest(state)).members).toEqual([{ reader: actorOf(bo.id), role: 'member' }]);
        expect(await invitationByLink(host, secret)).toBeUndefined();
        const late = await transaction(database, (db) =>
          createReader(db, { name: 'Cy', isConfirmed: true }, host.now()),
        );
        await expect(join(host, late.id, invitation)).rejects.toThrow(/used or taken back/);
        expect(await roleIn(host, state.id, acting(late))).toBeNull();
        const other = (await invite(host, await newest(state), asMember)).secret as string;
        host.setNow(host.now() + 15 * 24 * 3_600_000);
        expect(await invitationByLink(host, other)).toBeUndefined();
      });

      test('two who use one link at once: one is in', async () => {
        const state = await begin();
        const cy = await transaction(database, (db) => createReader(db, { name: 'Cy', isConfirmed: true }, host.now()));
        const invitation = await invitationByLink(host, (await invite(host, state, asMember)).secret as string);
        if (!invitation) throw new Error('no invitation');
        const both = await Promise.allSettled([join(host, bo.id, invitation), join(host, cy.id, invitation)]);
        expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
        expect((await newest(state)).members).toHaveLength(1);
        expect(await verifyDecision(host.database.db, state.id)).toMatchObject({ valid: true });
      });

      test('who is invited by handle finds it in their list, and may decline', async () => {
        const state = await begin();
        await expect(invite(host, state, { role: 'member', handle: 'nobody', email: '' })).rejects.toThrow(
          /no reader @nobody/,
        );
        expect(await invite(host, state, { role: 'observer', handle: bo.handle as string, email: '' })).toEqual({
          secret: null,
          sentTo: null,
        });
        const [invitation] = await invitationsOf(host, bo.id);
        expect(invitation).toMatchObject({ decisionId: state.id, role: 'observer' });
        await declineInvitation(host, ada.id, invitation.id);
        expect(await invitationsOf(host, bo.id)).toHaveLength(1);
        await declineInvitation(host, bo.id, invitation.id);
        expect(await invitationsOf(host, bo.id)).toEqual([]);
      });

      test('observers read and members write; only the owner does what the record says the owner did', async () => {
        const state = await joined(await begin(), 'observer');
        expect(await requireRoleIn(host, state.id, acting(bo))).toBe('observer');
        expect(() => requireNeed('observer', 'evidence')).toThrow(/may read/);
        expect(() => requireNeed('member', 'evidence')).not.toThrow();
        expect(() => requireNeed('member', 'override')).toThrow(/Only the owner/);
        const cy = await transaction(database, (db) => createReader(db, { name: 'Cy', isConfirmed: true }, host.now()));
        await expect(requireRoleIn(host, state.id, acting(cy))).rejects.toThrow(UnknownDecision);
        const out = await setMember(host, state, actorOf(ada.id), { readerId: bo.id, role: null });
        expect(out.members).toEqual([]);
        expect(await roleIn(host, state.id, acting(bo))).toBeNull();
      });

      test('what is critical needs two signatures, for the same option, the owner’s first', async () => {
        let state = await readyToSign(host, ada.id, bo.id, { stakes: 'critical' });
        const owner = { actor: actorOf(ada.id), role: 'owner' } as const;
        const member = { actor: actorOf(bo.id), role: 'member' } as const;
        const sign = (optionId: string) =>
          inputs.Sign.parse({ optionId, rationale: 'It is cheap.', reviewOn: '2026-03-01' });
        await expect(signDecision(host, state, member, sign('pilot'))).rejects.toThrow(/owner signs first/);
        state = await signDecision(host, state, owner, sign('pilot'));
        expect(state.machine.phase).toBe('committing');
        await expect(signDecision(host, state, owner, sign('pilot'))).rejects.toThrow(/another person/);
        await expect(signDecision(host, state, member, sign('go'))).rejects.toThrow(/first signature is for “Try it/);
        await expect(setMember(host, state, owner.actor, { readerId: bo.id, role: null })).rejects.toThrow(
          /being signed/,
        );
        state = await signDecision(host, state, member, sign('pilot'));
        expect(state.machine).toMatchObject({ phase: 'decided', signatures: [owner.actor, member.actor] });
        expect(await verifyDecision(host.database.db, state.id)).toMatchObject({ valid: true });
        // Each person's calibration is of their own forecasts.
        state = await reviewDecision(
          host,
          state,
          member,
          inputs.Review.parse({ outcome: 'It worked.', resolutions: { pilot: 1 } }),
        );
        expect((await calibrationOf(host, acting(ada))).entries).toMatchObject([{ prior: 0.6, final: 0.8 }]);
        expect((await calibrationOf(host, acting(bo))).entries).toMatchObject([{ prior: 0.2, final: null }]);
      }, 30_000);

      test('what is critical cannot be made ready by one person alone', async () => {
        await expect(readyToSign(host, ada.id, null, { stakes: 'critical' })).rejects.toThrow(
          /invite somebody as a member/,
        );
      }, 30_000);

      test('the record holds no name: a changed one is shown as it is, and a reader who has left as deleted', async () => {
        let state = await joined(await begin());
        state = await withdrawEvidence(host, state, actorOf(bo.id), { id: 'E1', reason: 'another paper' });
        const { db } = host.database;
        const rows = await db.selectFrom('decision_event').select(['actor', 'payload_json']).execute();
        expect(rows.filter((row) => /Bo\b/.test(JSON.stringify(row)))).toEqual([]);
        expect(await exportDecisions(db, bo.id)).toMatchObject([
          { id: state.id, events: [{ type: 'member' }, { type: 'evidence-withdrawn' }] },
        ]);
        expect(await deleteReader(host, bo.id)).toBeUndefined();
        state = await newest(state);
        expect(state.members).toEqual([]);
        expect((await namesOf(db, [actorOf(bo.id), actorOf(ada.id), 'system'])).values().toArray()).toEqual([
          DELETED_NAME,
          'Ada',
          'system',
        ]);
        expect(await verifyDecision(db, state.id)).toMatchObject({ valid: true });
      });

      test('an owner who leaves hands a decision on to a member who relies on it; one of nobody else goes', async () => {
        const shared = await joined(await begin());
        const alone = await begin();
        const { db } = host.database;
        await transaction(database, (inside) =>
          createReader(inside, { name: 'Di', isConfirmed: true, role: 'admin' }, host.now()),
        );
        expect(await deleteReader(host, ada.id)).toBeUndefined();
        expect(await readDecision(db, alone.id)).toBeUndefined();
        expect(await newest(shared)).toMatchObject({ ownerId: bo.id, members: [] });
        expect(await roleIn(host, shared.id, acting(bo))).toBe('owner');
        expect(await verifyDecision(db, shared.id)).toMatchObject({ valid: true });
      });

      test('the same key twice, also at once, is one decision', async () => {
        const asked = inputs.NewDecision.parse({ key: randomUUID(), title: 'Once' });
        const made = await Promise.all([1, 2, 3].map(() => createDecision(host, ada, asked)));
        expect(new Set(made.map(({ id }) => id)).size).toBe(1);
        expect((await listDecisions(host, acting(ada))).decisions).toHaveLength(1);
        expect((await createDecision(host, bo, asked)).id).not.toBe(made[0].id);
      });

      test('pages of the list hold every decision once', async () => {
        const asked = (i: number) => inputs.NewDecision.parse({ key: randomUUID(), title: `Question ${i}` });
        for (let i = 0; i < 120; i++) {
          // Some of them in the same instant.
          if (i % 3 === 0) host.setNow(host.now() + 1);
          await createDecision(host, ada, asked(i));
        }
        const seen: string[] = [];
        let pages = 0;
        for (let after: string | null = null; ; pages++) {
          const page = await listDecisions(host, acting(ada), after);
          seen.push(...page.decisions.map(({ title }) => title));
          after = page.next;
          if (!after) break;
        }
        expect(pages).toBe(2);
        expect(new Set(seen).size).toBe(120);
        expect(seen).toHaveLength(120);
      }, 20_000);
    },
  );
}
