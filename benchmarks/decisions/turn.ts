/**
 * What our code takes of a turn on a real store, the simulated model's rules included, which take next to nothing: time
 * and computing of talking, and the time of the checks after it; with what a commit takes on the same disk. Run: node benchmarks/decisions/turn.ts [TURNS]
 */
import { temporarySqlite } from '../../packages/database/testing.ts';
import { localReader } from '../../packages/newsroom/accounts/index.ts';
import { spentOn, watchTurn } from '../../packages/newsroom/decisions/index.ts';
import { scene } from '../../packages/newsroom/decisions/testing/index.ts';
import { hostOn } from '../../packages/newsroom/testing/host.ts';
import { median } from '../statistics.ts';

const turns = Number(process.argv[2] ?? 30);
const never = new AbortController().signal;
const database = await temporarySqlite();
const host = await hostOn(database);
const { live, say } = scene(host, (await localReader(host)).id);
let state = await live({ budgetTokens: 50_000_000, budgetCalls: 100_000 });
const [talking, computing, checking, eachCall]: number[][] = [[], [], [], []];
/** Of this process: what a busy machine does not change. */
const computed = () => Object.values(process.cpuUsage()).reduce((sum, micros) => sum + micros / 1000, 0);
for (let turn = 0; turn < turns; turn++) {
  const [before, startedAt, computedBefore] = [await spentOn(host, state.id), performance.now(), computed()];
  state = await say(state, `What of point ${turn}?`);
  computing.push(computed() - computedBefore);
  const answeredAt = performance.now();
  state = await watchTurn(host, state, never);
  const endedAt = performance.now();
  talking.push(answeredAt - startedAt);
  checking.push(endedAt - answeredAt);
  eachCall.push((endedAt - startedAt) / ((await spentOn(host, state.id)).calls - before.calls));
}
/** What one synced commit takes of this disk now, with next to nothing in it. */
const committing: number[] = [];
for (let i = 0; i < 50; i++) {
  const startedAt = performance.now();
  await database.db.updateTable('decision').set({ updated_at: i }).where('id', '=', state.id).execute();
  committing.push(performance.now() - startedAt);
}
const round = (ms: number) => Number(ms.toFixed(2));
console.log(
  JSON.stringify({
    turns,
    msToTalk: round(median(talking)),
    computingMsToTalk: round(median(computing)),
    msToCheck: round(median(checking)),
    msToCheckOnAverage: round(checking.reduce((sum, ms) => sum + ms, 0) / turns),
    msACommit: round(median(committing)),
    msACall: round(median(eachCall)),
    events: state.head.seq,
  }),
);
await host.close();
await database.dispose();
