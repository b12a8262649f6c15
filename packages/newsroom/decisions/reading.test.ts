import { temporarySqlite } from '@broadsheet/database/testing';
import { THRESHOLDS_V1 } from '@broadsheet/methods/five-layer';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { type DecisionState, openAlarms, watchTurn } from './index.ts';
import { addLocalModel, sceneModel } from './testing/index.ts';
import { startModelServer } from './testing/model-server.ts';
import { openRoom, type Room } from './testing/room.ts';
import { never } from './testing/scene.ts';

let room: Room;
let host: Room['host'];
beforeEach(async () => {
  room = await openRoom(temporarySqlite);
  host = room.host;
});
afterEach(() => room.close());

const healthy = sceneModel('claims');
const QUOTED = 'The runtime was measured on four devices and was faster on each of them';

/** A session with a model that makes one claim in each answer, and answers samples as it is told. */
async function claiming(claim: string, sample: () => string = () => 'as the evidence says') {
  const asked: string[] = [];
  const server = await startModelServer((messages, place) => {
    const reply = healthy(messages, place);
    if (place.context === 'chat') return { ...reply, text: reply.text.replace(/^- .*$/mu, `- ${claim}`) };
    const last = messages.at(-1)?.content ?? '';
    if (!last.includes('form="short"')) return reply;
    asked.push(last);
    return { ...reply, text: JSON.stringify({ answer: sample() }) };
  });
  onTestFinished(() => server.close());
  await addLocalModel(host, server, { windowTokens: 8192 });
  const { live, say } = room.of();
  const begun = await live({ endpoint: 'local' });
  async function turns(state: DecisionState, count: number): Promise<DecisionState> {
    let now = state;
    for (let i = 1; i <= count && now.machine.phase === 'active'; i++)
      now = await watchTurn(host, await say(now, `What of point ${now.chat.length}?`), never);
    return now;
  }
  return { state: begun, turns, asked };
}

test('a number that stands where a claim cites from is no matter, in words too', async () => {
  const { state, turns } = await claiming(`It was tried on 4 devices [E1 | Note 1] "${QUOTED}"`);
  const now = await turns(state, 2);
  expect(now.checks.get('numbers')).toMatchObject({ result: 'pass', n: 2 });
  expect(now.claims.map(({ state }) => state)).toEqual(['supported', 'supported']);
});

test('another number than the one there is flagged at once, opens the claim, and is an alarm the second time', async () => {
  const { state, turns } = await claiming(`It was tried on 93 devices [E1 | Note 1] "${QUOTED}"`);
  let now = await turns(state, 1);
  expect(now.checks.get('numbers')).toMatchObject({
    result: 'amber',
    detail: 'A claim says "93", which does not stand where it cites from; "four, two" does.',
  });
  expect(now.claims[0]).toMatchObject({ citedId: 'E1', state: 'unsupported' });
  expect(openAlarms(now)).toEqual([]);
  now = await turns(now, 1);
  expect(openAlarms(now).map(({ detector }) => detector)).toEqual(['numbers']);
  expect(now.machine.phase).toBe('suspended');
});

test('a claim without a source is sampled without its number, five times in a round, in the place of the general question', async () => {
  const { state, turns, asked } = await claiming('It is right on 93 % of devices');
  // Before the session there is no claim yet, and what the advice rests on is asked.
  expect(asked.splice(0)).toHaveLength(5);
  const now = await turns(state, THRESHOLDS_V1.schedule.roundTurns);
  expect(asked).toHaveLength(5);
  for (const question of asked) expect(question).toContain('It is right on … of devices');
  expect(asked.join(' ')).not.toContain('93');
  expect(now.seen.samplings.at(-1)).toEqual(Array.from({ length: 5 }, () => 'as the evidence says'));
});

test('a model that invents what it says without a source gives itself away when it is asked again', async () => {
  const inventions = Array.from({ length: 99 }, (_, i) => `${i} %`);
  const { state, turns } = await claiming('It is right on 93 % of devices', () => inventions.pop() ?? '');
  // What was asked before the session was answered differently each time: it is looked at again at once.
  let now = await turns(state, 1);
  // One in six looks so by chance.
  expect(now.checks.get('sampling')).toMatchObject({ result: 'amber' });
  now = await turns(now, THRESHOLDS_V1.schedule.hintedTurns);
  expect(now.checks.get('sampling')).toMatchObject({ result: 'red' });
  expect(openAlarms(now).map(({ detector }) => detector)).toContain('sampling');
});
