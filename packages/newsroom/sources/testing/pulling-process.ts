import { dirname } from 'node:path';
import { openDatabase } from '@broadsheet/database';
import { hostOn } from '../../testing/host.ts';
import { arxivOai } from '../arxiv-oai/index.ts';
import { pullSource } from '../pull.ts';

// Pulls from a server on loopback and tells its parent what it has kept, for the test that kills it.
const [location, baseUrl] = process.argv.slice(2);
// Waiting in line needs a clock that goes on.
const host = { ...(await hostOn(openDatabase({ dataDir: dirname(location) }))), now: Date.now };
const source = { ...arxivOai, politeness: { group: 'test', intervalMs: 1 } };
const report = await pullSource(host, source, {
  baseUrl,
  signal: new AbortController().signal,
  onProgress: ({ read }) => process.send?.(read),
});
process.exit(report.error ? 1 : 0);
