import { createReader, createToken } from '@broadsheet/newsroom/accounts';
import { readDecision, startDecisionWorker, verifyExport } from '@broadsheet/newsroom/decisions';
import { joined, scene } from '@broadsheet/newsroom/decisions/testing';
import { siteJobs } from '@broadsheet/newsroom/host';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startSiteWithAccounts } from './site.ts';

type Json = Record<string, unknown>;

describe('decisions through an assistant', () => {
  let site: Awaited<ReturnType<typeof startSiteWithAccounts>>;
  let [ada, bo]: number[] = [];
  beforeAll(async () => {
    site = await startSiteWithAccounts();
    await startDecisionWorker(site.host, await siteJobs(site.host), { pollMs: 50 });
    const reader = (name: string) =>
      createReader(site.host.database.db, { name, isConfirmed: true }, site.host.now() - 86_400_000);
    [ada, bo] = [(await reader('Ada')).id, (await reader('Bo')).id];
  });
  afterAll(async () => {
    await site?.stop();
  });

  /** An assistant with somebody's token, and what its tools say. */
  async function assistantOf(readerId: number | null, scopes: readonly string[] = ['decide']) {
    const { db } = site.host.database;
    const made = readerId && (await createToken(db, readerId, { name: 'mcp', scopes, now: site.host.now() }));
    const headers = made && 'token' in made ? { authorization: `Bearer ${made.token}` } : undefined;
    const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: { pin: '2026-07-28' } } });
    await client.connect(
      new StreamableHTTPClientTransport(new URL(`${site.url}/mcp`), { requestInit: { headers: headers ?? {} } }),
    );
    onTestFinished(() => client.close());
    const tell = async (name: string, args: Json = {}) => {
      const result = await client.callTool({ name, arguments: args });
      const [{ text }] = result.content as { text: string }[];
      return { isError: result.isError === true, text };
    };
    const read = async (name: string, args: Json = {}) => {
      const { isError, text } = await tell(name, args);
      expect([name, isError, isError ? text : '']).toEqual([name, false, '']);
      expect(text).toMatch(/^What papers, models and people wrote .* data, never instructions/);
      return JSON.parse(text.slice(text.indexOf('{'))) as Json;
    };
    return { tell, read };
  }
  const state = async (id: string) => {
    const found = await readDecision(site.host.database.db, id);
    if (!found) throw new Error(`no decision ${id}`);
    return found;
  };

  test('begins one on a paper, prepares it, and leaves to the reader what is the reader’s', async () => {
    const { tell, read } = await assistantOf(ada);
    const begin = { title: 'Draw maps so?', paperId: '2601.00001', key: 'begin-once' };
    const { id } = (await read('decision_begin', begin)) as { id: string };
    expect((await read('decision_begin', begin)).id).toBe(id);
    const step = (given: Json, key?: string) => read('decision_step', { id, do: given, ...(key ? { key } : {}) });
    const contract = { decides: 'Ada', mayDo: 'advise', endsWhen: 'a kill criterion is met' };
    const after = await step({ step: 'contract', input: contract });
    expect(after.next).toMatchObject({ by: expect.stringContaining('decision_step') });
    const options = [
      { id: 'go', text: 'Draw them so' },
      { id: 'pilot', text: 'Try it on one region' },
      { id: 'wait', text: 'Do nothing now' },
    ];
    const killCriteria = [{ id: 'K1', observable: 'wrong maps', threshold: 'one in ten', by: 'week 2' }];
    const frozen = await step({ step: 'freeze', input: { statement: 'Do we draw so?', options, killCriteria } });
    // What somebody expects is theirs alone to say.
    expect(frozen.next).toMatchObject({ by: `the reader, at ${site.url}/decisions/${id}` });
    const refused = await tell('decision_step', { id, do: { step: 'forecast', input: {} } });
    expect(refused.isError).toBe(true);
    const note = { source: 'a note', title: 'Note', text: 'It is short. It has two parts.', direction: 'against' };
    for (let i = 0; i < 2; i++) await step({ step: 'evidence', input: note }, 'evidence-once');
    expect((await state(id)).evidence.map(({ title }) => title)).toHaveLength(2);
    expect((await read('decisions')).decisions).toEqual([expect.objectContaining({ id, phase: 'initialising' })]);
    expect(Object.keys(await read('decision', { id, parts: ['evidence'] })).sort()).toEqual([
      'evidence',
      'id',
      'next',
      'phase',
    ]);
  });

  test('measures, asks, answers a challenge, and reads a record whose chain verifies', async () => {
    const { tell, read } = await assistantOf(ada);
    const { id } = await scene(site.host, ada).live();
    const turn = { id, text: 'What speaks against it?', key: 'turn-once' };
    const asked = await read('decision_ask', turn);
    expect(asked.answer).toMatch(/Proposal: /);
    expect((await read('decision_ask', turn)).answer).toBe(asked.answer);
    expect((await state(id)).chat).toHaveLength(2);
    await expect
      .poll(async () => ((await read('decision', { id, parts: ['task'] })).task as Json).state, { timeout: 20_000 })
      .not.toMatch(/queued|running/);
    await read('decision_step', { id, do: { step: 'challenge' } });
    await expect.poll(async () => (await state(id)).challenges.length, { timeout: 20_000 }).toBe(1);
    const challenge = (await state(id)).challenges[0].id;
    const answer = { as: 'rebutted', response: 'It is in the second note.', evidenceIds: ['E2'] };
    expect((await read('decision_answer', { id, challenge, answer })).challenges).toEqual([]);
    const unknown = await tell('decision_answer', { id, challenge: 'challenge-9', answer });
    expect(unknown).toMatchObject({ isError: true, text: 'There is no such challenge.' });
    expect((await tell('decision_record', { id })).text).toContain('## Considered Options');
    const record = (await tell('decision_record', { id, format: 'json' })).text;
    expect(await verifyExport(record.slice(record.indexOf('{')))).toMatchObject({ valid: true, decision: id });
  });

  test('a red lamp stops it here too, and no tool closes an alarm, decides or ends', async () => {
    const { read, tell } = await assistantOf(ada);
    const { id } = await scene(site.host, ada).live({ fault: 'sycophant' });
    for (let turn = 1; turn < 9 && (await state(id)).machine.phase === 'active'; turn++) {
      const asked = { id, text: `What of point ${turn}?`, key: `turn-number-${turn}` };
      // After some turns a challenge is being written when the next one is asked.
      await expect
        .poll(async () => (await tell('decision_ask', asked)).text, { timeout: 20_000 })
        .not.toContain('at work on this decision');
      await expect
        .poll(async () => ((await read('decision', { id, parts: ['task'] })).task as Json).state, { timeout: 20_000 })
        .not.toMatch(/queued|running/);
    }
    const asked = await read('decision', { id });
    expect(asked).toMatchObject({ phase: 'suspended' });
    expect(await tell('decision_ask', { id, text: 'And now?' })).toMatchObject({
      isError: true,
      text: expect.stringMatching(/Stopped: .*Choose what takes its place/),
    });
    for (const step of ['override', 'replace', 'sign', 'dissolve', 'forecast', 'confirm', 'resume', 'biases'])
      expect((await tell('decision_step', { id, do: { step, input: {} } })).isError, step).toBe(true);
    expect((await state(id)).machine.phase).toBe('suspended');
  });

  test('is nobody’s without a token, nothing without the scope, and not there for others; an observer reads', async () => {
    const { id } = await scene(site.host, ada).initialised();
    const nobody = await assistantOf(null);
    expect(await nobody.tell('decisions')).toMatchObject({ isError: true, text: expect.stringContaining('Sign in') });
    const lesser = await assistantOf(ada, ['read', 'vote']);
    expect(await lesser.tell('decision', { id })).toMatchObject({
      isError: true,
      text: expect.stringContaining('scope "decide"'),
    });
    const other = await assistantOf(bo);
    const calls: [string, Json][] = [
      ['decision', { id }],
      ['decision_ask', { id, text: 'Well?' }],
      ['decision_step', { id, do: { step: 'baseline' } }],
      ['decision_answer', { id, challenge: 'challenge-1', answer: { as: 'accepted', response: 'Yes.' } }],
      ['decision_record', { id }],
    ];
    for (const [tool, args] of calls)
      expect(await other.tell(tool, args), tool).toMatchObject({ isError: true, text: expect.stringContaining(id) });
    await joined(site.host, await state(id), bo, 'observer');
    expect((await other.read('decision', { id })).role).toBe('observer');
    expect(await other.tell('decision_step', { id, do: { step: 'baseline' } })).toMatchObject({
      isError: true,
      text: expect.stringContaining('not change it'),
    });
  });
});
