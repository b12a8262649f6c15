import type { Jobs } from '@broadsheet/database/jobs';
import { storesUnderTest } from '@broadsheet/database/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  abandonIdleDecisions,
  askForTask,
  cancelTask,
  type DecisionState,
  eraseEvent,
  exportJson,
  readEvents,
  saveEndpoint,
  setStakeholder,
  startDecisionWorker,
  taskOf,
  verifyDecision,
  verifyExport,
  waitForTask,
  watchTurn,
  whyNotErased,
  withdrawEvidence,
} from './index.ts';
import { findLostTasks } from './task-lost.ts';
import { openRoom, type Room } from './testing/room.ts';
import { never } from './testing/scene.ts';

for (const store of storesUnderTest) {
  describe.skipIf(store.skip)(
    `work and repairs of a decision on ${store.name}${store.skip ? ` (skipped: ${store.skip})` : ''}`,
    () => {
      let room: Room;
      let host: Room['host'];
      let jobs: Room['jobs'];
      let owner: Room['owner'];
      beforeEach(async () => {
        room = await openRoom(store.open);
        ({ host, jobs, owner } = room);
      });
      afterEach(() => room.close());

      const of = () => room.of();
      const newest = (state: { id: string }) => room.newest(state);
      const finished = (state: DecisionState, id: string) => waitForTask(host, state.id, id, 20_000);

      const withServer = () => room.withServer();

      test('measuring and calibrating are done apart from who asks, one at a time, and say how far they are', async () => {
        const state = await of().initialised();
        const first = await askForTask(host, jobs, state, owner.id, { kind: 'baseline' });
        await expect(askForTask(host, jobs, state, owner.id, { kind: 'baseline' })).rejects.toThrow(
          /at work .* already/,
        );
        expect(await taskOf(host, state.id)).toMatchObject({ state: 'queued', calls: 0 });
        const worker = await startDecisionWorker(host, jobs, { pollMs: 50 });
        expect(await finished(state, first)).toMatchObject({ state: 'done', calls: 41 });
        const measured = await newest(state);
        expect(measured.machine).toMatchObject({ phase: 'calibrating', stage: 1 });
        const second = await askForTask(host, jobs, measured, owner.id, { kind: 'calibrate' });
        expect(await finished(state, second)).toMatchObject({ state: 'done' });
        expect((await newest(state)).stages.at(-1)).toMatchObject({ stage: 17, passed: true });
        await worker.stop();
      }, 30_000);

      test('work that is refused says why, and leaves the record as it was', async () => {
        const state = await of().initialised();
        const worker = await startDecisionWorker(host, jobs, { pollMs: 50 });
        const id = await askForTask(host, jobs, state, owner.id, { kind: 'ready' });
        expect(await finished(state, id)).toMatchObject({
          state: 'failed',
          said: expect.stringMatching(/live session/),
        });
        expect((await newest(state)).head).toEqual(state.head);
        await worker.stop();
      });

      test('stopping work reaches the model, and nothing half done is on record', async () => {
        const server = await withServer();
        const state = await of().initialised({ endpoint: 'local' });
        server.misbehave('slow', 1_000);
        const worker = await startDecisionWorker(host, jobs, { pollMs: 50 });
        const id = await askForTask(host, jobs, state, owner.id, { kind: 'baseline' });
        await expect.poll(() => server.open(), { timeout: 5_000 }).toBeGreaterThan(0);
        await cancelTask(host, state.id, owner.id);
        expect(await finished(state, id)).toMatchObject({ state: 'cancelled', said: expect.stringMatching(/stopped/) });
        await expect.poll(() => server.open()).toBe(0);
        expect((await newest(state)).head).toEqual(state.head);
        await worker.stop();
      });

      test('work whose site is stopped is taken up by the next', async () => {
        const server = await withServer();
        const state = await of().initialised({ endpoint: 'local' });
        server.misbehave('slow', 1_000);
        const worker = await startDecisionWorker(host, jobs, { pollMs: 50 });
        const id = await askForTask(host, jobs, state, owner.id, { kind: 'baseline' });
        await expect.poll(() => server.open(), { timeout: 5_000 }).toBeGreaterThan(0);
        await worker.stop();
        expect(await taskOf(host, state.id)).toMatchObject({ id, state: 'running' });
        expect((await newest(state)).baseline).toBeNull();
      });

      test('work that no job carries is found: what was not begun is done, what was begun and lost ends', async () => {
        const state = await of().initialised();
        const { db } = host.database;
        // Whoever asked died between the task and its job; a worker that never comes stands for it.
        const silent: Jobs = { ...jobs, enqueue: async () => true };
        const first = await askForTask(host, silent, state, owner.id, { kind: 'baseline' });
        await findLostTasks(host, jobs);
        expect(await jobs.counts('decisions')).toMatchObject({ queued: 0 });
        host.setNow(host.now() + 20_000);
        const worker = await startDecisionWorker(host, jobs, { pollMs: 50 });
        expect(await finished(state, first)).toMatchObject({ state: 'done' });
        await worker.stop();
        // Its job was lost with its workers as often as it may be tried.
        const second = await askForTask(host, silent, await newest(state), owner.id, { kind: 'calibrate' });
        await db
          .updateTable('decision_task')
          .set({ state: 'running', started_at: 1 })
          .where('id', '=', second)
          .execute();
        host.setNow(host.now() + 20_000);
        await findLostTasks(host, jobs);
        expect(await taskOf(host, state.id)).toMatchObject({
          id: second,
          state: 'failed',
          said: expect.stringMatching(/never ended/),
        });
        // It keeps nothing off the decision any more.
        await askForTask(host, jobs, await newest(state), owner.id, { kind: 'calibrate' });
        await findLostTasks(host, jobs, -1);
        expect(await taskOf(host, state.id)).toMatchObject({ state: 'queued', finishedAt: null });
      }, 30_000);

      test('what was written while the model was measured does not undo the measuring', async () => {
        const server = await withServer();
        const state = await of().initialised({ endpoint: 'local' });
        const worker = await startDecisionWorker(host, jobs, { pollMs: 50 });
        const id = await askForTask(host, jobs, state, owner.id, { kind: 'baseline' });
        await expect.poll(() => server.asked(), { timeout: 5_000 }).toBeGreaterThan(2);
        await setStakeholder(host, await newest(state), of().actor, { name: 'Users', hasUpside: true, impacts: [] });
        expect(await finished(state, id)).toMatchObject({ state: 'done' });
        const now = await newest(state);
        expect(now.baseline).not.toBeNull();
        expect(now.stakeholders).toHaveLength(1);
        await worker.stop();
      });

      test('erasing takes words and their copies, keeps the chain, and the record is read as before', async () => {
        const { actor, live, say } = of();
        let state = await say(await live(), 'My name is Zebedee, what now?', 'a-key-of-its-own');
        state = await watchTurn(host, state, never);
        const { db } = host.database;
        const turns = (await readEvents(db, state.id)).filter(({ type }) => type === 'turn');
        expect(turns).toHaveLength(2);
        const erased = await eraseEvent(host, state, actor, turns[0].seq, 'a name was in it');
        const both = await eraseEvent(host, erased, actor, turns[1].seq, 'it repeats the name');
        const stored = await db.selectFrom('decision_event').select('payload_json').execute();
        expect(JSON.stringify(stored)).not.toContain('Zebedee');
        expect(JSON.stringify(stored)).not.toContain(state.chat[1].text.slice(0, 40));
        expect(await verifyDecision(db, state.id)).toMatchObject({ valid: true, redacted: 4 });
        expect(await verifyExport(await exportJson(host, both))).toMatchObject({ valid: true, redacted: 4 });
        expect(both.chat.map(({ role, status, text }) => [role, status, text])).toEqual([
          ['human', 'ok', '(erased)'],
          ['assistant', 'ok', '(erased)'],
        ]);
        expect({ ...both, chat: 0, claims: 0, seen: 0, head: 0, updatedAt: 0 }).toEqual({
          ...state,
          ...{ chat: 0, claims: 0, seen: 0, head: 0, updatedAt: 0 },
        });
        // It goes on from there.
        expect((await say(both, 'And now?')).chat).toHaveLength(4);
      }, 30_000);

      test('what everything rests on cannot be erased, nor the same thing twice, nor half of it', async () => {
        const state = await of().initialised();
        const { db } = host.database;
        const seqOf = async (type: string) =>
          (await readEvents(db, state.id)).find((each) => each.type === type)?.seq ?? 0;
        for (const kind of ['command', 'frozen'])
          await expect(eraseEvent(host, state, of().actor, await seqOf(kind), 'r')).rejects.toThrow(/rests/);
        await expect(eraseEvent(host, state, of().actor, 999, 'r')).rejects.toThrow(/no event 999/);
        const once = await eraseEvent(host, state, of().actor, await seqOf('contract'), 'r');
        await expect(eraseEvent(host, once, of().actor, await seqOf('contract'), 'r')).rejects.toThrow(/already/);
        // Another was quicker: then neither the event nor the erasure is written.
        await expect(eraseEvent(host, state, of().actor, await seqOf('biases'), 'r')).rejects.toThrow(/Somebody else/);
        expect(await verifyDecision(db, state.id)).toMatchObject({ valid: true, redacted: 1 });
      });

      test('every kind that can be erased leaves a record that is read to the same step', async () => {
        const { actor, initialised } = of();
        let state = await initialised();
        state = await withdrawEvidence(host, state, actor, { id: 'E2', reason: 'a reason' });
        for (const event of await readEvents(host.database.db, state.id))
          if (whyNotErased(state, event) === null) state = await eraseEvent(host, state, actor, event.seq, 'all of it');
        expect(state.machine).toEqual((await newest(state)).machine);
        expect(state.machine).toMatchObject({ phase: 'initialising', stage: 4 });
        expect(state.evidence.map(({ id, text }) => [id, text])).toEqual([['E1', '(erased)']]);
        expect(await verifyDecision(host.database.db, state.id)).toMatchObject({ valid: true });
      });

      test('content that was taken out of the store by hand is noticed', async () => {
        const state = await of().initialised();
        const { db } = host.database;
        await db.updateTable('decision_event').set({ payload_json: null, salt: null }).where('seq', '=', 3).execute();
        expect(await verifyDecision(db, state.id)).toMatchObject({ valid: false, seq: 3 });
        await db.updateTable('decision_event').set({ payload_json: '{}', salt: 'x' }).where('seq', '=', 3).execute();
        expect(await verifyDecision(db, state.id)).toMatchObject({ valid: false, seq: 3 });
      });

      test('what nobody touches for thirty days is given up, and what ended is left alone', async () => {
        const state = await of().initialised();
        expect(await abandonIdleDecisions(host)).toBe(0);
        host.setNow(host.now() + 29 * 24 * 3_600_000);
        expect(await abandonIdleDecisions(host)).toBe(0);
        host.setNow(host.now() + 24 * 3_600_000);
        expect(await abandonIdleDecisions(host)).toBe(1);
        expect((await newest(state)).machine.phase).toBe('abandoned');
        expect(await abandonIdleDecisions(host)).toBe(0);
        expect(await verifyDecision(host.database.db, state.id)).toMatchObject({ valid: true });
      });

      test('a model that a server does not have is refused with those that it has', async () => {
        const server = await withServer();
        const facts = { id: 'other', label: 'O', model: 'llama9', windowTokens: 8192, priceIn: 0, priceOut: 0 };
        await expect(saveEndpoint(host, { ...facts, baseUrl: server.baseUrl }, null)).rejects.toThrow(
          /no model "llama9"\. It has: simulated/,
        );
      });
    },
  );
}
