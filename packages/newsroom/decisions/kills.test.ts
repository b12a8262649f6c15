import { once } from 'node:events';
import { openJobs } from '@broadsheet/database/jobs';
import { forkOnStore, temporarySqlite } from '@broadsheet/database/testing';
import { expect, onTestFinished, test } from 'vitest';
import { localReader } from '../accounts/index.ts';
import { hostOn } from '../testing/host.ts';
import { askForTask, type DecisionState, readDecision, taskOf, verifyDecision } from './index.ts';
import { addLocalModel, scene, startSceneModel } from './testing/index.ts';
import { talkThroughKills } from './testing/kills.ts';

// A hundred times in benchmarks/decisions/kills.ts; here as often as a test may take.
const MOMENTS = [0.9, 0.35, 0.05, 0.6];

test('a session whose process is killed loses no answer that was acknowledged, doubles none, and its chain fits', async () => {
  const database = await temporarySqlite();
  const host = await hostOn(database);
  onTestFinished(async () => {
    await host.close();
    await database.dispose();
  });
  const server = await startSceneModel();
  onTestFinished(() => server.close());
  await addLocalModel(host, server, { windowTokens: 32_768 });
  const state = await scene(host, (await localReader(host)).id).live({ endpoint: 'local', budgetTokens: 5_000_000 });
  let next = 0;
  const report = await talkThroughKills(host, database, state, {
    kills: MOMENTS.length,
    windowMs: 800,
    random: () => MOMENTS[next++ % MOMENTS.length],
  });
  expect(report).toMatchObject({ kills: MOMENTS.length, lost: 0, doubled: 0, isChainValid: true });
}, 240_000);

test('a challenge whose worker is killed, before the model was asked, while it answers or after, is made once', async () => {
  const database = await temporarySqlite();
  const host = await hostOn(database);
  const jobs = await openJobs(database);
  const server = await startSceneModel();
  onTestFinished(async () => {
    await server.close();
    await jobs.close();
    await host.close();
    await database.dispose();
  });
  await addLocalModel(host, server, { windowTokens: 32_768 });
  const owner = await localReader(host);
  const { id } = await scene(host, owner.id).live({ second: 'local' });
  const newest = async () => (await readDecision(host.database.db, id)) as DecisionState;
  for (const [i, killAfterMs] of [0, 60, 150, 400].entries()) {
    const state = await newest();
    // The line to the model is slow, so that a kill falls into the answer too.
    server.misbehave('slow', 1);
    await askForTask(host, jobs, state, owner.id, { kind: 'challenge', after: state.challenges.length });
    const first = forkOnStore(CHALLENGER, database);
    const gone = once(first, 'exit');
    await once(first, 'message');
    await new Promise((resolve) => setTimeout(resolve, killAfterMs));
    first.kill('SIGKILL');
    await gone;
    const second = forkOnStore(CHALLENGER, database);
    await expect.poll(async () => (await taskOf(host, id))?.state, { timeout: 20_000, interval: 50 }).toBe('done');
    const ended = once(second, 'exit');
    second.kill('SIGKILL');
    await ended;
    expect((await newest()).challenges, `killed after ${killAfterMs} ms`).toHaveLength(i + 1);
  }
  expect((await newest()).challenges.map(({ kind }) => kind)).toEqual([
    'premortem',
    'opposing-case',
    'base-rate',
    'other-explanation',
  ]);
  expect(await verifyDecision(host.database.db, id)).toMatchObject({ valid: true });
}, 240_000);

const CHALLENGER = new URL('./testing/challenger.ts', import.meta.url);
