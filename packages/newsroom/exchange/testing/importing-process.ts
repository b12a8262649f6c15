import { dirname } from 'node:path';
import { openDatabase } from '@broadsheet/database';
import { hostOn } from '../../testing/host.ts';
import { importFiles } from '../import.ts';

// Imports a file and tells its parent what it has kept, for the test that kills it.
const [location, path] = process.argv.slice(2);
const host = await hostOn(openDatabase({ dataDir: dirname(location) }));
await importFiles(host, [path], { onProgress: ({ read }) => process.send?.(read) });
process.exit(0);
