/**
 * The bench of the five layers: sessions a second of one core, memory over ten thousand of them, and what our own code
 * costs a turn beside the model. Run: node benchmarks/decisions/run.ts
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { FULL } from '../../packages/experiments/five-layer/bench/arms.ts';
import { playBatch } from '../../packages/experiments/five-layer/bench/plans.ts';

const SESSIONS = 10_000;
const TURNS = 10;
const LOOKS = 5;

/** What is resident holds garbage that nobody has needed the room of; what is held after a collection is what grows. */
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const mebibytes = (bytes: number) => Number((bytes / 2 ** 20).toFixed(1));
const memory: number[] = [];
const held: number[] = [];
const startedAt = process.cpuUsage();
let [sessions, calls] = [0, 0];
for (let look = 0; look < LOOKS; look++) {
  const batch = { seed: look, count: SESSIONS / LOOKS, turns: TURNS, arm: FULL, fault: null };
  for await (const session of playBatch(batch)) {
    sessions += 1;
    calls += session.calls;
  }
  memory.push(Math.round(mebibytes(process.memoryUsage().rss)));
  collect();
  held.push(mebibytes(process.memoryUsage().heapUsed));
}
const { user, system } = process.cpuUsage(startedAt);
const seconds = (user + system) / 1e6;
console.log(
  JSON.stringify({
    sessions,
    callsEach: Math.round(calls / sessions),
    sessionsASecondOfOneCore: Math.round(sessions / seconds),
    msATurn: Number(((seconds * 1000) / (sessions * TURNS)).toFixed(2)),
    residentMiB: memory,
    heldMiB: held,
  }),
);
