import { dirname } from 'node:path';
import { openDatabase } from '@broadsheet/database';
import { setVote } from '../votes/index.ts';
import { hostOn } from './host.ts';

// Votes on and off without end and tells its parent each vote that was stored, for the test that kills it.
const [location, first, ...keys] = process.argv.slice(2);
const host = await hostOn(openDatabase({ dataDir: dirname(location) }));
const readerId = Number(first);
for (let n = 0; ; n++) {
  const paperKey = keys[n % keys.length];
  const on = Math.floor(n / keys.length) % 2 === 0;
  await setVote(host, { readerId, paperKey, on });
  await new Promise<void>((resolve) => process.send?.({ paperKey, on }, undefined, undefined, () => resolve()));
}
