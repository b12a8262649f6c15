import { temporarySqlite } from '@broadsheet/database/testing';
import { LLMock } from '@copilotkit/aimock';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  addEvidence,
  amendQuestion,
  confirmHolding,
  type DecisionState,
  inputs,
  judgeRebuttal,
  lampsNow,
  makeChallenge,
  measureBaseline,
  openAlarms,
  recalibrate,
  replaceAdvice,
  resolveChallenge,
  runStage,
  runStages,
  saveEndpoint,
  step,
  watchTurn,
  withdrawEvidence,
} from './index.ts';
import { append } from './record.ts';
import { liveMessages } from './session.ts';
import { startSceneModel } from './testing/index.ts';
import { openRoom, type Room } from './testing/room.ts';
import { never, QUESTION } from './testing/scene.ts';

// What differs by no store: on SQLite alone, since each live session is some two hundred calls, each reserved and settled.
let room: Room;
let host: Room['host'];
beforeEach(async () => {
  room = await openRoom(temporarySqlite);
  host = room.host;
});
afterEach(() => room.close());

const of = () => room.of();

const withServer = () => room.withServer();

test('evidence that is withdrawn opens the claims that rested on it, and its id is not given again', async () => {
  const { actor, live, say } = of();
  let state = await say(await live(), 'What is in the store?');
  const claim = state.claims.find(({ citedId }) => citedId !== null);
  const id = claim?.citedId as string;
  state = await withdrawEvidence(host, state, actor, { id, reason: 'wrong paper' });
  expect(state.claims.find((each) => each.id === claim?.id)?.state).toBe('unsupported');
  expect(state.seen.evidence).toHaveLength(1);
  await expect(withdrawEvidence(host, state, actor, { id, reason: 'again' })).rejects.toThrow(/no evidence/);
  const item = { source: 'note', title: 'New', text: 'Text of it.', direction: 'for' } as const;
  expect((await addEvidence(host, state, actor, item)).evidence.at(-1)?.id).toBe('E3');
});

test('an amended question makes its lamps grey, keeps the ids of options that stay, and has the model measured anew', async () => {
  const { actor, live, say } = of();
  let state = await watchTurn(host, await say(await live(), 'What speaks for it?'), never);
  expect(state.checks.get('canaries')?.result).toBe('pass');
  const options = [{ text: 'Build on it now' }, { text: 'Ask the authors first' }, { text: 'Do nothing now' }];
  const amended = { ...QUESTION, options, reason: '' };
  await expect(amendQuestion(host, state, actor, amended)).rejects.toThrow(/Say why/);
  state = await amendQuestion(host, state, actor, { ...amended, reason: 'There is a cheaper step.' });
  expect(state.frozen.at(-1)?.options.map(({ id }) => id)).toEqual(['go', 'a', 'wait']);
  for (const detector of ['canaries', 'constraints', 'drift', 'endpoint'] as const)
    expect(state.checks.has(detector), detector).toBe(false);
  expect(state.baseline).toBeNull();
  state = await watchTurn(host, await say(state, 'What speaks for the new one?'), never);
  expect(Object.keys(state.baseline?.answers ?? {})).toContain('go-a-0');
  expect(openAlarms(state)).toEqual([]);
}, 30_000);

test('after calibrating anew no stage that passed before counts, and the old chat is in no prompt', async () => {
  const { actor, live, say } = of();
  let state = await say(await live(), 'A word of the old chat');
  state = await step(host, state, actor, { type: 'suspend', by: 'owner', reason: 'It feels wrong.' });
  expect(state.pausedBecause).toBe('It feels wrong.');
  state = await recalibrate(host, state, actor);
  expect(state.machine).toMatchObject({ phase: 'calibrating', stage: 2 });
  expect(state.stages.some(({ stage }) => stage > 11)).toBe(false);
  expect(JSON.stringify(liveMessages(state))).not.toContain('A word of the old chat');
  while (state.machine.stage < 7) state = await runStage(host, state, never);
  await expect(confirmHolding(host, state, actor, never)).rejects.toThrow(/last stage .* has not passed/);
  state = await confirmHolding(host, await runStage(host, state, never), actor, never);
  expect(state.machine.phase).toBe('active');
}, 30_000);

