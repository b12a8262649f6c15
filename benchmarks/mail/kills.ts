/** `kill -9` of the sender, 50 times during an issue to 2,000: who got it twice, who did not, and is that known? */
import { fork } from 'node:child_process';
import { planDigests } from '../../packages/newsroom/digest/index.ts';
import { hostOn } from '../../packages/newsroom/testing/host.ts';
import { killed } from '../../packages/newsroom/testing/processes.ts';
import { answer, MORNING, siteWith, startSinkProcess } from './site.ts';

const LETTERS = 2_000;
const KILLS = 50;

const database = await siteWith(LETTERS);
const sink = await startSinkProcess();
await planDigests(await hostOn(database, { at: MORNING }));
const sending = new URL('../../packages/newsroom/mail/testing/sending-process.ts', import.meta.url);
const start = async () => {
  const child = fork(sending, [database.location, sink.url, '400']);
  await answer(child);
  return child;
};
for (let kill = 1; kill <= KILLS; kill++) {
  const child = await start();
  // Somewhere within the next letters, at no particular point of any.
  const target = (await sink.ask('count')).letters + 10 + Math.floor(Math.random() * 40);
  while ((await sink.ask('count')).letters < Math.min(target, LETTERS - KILLS)) await pause(1);
  await pause(Math.random() * 10);
  await killed(child);
  if (kill % 10 === 0) console.log(`${kill} kills, ${(await sink.ask('count')).letters} letters`);
}
const last = await start();
const open = () =>
  database.db.selectFrom('letter').select('id').where('state', 'in', ['queued', 'sending']).limit(1).execute();
while ((await open()).length > 0) await pause(100);
await killed(last);
const { counts = {} } = await sink.ask('all');
const twice = Object.values(counts).filter((count) => count > 1).length;
const rows = await database.db.selectFrom('letter').select(['to_address', 'state']).execute();
const unknown = rows.filter((row) => row.state === 'unknown');
const missing = rows.filter((row) => counts[row.to_address] === undefined);
const unlisted = missing.filter((row) => row.state !== 'unknown');
console.log(
  `${KILLS} kills in ${LETTERS} letters: ${twice} got two; ${unknown.length} are unknown (at most ${KILLS}), of which ${unknown.length - missing.length} had arrived; ${unlisted.length} are missing and not listed.`,
);
sink.stop();
await database.dispose();
process.exit(twice === 0 && unlisted.length === 0 && unknown.length <= KILLS ? 0 : 1);

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
