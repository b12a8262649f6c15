/**
 * An issue to 10,000 subscribers into a mail server on this machine: freezing, planning, rendering, signing, sending,
 * every state stored; against nodemailer's own pool that sends the same bytes as often. Alternating; the server is a
 * third process.
 */
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { issueBodies, planDigests } from '../../packages/newsroom/digest/index.ts';
import { sendOutbox } from '../../packages/newsroom/mail/index.ts';
import { startSink } from '../../packages/newsroom/mail/testing/sink.ts';
import { hostOn } from '../../packages/newsroom/testing/host.ts';
import { median, summary } from '../statistics.ts';
import { answer, MORNING, settings, siteWith, startSinkProcess } from './site.ts';

const ROUNDS = Number(process.argv[4] ?? 3);
const LETTERS = Number(process.argv[2] ?? 10_000);
/** Letters whose answer is awaited at once (BROADSHEET_MAIL_IN_DOUBT). */
const IN_DOUBT = process.argv[3] ?? '1';

const folder = mkdtempSync(join(tmpdir(), 'broadsheet-mail-'));
const letterFile = join(folder, 'letter.eml');
const letter = await oneLetter();
writeFileSync(letterFile, letter);
console.log(`a letter has ${(letter.length / 1024).toFixed(1)} KiB`);

const ours: number[] = [];
const bare: number[] = [];
const oursCpu: number[] = [];
const bareCpu: number[] = [];
const plans: number[] = [];
let peakMiB = 0;
for (let round = 0; round < ROUNDS; round++) {
  const sink = await startSinkProcess();
  const peer = fork(new URL('./bare.ts', import.meta.url), [sink.url, letterFile, String(LETTERS)]);
  const bareResult = (await answer(peer)) as { ms: number; cpuMs: number };
  bare.push(LETTERS / (bareResult.ms / 1000));
  bareCpu.push(bareResult.cpuMs / LETTERS);
  sink.stop();

  const database = await siteWith(LETTERS);
  const second = await startSinkProcess();
  const child = fork(new URL('./ours.ts', import.meta.url), [
    database.location,
    String(MORNING),
    JSON.stringify({
      ...settings(second.url),
      BROADSHEET_MAIL_IN_DOUBT: IN_DOUBT,
      BROADSHEET_SMTP_CONNECTIONS: String(Math.max(4, Number(IN_DOUBT))),
    }),
  ]);
  const result = (await answer(child)) as { sent: number; planMs: number; ms: number; cpuMs: number; peakMiB: number };
  const { counts = {} } = await second.ask('all');
  const doubles = Object.values(counts).filter((count) => count !== 1).length;
  if (result.sent !== LETTERS || Object.keys(counts).length !== LETTERS || doubles > 0)
    throw new Error(
      `${result.sent} sent, ${Object.keys(counts).length} addresses reached, ${doubles} of them not once`,
    );
  ours.push(LETTERS / (result.ms / 1000));
  oursCpu.push(result.cpuMs / LETTERS);
  plans.push(result.planMs / 1000);
  peakMiB = Math.max(peakMiB, result.peakMiB);
  second.stop();
  await database.dispose();
  console.log(`round ${round + 1}: ours ${ours.at(-1)?.toFixed(0)}/s, bare ${bare.at(-1)?.toFixed(0)}/s`);
}
rmSync(folder, { recursive: true });
console.log(
  `${LETTERS} letters, each exactly once: ours ${summary(ours, 0)} letters/s (at least 100), of which planning ${summary(plans, 1)} s`,
);
console.log(
  `bare pooled sending ${summary(bare, 0)} letters/s; ratio ${(median(ours) / median(bare)).toFixed(2)} (at least 0.5)`,
);
console.log(
  `processor time a letter: ours ${summary(oursCpu)} ms, bare ${summary(bareCpu)} ms; ratio ${(median(bareCpu) / median(oursCpu)).toFixed(2)}`,
);
console.log(`peak resident memory of the sending process ${peakMiB} MiB (at most 400)`);
process.exit(0);

/** The bytes of one letter as they go over the wire. */
async function oneLetter(): Promise<Buffer> {
  const database = await siteWith(1);
  const sink = await startSink();
  const host = await hostOn(database, { at: MORNING, env: settings(sink.url) });
  await planDigests(host);
  await sendOutbox(host, { signal: new AbortController().signal, bodiesOf: issueBodies(host) });
  await sink.stop();
  await database.dispose();
  return Buffer.from(sink.received[0].text);
}