test('a person stops a session and the owner goes on with it; a replacement does not go on in their stead', async () => {
  const { actor, live, say } = of();
  let state = await step(host, await live(), actor, { type: 'suspend', by: 'member', reason: 'Wait for Bo.' });
  await expect(say(state, 'And?')).rejects.toThrow(/Stopped/);
  const alarm = { type: 'alarm', id: 'alarm-1', detector: 'quotes', detail: 'd', cause: 'healthy' } as const;
  state = await append(host, state, 'system', [
    alarm,
    { type: 'command', command: { type: 'raise-red', by: 'system', alarmId: 'alarm-1' } },
  ]);
  state = await replaceAdvice(host, state, actor, { alarmIds: ['alarm-1'], how: 'checklist' }, never);
  expect(state.machine.phase).toBe('suspended');
  state = await step(host, state, actor, { type: 'resume', by: 'owner' });
  expect(state).toMatchObject({ machine: { phase: 'active' }, pausedBecause: null });
}, 30_000);

test('a budget of calls and one of money hold as that of tokens does', async () => {
  const server = await withServer();
  const facts = { id: 'dear', label: 'Dear', model: 'simulated', windowTokens: 8192, priceIn: 5, priceOut: 15 };
  await saveEndpoint(host, { ...facts, baseUrl: server.baseUrl }, null);
  const few = await of().initialised({ budgetCalls: 100 });
  const spend = async (state: DecisionState) => {
    await runStages(host, await measureBaseline(host, state, never), never);
  };
  await expect(spend(few)).rejects.toThrow(/81 of 100 calls; a fifth is kept/);
  const poor = await of().initialised({ endpoint: 'dear', budgetMoney: 0.1 });
  await expect(spend(poor)).rejects.toThrow(/of 0\.1 in money; a fifth is kept/);
  const { micros } = await host.database.db
    .selectFrom('decision_call')
    .select((e) => e.fn.sum<number>('micros').as('micros'))
    .where('decision_id', '=', poor.id)
    .executeTakeFirstOrThrow();
  expect(Number(micros)).toBeLessThanOrEqual(80_000);
  expect(Number(micros)).toBeGreaterThan(60_000);
  await server.close();
}, 30_000);

test('a judge says whether a rebuttal meets its challenge, and closes nothing by that', async () => {
  // Three servers of others: who advises, who challenges and who judges are three.
  const judge = new LLMock({ port: 0 });
  const verdicts = [
    ['A', 'B', 'meets'],
    ['B', 'A', 'misses'],
    ['A', 'A', 'split'],
  ] as const;
  let asked = 0;
  judge.on({ predicate: () => true }, () => {
    const [first, second] = verdicts[Math.floor(asked / 2)];
    return { content: JSON.stringify({ choice: asked++ % 2 === 0 ? first : second, p: 0.9 }) };
  });
  await judge.start();
  const [advisor, challenger] = [await withServer(), await startSceneModel()];
  const facts = { model: 'simulated', windowTokens: 8192, priceIn: 0, priceOut: 0 };
  await saveEndpoint(host, { ...facts, id: 'challenger', label: 'C', baseUrl: challenger.baseUrl }, null);
  const [, model] = /"id":"([^"]*)"/.exec(await (await fetch(`${judge.url}/v1/models`)).text()) ?? [];
  await saveEndpoint(host, { ...facts, id: 'judge', label: 'J', model, baseUrl: `${judge.url}/v1` }, null);
  const { actor, live } = of();
  let state = await live({ endpoint: 'local', second: 'challenger', judge: 'judge' });
  expect(challenger.asked()).toBe(1); // its list of models
  for (const [i, [, , verdict]] of verdicts.entries()) {
    state = await makeChallenge(host, state, never);
    const answer = { id: `challenge-${i + 1}`, as: 'rebutted', response: 'Seen.', evidenceIds: ['E1'] };
    state = await resolveChallenge(host, state, actor, inputs.Resolve.parse(answer));
    state = await judgeRebuttal(host, state, answer.id, never);
    expect(state.challenges[i]).toMatchObject({ as: 'rebutted', verdict });
    expect(lampsNow(state)[1].result).toBe(i === 0 ? 'pass' : 'amber');
  }
  expect(challenger.asked()).toBe(4);
  expect(asked).toBe(6);
  expect(JSON.stringify(judge.getRequests().map(({ body }) => body))).not.toContain('sunk cost');
  await Promise.all([advisor.close(), challenger.close(), judge.stop()]);
}, 60_000);
