/**
 * The bench of the five layers: sessions a second of one core, memory over ten thousand of them, and what our own code
 * costs a turn beside the model. Run: node benchmarks/decisions/run.ts
 */
import { FULL } from '../../packages/experiments/five-layer/bench/arms.ts';
import { playBatch } from '../../packages/experiments/five-layer/bench/plans.ts';

const SESSIONS = 10_000;
const TURNS = 10;
const LOOKS = 5;

const memory: number[] = [];
const startedAt = process.cpuUsage();
let [sessions, calls] = [0, 0];
for (let look = 0; look < LOOKS; look++) {
  const batch = { seed: look, count: SESSIONS / LOOKS, turns: TURNS, arm: FULL, fault: null };
  for await (const session of playBatch(batch)) {
    sessions += 1;
    calls += session.calls;
  }
  memory.push(Math.round(process.memoryUsage().rss / 2 ** 20));
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
  }),
);
