import { openJobs } from '../jobs/index.ts';
import { storeFromParent } from '../testing.ts';

// A worker in a process of its own. It tells its parent of each job that it takes; a job whose payload says `hang` is
// never finished, for the test that kills this process.
const jobs = await openJobs(storeFromParent());
await jobs.work(
  process.env.QUEUE as string,
  async (payload) => {
    process.send?.({ taken: payload });
    if ((payload as { hang?: boolean }).hang) await new Promise(() => setInterval(() => undefined, 1_000));
  },
  { leaseMs: Number(process.env.LEASE_MS ?? 60_000), pollMs: 50 },
);
process.send?.({ ready: true });
process.on('message', () => jobs.close().then(() => process.exit(0)));
