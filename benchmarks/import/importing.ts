import { readFileSync } from 'node:fs';
import { temporarySqlite } from '../../packages/database/testing.ts';
import { importFiles } from '../../packages/newsroom/exchange/index.ts';
import { hostOn } from '../../packages/newsroom/testing/host.ts';

// Imports a file in a process of its own and tells its peak resident memory in MiB.
const database = await temporarySqlite();
await importFiles(await hostOn(database), [process.argv[2]]);
const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'));
process.send?.(Math.round(Number(peak?.[1]) / 1024));
await database.dispose();
process.exit(0);
