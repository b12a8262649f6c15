import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { openDatabase } from '../../packages/database/index.ts';
import { issueBodies, planDigests } from '../../packages/newsroom/digest/index.ts';
import { sendOutbox } from '../../packages/newsroom/mail/index.ts';
import { hostOn } from '../../packages/newsroom/testing/host.ts';

// Freezes an issue, plans its letters and sends them, as the scheduler and the sender do; tells how long, and the peak of memory.
const [location, at, env] = process.argv.slice(2);
const host = await hostOn(openDatabase({ dataDir: dirname(location) }), { at: Number(at), env: JSON.parse(env) });
const clock = Date.now();
setInterval(() => host.setNow(Number(at) + Date.now() - clock), 20).unref();
const cpu = process.cpuUsage();
const startedAt = performance.now();
const planned = await planDigests(host);
const plannedAt = performance.now();
let sent = 0;
while (sent < planned)
  sent += (await sendOutbox(host, { signal: new AbortController().signal, bodiesOf: issueBodies(host) })) ?? 0;
const endedAt = performance.now();
const { user, system } = process.cpuUsage(cpu);
const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'));
process.send?.({
  planned,
  sent,
  planMs: plannedAt - startedAt,
  ms: endedAt - startedAt,
  cpuMs: (user + system) / 1000,
  peakMiB: Math.round(Number(peak?.[1]) / 1024),
});
process.exit(0);
