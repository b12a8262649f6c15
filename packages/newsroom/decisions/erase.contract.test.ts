import { storesUnderTest } from '@broadsheet/database/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DecisionEvent } from './events.ts';
import {
  amendQuestion,
  type DecisionState,
  dissolveDecision,
  eraseEvent,
  exportJson,
  exportMarkdown,
  inputs,
  overrideAlarms,
  readEvents,
  reopenDecision,
  setStakeholder,
  verifyDecision,
  verifyExport,
  watchTurn,
} from './index.ts';
import { append } from './record.ts';
import { openRoom, type Room } from './testing/room.ts';
import { FROZEN, never } from './testing/scene.ts';

for (const store of storesUnderTest) {
  describe.skipIf(store.skip)(`erasing on ${store.name}${store.skip ? ` (skipped: ${store.skip})` : ''}`, () => {
    let room: Room;
    beforeEach(async () => {
      room = await openRoom(store.open);
    });
    afterEach(() => room.close());

    const events = ({ id }: DecisionState) => readEvents(room.database.db, id);
    /** Erases what holds a word, with its copies, until nothing does. @returns how often it had to be asked for */
    async function eraseAll(state: DecisionState, word: string): Promise<{ state: DecisionState; asked: number }> {
      let [now, asked] = [state, 0];
      for (;;) {
        const found = (await events(now)).find(({ payload }) => JSON.stringify(payload).includes(word));
        if (!found) return { state: now, asked };
        now = await eraseEvent(room.host, now, room.of().actor, found.seq, 'a name was in it');
        asked += 1;
      }
    }
    const isValid = async (state: DecisionState) =>
      expect(await verifyDecision(room.database.db, state.id)).toMatchObject({ valid: true });

    test('the reason of an override goes, and the override stays on page one', async () => {
      const { actor, live } = room.of();
      const raised: DecisionEvent[] = [
        { type: 'alarm', id: 'alarm-1', detector: 'flips', detail: 'It follows the lean.', cause: 'social-pressure' },
        { type: 'command', command: { type: 'raise-red', by: 'system', alarmId: 'alarm-1' } },
      ];
      let state = await append(room.host, await live(), 'system', raised);
      const given = { alarmIds: ['alarm-1'], reason: 'Zebedee knows better' };
      state = await overrideAlarms(room.host, state, actor, given);
      const { state: erased, asked } = await eraseAll(state, 'Zebedee');
      expect(asked).toBe(1);
      expect(erased.overrides).toMatchObject([{ reason: '(erased)', alarmIds: ['alarm-1'] }]);
      expect(exportMarkdown(erased, new Map())).toContain('alarm-1: (erased)');
      expect(erased.machine).toEqual(state.machine);
      await isValid(erased);
      expect(await verifyExport(await exportJson(room.host, erased))).toMatchObject({ valid: true, redacted: 1 });
    });

    test('why something was erased can be erased too, and what that had left stays', async () => {
      const { actor, initialised } = room.of();
      let state = await initialised();
      const contract = (await events(state)).find(({ type }) => type === 'contract');
      state = await eraseEvent(room.host, state, actor, contract?.seq ?? 0, 'Zebedee is named in it');
      state = await eraseEvent(room.host, state, actor, state.head.seq, 'so was he here');
      expect(JSON.stringify(await events(state))).not.toContain('Zebedee');
      expect(state.contract).toMatchObject({ decides: '(erased)', deadlineOn: null });
      expect(state.machine).toMatchObject({ phase: 'initialising', stage: 4 });
      await isValid(state);
    });

    test('a question goes once another is in force, or the decision has ended; then nobody takes it up again', async () => {
      const { actor, initialised, live } = room.of();
      const named = await live();
      const question = inputs.Frozen.parse({ ...FROZEN, statement: 'Do we build on what Zebedee wrote?', reason: 'r' });
      const amended = await amendQuestion(room.host, named, actor, question);
      await expect(eraseAll(amended, 'Zebedee')).rejects.toThrow(/question in force.*Amend/);
      const again = inputs.Frozen.parse({ ...FROZEN, reason: 'without a name' });
      const { state } = await eraseAll(await amendQuestion(room.host, amended, actor, again), 'Zebedee');
      expect(state.frozen.map(({ statement }) => statement)).toEqual([FROZEN.statement, '(erased)', FROZEN.statement]);
      await isValid(state);

      const stopped = await dissolveDecision(room.host, await initialised({ title: 'Zebedee, or not?' }), actor, {
        kind: 'direction',
        reason: 'Enough.',
      });
      const titled = await eraseAll(stopped, 'Zebedee');
      const { title } = await room.database.db
        .selectFrom('decision')
        .select('title')
        .where('id', '=', stopped.id)
        .executeTakeFirstOrThrow();
      expect([titled.state.title, title]).toEqual(['(erased)', '(erased)']);
      const over = await dissolveDecision(room.host, await live(), actor, { kind: 'direction', reason: 'Enough.' });
      const { state: gone } = await eraseAll(over, FROZEN.statement);
      room.host.setNow(room.host.now() + 48 * 3_600_000);
      const reopen = { source: 's', title: 't', text: 'Something new.', direction: 'for', reason: 'r' };
      await expect(
        reopenDecision(room.host, gone, { actor, role: 'owner' }, inputs.Reopen.parse(reopen)),
      ).rejects.toThrow(/question was erased/);
    }, 40_000);

    test('a name goes from the checks and alarms that told of it', async () => {
      const { actor, live } = room.of();
      const impact = { optionId: 'go', severity: 4, isIrreversible: true };
      let state = await live();
      state = await setStakeholder(room.host, state, actor, { name: 'Zebedee', hasUpside: false, impacts: [impact] });
      state = await watchTurn(room.host, state, never);
      expect(state.alarms).toMatchObject([{ detector: 'stakeholders', detail: expect.stringContaining('Zebedee') }]);
      const { state: erased, asked } = await eraseAll(state, 'Zebedee');
      expect(asked).toBe(1);
      expect(erased.alarms).toMatchObject([{ detector: 'stakeholders', detail: '(erased)' }]);
      expect(erased.machine).toEqual(state.machine);
      await isValid(erased);
    }, 20_000);
  });
}
