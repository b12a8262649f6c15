import { storesUnderTest } from '@broadsheet/database/testing';
import type { StoredEvent } from '@broadsheet/methods/five-layer';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createReader } from '../accounts/index.ts';
import {
  actorOf,
  addAssumption,
  addEvidence,
  askForTask,
  continueDecision,
  type DecisionState,
  dissolveDecision,
  eraseEvent,
  exportJson,
  exportMarkdown,
  followTurn,
  inputs,
  judgeAssumption,
  makeChallenge,
  openProposals,
  readEvents,
  reopenDecision,
  reportCriterion,
  resolveChallenge,
  reviewDecision,
  startDecisionWorker,
  step,
  verifyDecision,
  verifyExport,
  waitForTask,
} from './index.ts';
import { replay } from './replay.ts';
import { openRoom, type Room } from './testing/room.ts';
import { never } from './testing/scene.ts';

const DAY = 24 * 3_600_000;

for (const store of storesUnderTest) {
  describe.skipIf(store.skip)(
    `the protocol of a session on ${store.name}${store.skip ? ` (skipped: ${store.skip})` : ''}`,
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
      const follow = (state: DecisionState) => followTurn(host, async () => jobs, state, owner.id, never);

      test('after the third answer a challenge comes by itself, once, in work that a lost process leaves to the next', async () => {
        const { live, say } = of();
        let state = await live();
        for (const turn of [1, 2]) {
          state = await say(state, `What of point ${turn}?`);
          expect(await follow(state)).toBeNull();
          state = await newest(state);
        }
        state = await say(state, 'What of point 3?');
        const id = (await follow(state)) as string;
        expect(id).not.toBeNull();
        const worker = await startDecisionWorker(host, jobs, { pollMs: 50 });
        expect(await waitForTask(host, state.id, id, 20_000)).toMatchObject({ kind: 'challenge', state: 'done' });
        state = await newest(state);
        expect(state.challenges).toMatchObject([{ kind: 'premortem', turn: 3, as: 'open', duplicateOf: null }]);
        // Taken up once more, after its event was written and before its end was: nothing is written twice.
        const again = await askForTask(host, jobs, state, owner.id, { kind: 'challenge', after: 0 });
        expect(await waitForTask(host, state.id, again, 20_000)).toMatchObject({ state: 'done' });
        expect((await newest(state)).head).toEqual(state.head);
        await worker.stop();
      }, 40_000);

      test('a criterion met suspends and proposes; the owner goes on with a reason, or stops; a day and new evidence reopen it', async () => {
        const { actor, owner: ada, live, say } = of();
        let state = await live();
        const met = inputs.CriterionMet.parse({ id: 'K1', note: 'It was 1.4 times.', evidenceIds: ['E2'] });
        state = await reportCriterion(host, state, actor, met);
        expect(state.machine).toMatchObject({ phase: 'suspended', openProposals: ['stop-1'] });
        const [proposal] = openProposals(state);
        expect(proposal).toMatchObject({ kind: 'direction', trigger: 'criterion-met', evidenceIds: ['E2'] });
        expect(proposal.cost.calls).toBeGreaterThan(100);
        await expect(say(state, 'And?')).rejects.toThrow(/propose to end it/);
        await expect(step(host, state, actor, { type: 'resume', by: 'owner' })).rejects.toThrow(/propose to stop/);

        state = await continueDecision(host, state, actor, { reason: 'One device of four; the others count.' });
        expect(state.machine).toMatchObject({ phase: 'active', openProposals: [] });
        expect(state.overrides).toMatchObject([{ alarmIds: ['stop-1'], reason: expect.stringMatching(/One device/) }]);
        // The same evidence proposes nothing anew; more does.
        state = await reportCriterion(host, state, actor, met);
        expect(state.machine.phase).toBe('active');
        state = await reportCriterion(host, state, actor, { ...met, evidenceIds: ['E1', 'E2'] });
        expect(state.machine.phase).toBe('suspended');
        const reason = 'It is met on our own data.';
        state = await dissolveDecision(host, state, actor, { kind: 'direction', reason, reviewOn: '2026-03-01' });
        expect(state.dissolution).toMatchObject({ proposal: 'stop-2', lastPhase: 'suspended', reviewOn: '2026-03-01' });
        expect(exportMarkdown(state, new Map())).toContain('not a reason to continue');

        const more = {
          source: 'note',
          title: 'A third reader',
          text: 'Three times on ours.',
          direction: 'for',
        } as const;
        const again = { ...more, reason: 'The first run had a fault.' };
        await expect(reopenDecision(host, state, ada, again)).rejects.toThrow(/waits a day/);
        await expect(reopenDecision(host, state, ada, { ...again, text: state.evidence[0].text })).rejects.toThrow(
          /evidence that was not there/,
        );
        host.setNow(host.now() + DAY);
        const reopened = await reopenDecision(host, state, ada, again);
        expect(reopened.machine).toMatchObject({ phase: 'suspended' });
        expect(reopened.evidence.at(-1)?.title).toBe('A third reader');
        await expect(step(host, reopened, actor, { type: 'resume', by: 'owner' })).rejects.toThrow(/calibrated anew/);
        const events = await readEvents(host.database.db, state.id);
        expect(replay(state.id, events)).toEqual(reopened);
        expect(await verifyExport(await exportJson(host, reopened))).toMatchObject({ valid: true });
      }, 40_000);

      test('another member takes up at once what the owner stopped, and it can be reviewed instead', async () => {
        const { actor, owner: ada, live } = of();
        const bo = await createReader(host.database.db, { name: 'Bo', isConfirmed: true }, host.now());
        const stopped = await dissolveDecision(host, await live(), actor, { kind: 'direction', reason: 'Enough.' });
        const member = { actor: actorOf(bo.id), role: 'member' } as const;
        const more = {
          source: 'note',
          title: 'New',
          text: 'Text that is new.',
          direction: 'for',
          reason: 'r',
        } as const;
        const reviewed = await reviewDecision(
          host,
          stopped,
          ada,
          inputs.Review.parse({ outcome: 'Others failed with it.', resolutions: {}, wasStoppingRight: true }),
        );
        expect(reviewed).toMatchObject({ machine: { phase: 'reviewed' }, review: { wasStoppingRight: true } });
        await expect(reopenDecision(host, reviewed, member, more)).rejects.toThrow(/stopped/);
        const other = await dissolveDecision(host, await live(), actor, { kind: 'direction', reason: 'Enough.' });
        expect((await reopenDecision(host, other, member, more)).reopenings).toMatchObject([{ isAnotherPerson: true }]);
      }, 40_000);

      test('words of the new events can be erased; the record is read to the same step, and its chain fits', async () => {
        const { actor, live, say } = of();
        let state = await say(await live(), 'What of it?');
        for (const text of ['Users stay', 'The code is theirs', 'Two weeks are enough'])
          state = await addAssumption(
            host,
            state,
            actor,
            inputs.AssumptionInput.parse({ text, breaksIf: 'Zebedee leaves' }),
          );
        for (const id of ['A1', 'A2', 'A3'])
          state = await judgeAssumption(
            host,
            state,
            actor,
            inputs.JudgeAssumption.parse({ id, status: 'broken', why: 'Zebedee has left' }),
          );
        expect(state.dissolutionProposals).toMatchObject([{ trigger: 'assumptions-broken', answer: null }]);
        state = await continueDecision(host, state, actor, { reason: 'Zebedee comes back' });
        state = await makeChallenge(host, state, never);
        const answer = { id: 'challenge-1', as: 'rebutted', response: 'Zebedee says no', evidenceIds: ['E1'] };
        state = await resolveChallenge(host, state, actor, inputs.Resolve.parse(answer));
        state = await reportCriterion(
          host,
          state,
          actor,
          inputs.CriterionMet.parse({ id: 'K1', note: 'Zebedee saw it', evidenceIds: ['E1'] }),
        );
        const before = state;
        const holding = (all: readonly StoredEvent[]) =>
          all.find(({ payload }) => JSON.stringify(payload).includes('Zebedee'));
        // The reason to go on in spite of the checks among them.
        for (let found: StoredEvent | undefined; ; ) {
          found = holding(await readEvents(host.database.db, state.id));
          if (!found) break;
          state = await eraseEvent(host, state, actor, found.seq, 'a name');
        }
        expect(state.overrides).toMatchObject([{ reason: '(erased)', alarmIds: ['stop-1'] }]);
        expect(state.machine).toEqual(before.machine);
        expect(state.assumptions.map(({ id, status }) => [id, status])).toEqual(
          before.assumptions.map(({ id, status }) => [id, status]),
        );
        expect(state.challenges.map(({ id, as }) => [id, as])).toEqual([['challenge-1', 'rebutted']]);
        expect(await verifyDecision(host.database.db, state.id)).toMatchObject({ valid: true, redacted: 9 });
      }, 40_000);

      test('a challenge is accepted only with a change that came after it, and its claim’s own evidence does not rebut it', async () => {
        const { actor, live, say } = of();
        let state = await say(await live(), 'What of it?');
        const claim = state.claims.find(({ citedId }) => citedId !== null);
        state = await makeChallenge(host, state, never);
        const resolve = (given: object) =>
          resolveChallenge(
            host,
            state,
            actor,
            inputs.Resolve.parse({ id: state.challenges.at(-1)?.id, response: 'Seen.', ...given }),
          );
        const [change] = state.changes;
        await expect(resolve({ as: 'accepted', change: change.seq })).rejects.toThrow(/something changes/);
        await expect(resolve({ as: 'deferred', dueOn: '2026-03-01', owner: 'reader:99' })).rejects.toThrow(
          /owner or a member/,
        );
        const item = { source: 'note', title: 'Another', text: 'Text of it.', direction: 'against' } as const;
        state = await addEvidence(host, state, actor, item);
        state = await resolve({ as: 'accepted', change: state.changes.at(-1)?.seq });
        expect(state.challenges[0]).toMatchObject({ as: 'accepted', change: state.changes.at(-1)?.seq });
        // The fourth kind attacks a claim of the answer; that the claim cited its source already is no rebuttal.
        for (let i = 0; i < 3; i++) {
          state = await makeChallenge(host, state, never);
          if (i < 2) state = await resolve({ as: 'deferred', dueOn: '2026-03-01' });
        }
        expect(state.challenges[3]).toMatchObject({ kind: 'other-explanation', attacks: claim?.id });
        const cited = claim?.citedId as string;
        await expect(resolve({ as: 'rebutted', evidenceIds: [cited] })).rejects.toThrow(new RegExp(`${cited} was`));
        state = await resolve({ as: 'rebutted', evidenceIds: [cited, 'E3'] });
        expect(state.challenges.map(({ as }) => as)).toEqual(['accepted', 'deferred', 'deferred', 'rebutted']);
        expect(state.challenges[1].owner).toBe(actor);
      }, 40_000);
    },
  );
}
