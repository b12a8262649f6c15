import { openJobs } from '@broadsheet/database/jobs';
import { storeFromParent } from '@broadsheet/database/testing';
import { hostOn } from '../../testing/host.ts';
import { startDecisionWorker } from '../index.ts';

/** Does the long work of decisions in a process of its own, which the test that forked it may kill at any moment. */
const database = storeFromParent();
const host = await hostOn(database);
await startDecisionWorker(host, await openJobs(database), { leaseMs: 1_000, pollMs: 50 });
process.send?.('ready');
