import { temporarySqlite } from '@broadsheet/database/testing';
import type { Complete } from '@broadsheet/experiments/five-layer';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { abilitySentences } from './abilities.ts';
import { measureAnew } from './calibrate.ts';
import { exportMarkdown, measureBaseline, namesOf, readDecision } from './index.ts';
import { addLocalModel, sceneModel } from './testing/index.ts';
import { type Kind, startModelServer } from './testing/model-server.ts';
import { openRoom, type Room } from './testing/room.ts';
import { never } from './testing/scene.ts';

let room: Room;
let host: Room['host'];
beforeEach(async () => {
  room = await openRoom(temporarySqlite);
  host = room.host;
});
afterEach(() => room.close());

const simulated = sceneModel('able');

/** A decision up to the measuring of a model on a server of some kind, which is set up as one of 16,384 tokens. */
async function onServer(complete: Complete, kind: Kind = {}, given: Record<string, unknown> = {}) {
  const server = await startModelServer(complete, kind);
  onTestFinished(() => server.close());
  await addLocalModel(host, server);
  return { server, state: await room.of().initialised({ endpoint: 'local', ...given }) };
}

async function measured(complete: Complete, kind?: Kind, given?: Record<string, unknown>) {
  const { state, server } = await onServer(complete, kind, given);
  const now = await measureBaseline(host, state, never);
  return { now, server, window: now.abilities?.window, said: abilitySentences(now.abilities as never).join(' ') };
}

/** A server that keeps so many tokens of a prompt, from its end, and answers as if it had read the whole. */
const cutting =
  (tokens: number): Complete =>
  (messages, place) => {
    let room = tokens * 4;
    const kept = messages.toReversed().map(({ role, content }) => {
      const rest = content.slice(-Math.max(0, room)).slice(0, room > 0 ? undefined : 0);
      room -= rest.length;
      return { role, content: rest };
    });
    return simulated(kept.toReversed(), place);
  };

test('a model that holds what it is said to hold is measured to the end of that', async () => {
  const { now, window, said } = await measured(simulated);
  expect(window).toMatchObject({ declared: 16_384, served: null, end: 'whole', failedAt: null });
  expect(window?.held).toBeGreaterThan(15_500);
  expect(now.abilities).toMatchObject({ json: 'plain', countsTokens: true, streams: true });
  expect(now.baseline).toMatchObject({ windowTokens: 16_384, missing: [] });
  expect(said).toMatch(/all of its 16,384 tokens as declared/);
});

test('a server that cuts a prompt and says nothing is found out, and the session reckons with what it reads', async () => {
  const { now, window, said } = await measured(cutting(2_600));
  expect(window).toMatchObject({ end: 'cut', failedAt: 4_096, lostAt: [0, 25] });
  // To the token, but for the breaks between messages.
  expect(now.seen.windowTokens).toBeCloseTo(2_600, -1);
  expect(said).toMatch(/Holds 2,60\d tokens, and not the 16,384 tokens as declared/);
});

test('one that does not count either is measured by what it forgets, between the lengths that it held and lost', async () => {
  const { now, window, said } = await measured(cutting(3_000), { countsTokens: false });
  expect(window).toMatchObject({ end: 'forgot' });
  expect(window?.held).toBeGreaterThan(2_500);
  expect(window?.held).toBeLessThanOrEqual(3_000);
  expect(said).toMatch(/had forgotten what stood at 0/);
  // Degraded mode: that it cuts a talk would not be noticed later.
  expect(now.baseline?.missing).toEqual([
    expect.objectContaining({ layer: 4, because: expect.stringMatching(/tokens/) }),
  ]);
  expect(exportMarkdown(now, await namesOf(host.database.db, []))).toMatch(/### Degraded mode\n\n- layer 4: a conv/);
});

test('a server that refuses a length ends the measuring there, with what it said', async () => {
  const { now, window, said } = await measured(simulated, { mostTokens: 5_000 });
  expect(window).toMatchObject({ end: 'refused' });
  expect(now.seen.windowTokens).toBeLessThanOrEqual(5_000);
  expect(now.seen.windowTokens).toBeGreaterThan(4_000);
  expect(said).toMatch(/were refused\. .*maximum context length is 5000 tokens/);
});

test.for([{ max_model_len: 4_096 }, { meta: { n_ctx: 4_096 } }, { context_length: 4_096, max_model_len: 'many' }])(
  'the window that a server states as %j is believed before the one that was entered',
  async (saysOfModel) => {
    const { now, window } = await measured(simulated, { saysOfModel });
    expect(window).toMatchObject({ declared: 16_384, served: 4_096, end: 'whole' });
    expect(now.seen.windowTokens).toBe(4_096);
  },
);

test('a budget that has no room for it is spared, and the record says that the window was not measured', async () => {
  const { window, said } = await measured(simulated, {}, { budgetTokens: 100_000 });
  expect(window).toMatchObject({ end: 'budget', held: expect.closeTo(2_048, -2) });
  expect(said).toMatch(/beyond that it was not tried, to spare the budget/);
});

test('JSON among other words is read, and noted', async () => {
  const { now } = await measured((messages, place) => {
    const reply = simulated(messages, place);
    return { ...reply, text: `Here it is:\n\`\`\`json\n${reply.text}\n\`\`\`` };
  });
  expect(now.abilities?.json).toBe('wrapped');
});

test('a model that speaks no JSON is refused before anything else is asked, and that is on record', async () => {
  const { state, server } = await onServer((messages, place) => ({
    ...simulated(messages, place),
    text: 'The lamp is 4711, I think.',
  }));
  await expect(measureBaseline(host, state, never)).rejects.toThrow(/no JSON.*Begin with another model/s);
  // Its list of models when it was set up, the question, and the question once more.
  expect(server.asked()).toBe(4);
  const now = await readDecision(host.database.db, state.id);
  expect(now?.machine).toMatchObject({ phase: 'initialising', stage: 4 });
  expect(now?.stages.at(-1)).toMatchObject({ stage: 4, passed: false });
});

test('a model that cannot hold question and evidence is refused, with how much they take', async () => {
  const { state } = await onServer(cutting(500));
  await expect(measureBaseline(host, state, never)).rejects.toThrow(/Question and evidence take about \d+ of the 50\d/);
});

test('after an amended question the fixed questions are asked anew, and what the model can do is not tried again', async () => {
  const long: string[] = [];
  const { now } = await measured((messages, place) => {
    if (messages.some(({ content }) => content.length > 7_000)) long.push(place.fork);
    return simulated(messages, place);
  });
  const before = long.length;
  expect(before).toBe(4);
  const anew = await measureAnew(host, { ...now, baseline: null }, never);
  expect(anew.baseline?.abilities).toEqual(now.abilities);
  expect(long).toHaveLength(before);
});
