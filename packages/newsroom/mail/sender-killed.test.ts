import { fork } from 'node:child_process';
import { temporarySqlite } from '@broadsheet/database/testing';
import { expect, test } from 'vitest';
import { killed, spoken } from '../testing/processes.ts';
import { postLetter } from './index.ts';
import { startSink } from './testing/sink.ts';

const LETTERS = 120;
const KILLS = 4;

test('a sender that is killed again and again sends nobody two; whom it left out is unknown, at most one a kill', async () => {
  const database = await temporarySqlite();
  const sink = await startSink();
  for (let i = 0; i < LETTERS; i++) {
    const to = `reader-${i}@example-${i % 7}.org`;
    await postLetter(database.db, { kind: 'digest', to, subject: 'An issue', text: 'Papers.', key: `k${i}` }, 1);
  }
  const start = () =>
    fork(new URL('./testing/sending-process.ts', import.meta.url), [database.location, sink.url, '300'], {
      stdio: 'inherit',
    });
  for (let kill = 0; kill < KILLS; kill++) {
    const child = start();
    await spoken(child);
    const until = Math.min(LETTERS, sink.received.length + 12 + kill);
    await expect.poll(() => sink.received.length, { timeout: 20_000, interval: 1 }).toBeGreaterThanOrEqual(until);
    await killed(child);
  }
  const last = start();
  const open = () =>
    database.db.selectFrom('letter').select('id').where('state', 'in', ['queued', 'sending']).execute();
  await expect.poll(async () => (await open()).length, { timeout: 20_000 }).toBe(0);
  await killed(last);
  const got = sink.received.map((letter) => letter.to);
  expect(new Set(got).size).toBe(got.length);
  const unknown = await database.db.selectFrom('letter').select('to_address').where('state', '=', 'unknown').execute();
  expect(unknown.length).toBeLessThanOrEqual(KILLS);
  const missing = Array.from({ length: LETTERS }, (_, i) => `reader-${i}@example-${i % 7}.org`).filter(
    (to) => !got.includes(to),
  );
  expect(unknown.map((row) => row.to_address)).toEqual(expect.arrayContaining(missing));
  await sink.stop();
  await database.dispose();
}, 60_000);
