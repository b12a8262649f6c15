import { temporarySqlite } from '@broadsheet/database/testing';
import { expect, onTestFinished, test } from 'vitest';
import { localReader } from '../accounts/index.ts';
import { hostOn } from '../testing/host.ts';
import { saveEndpoint } from './index.ts';
import { scene, startSceneModel } from './testing/index.ts';
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
  const facts = { id: 'local', label: 'Local', model: 'simulated', windowTokens: 32_768, priceIn: 0, priceOut: 0 };
  await saveEndpoint(host, { ...facts, baseUrl: server.baseUrl }, null);
  const state = await scene(host, (await localReader(host)).id).live({ endpoint: 'local', budgetTokens: 5_000_000 });
  let next = 0;
  const report = await talkThroughKills(host, database, state, {
    kills: MOMENTS.length,
    windowMs: 800,
    random: () => MOMENTS[next++ % MOMENTS.length],
  });
  expect(report).toMatchObject({ kills: MOMENTS.length, lost: 0, doubled: 0, isChainValid: true });
}, 240_000);
