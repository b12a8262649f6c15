/**
 * A live session whose process is killed a hundred times, with SIGKILL, at random moments: is any answer that was
 * acknowledged lost, any doubled, does the chain still fit? Past its limit it says where it stands, and fails.
 * Run: node benchmarks/decisions/kills.ts [KILLS] [LIMIT_SECONDS]
 */
import { temporarySqlite } from '../../packages/database/testing.ts';
import { localReader } from '../../packages/newsroom/accounts/index.ts';
import { saveEndpoint } from '../../packages/newsroom/decisions/index.ts';
import { scene, startSceneModel } from '../../packages/newsroom/decisions/testing/index.ts';
import { talkThroughKills } from '../../packages/newsroom/decisions/testing/kills.ts';

import { hostOn } from '../../packages/newsroom/testing/host.ts';

const kills = Number(process.argv[2] ?? 100);
const limitMs = Number(process.argv[3] ?? 1_500) * 1_000;
const database = await temporarySqlite();
const host = await hostOn(database);
const server = await startSceneModel();
const facts = { id: 'local', label: 'Local', model: 'simulated', windowTokens: 262_144, priceIn: 0, priceOut: 0 };
await saveEndpoint(host, { ...facts, baseUrl: server.baseUrl }, null);
const budget = { budgetTokens: 50_000_000, budgetCalls: 100_000 };
const state = await scene(host, (await localReader(host)).id).live({ endpoint: 'local', ...budget });
const startedAt = Date.now();
const seconds = () => Math.round((Date.now() - startedAt) / 1000);
const onKill = (killed: number, turns: number) => {
  if (killed % 10 === 0) console.error(`${killed} kills, ${turns} turns, ${seconds()} s`);
};
try {
  const plan = { kills, windowMs: 1_200, random: Math.random, limitMs, onKill };
  console.log(JSON.stringify({ ...(await talkThroughKills(host, database, state, plan)), seconds: seconds() }));
} catch (error) {
  console.error(`kills.ts: after ${seconds()} s, ${(error as Error).message}`);
  process.exitCode = 1;
} finally {
  await server.close();
  await host.close();
  await database.dispose();
}
