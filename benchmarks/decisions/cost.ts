/**
 * What a decision of twenty turns takes of a model under all layers, by what it is taken for.
 * Run: node benchmarks/decisions/cost.ts [TURNS]
 */
import { temporarySqlite } from '../../packages/database/testing.ts';
import { localReader } from '../../packages/newsroom/accounts/index.ts';
import {
  type DecisionState,
  isChallengeWanted,
  makeChallenge,
  spentOn,
  watchTurn,
} from '../../packages/newsroom/decisions/index.ts';
import { scene } from '../../packages/newsroom/decisions/testing/index.ts';
import { hostOn } from '../../packages/newsroom/testing/host.ts';

const turns = Number(process.argv[2] ?? 20);
const never = new AbortController().signal;
const database = await temporarySqlite();
const host = await hostOn(database);
const { live, say } = scene(host, (await localReader(host)).id);
const taken: Record<string, { calls: number; tokens: number }> = {};
let before = { calls: 0, tokens: 0 };
/** Does something, and writes down what it took. */
async function count(what: string, work: () => Promise<DecisionState>): Promise<DecisionState> {
  const state = await work();
  const { calls, tokens } = await spentOn(host, state.id);
  const sum = taken[what] ?? { calls: 0, tokens: 0 };
  taken[what] = { calls: sum.calls + calls - before.calls, tokens: sum.tokens + tokens - before.tokens };
  before = { calls, tokens };
  return state;
}
let state = await count('calibration', () => live({ budgetTokens: 50_000_000, budgetCalls: 100_000 }));
for (let turn = 1; turn <= turns; turn++) {
  state = await count('talk', () => say(state, `What of point ${turn}?`));
  state = await count('checks', () => watchTurn(host, state, never));
  if (isChallengeWanted(state)) state = await count('challenges', () => makeChallenge(host, state, never));
}
console.log(
  JSON.stringify({ turns, ...before, ...taken, challenges: { ...taken.challenges, made: state.challenges.length } }),
);
await host.close();
await database.dispose();
