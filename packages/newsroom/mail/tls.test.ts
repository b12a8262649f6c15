import { fork } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporarySqlite } from '@broadsheet/database/testing';
import { afterEach, expect, test } from 'vitest';
import { hostOn } from '../testing/host.ts';
import { killed, spoken } from '../testing/processes.ts';
import { mailStatus, postLetter, sendOutbox } from './index.ts';
import { selfSignedCertificate } from './testing/certificate.ts';
import { startSink } from './testing/sink.ts';

const certificate = selfSignedCertificate();
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A store with one letter that waits. */
async function store() {
  const database = await temporarySqlite();
  closing.push(database.dispose);
  await postLetter(
    database.db,
    { kind: 'reply', to: 'ada@example.org', subject: 's', text: 't', key: 'k' },
    Date.now() - 1_000,
  );
  return database;
}

/** A server that counts what it was told and by which way. */
async function server(options: Parameters<typeof startSink>[0] = {}) {
  const seen = { secured: 0, passwords: 0 };
  const sink = await startSink({
    onSecure(_socket, _session, done) {
      seen.secured += 1;
      done();
    },
    onAuth(_auth, _session, done) {
      seen.passwords += 1;
      done(null, { user: 'x' });
    },
    ...options,
  });
  closing.push(sink.stop);
  return { ...sink, seen };
}

async function sentHere(smtpUrl: string) {
  const database = await store();
  const host = await hostOn(database, {
    at: Date.now(),
    env: {
      BROADSHEET_SMTP_URL: smtpUrl,
      BROADSHEET_SMTP_TLS: 'required',
      BROADSHEET_MAIL_FROM: 'Papers <papers@example.org>',
    },
  });
  closing.push(host.close);
  const sent = await sendOutbox(host, { signal: new AbortController().signal });
  return { sent, status: await mailStatus(host) };
}

test('where TLS is required and not offered, neither a password nor a letter goes out', async () => {
  const sink = await server();
  const { sent, status } = await sentHere(`smtp://user:secret@127.0.0.1:${sink.port}`);
  expect([sent, sink.received.length, sink.seen]).toEqual([0, 0, { secured: 0, passwords: 0 }]);
  expect(status.letters.queued).toBe(1);
  expect(status.trouble?.error).toMatch(/STARTTLS/i);
});

test.each([
  ['STARTTLS', 'smtp', {}],
  ['TLS from the first byte', 'smtps', { secure: true }],
])('a server whose certificate nobody vouches for is not trusted: %s', async (_name, scheme, more) => {
  const sink = await server({ ...certificate, ...more });
  const { sent, status } = await sentHere(`${scheme}://user:secret@localhost:${sink.port}`);
  expect([sent, sink.received.length, sink.seen.passwords]).toEqual([0, 0, 0]);
  expect(status.letters.queued).toBe(1);
  expect(status.trouble?.error).toMatch(/self.signed certificate/i);
});

test.each([
  ['STARTTLS', 'smtp', {}],
  ['TLS from the first byte', 'smtps', { secure: true }],
])('a letter and a password go over TLS to a server that is vouched for: %s', async (_name, scheme, more) => {
  const sink = await server({ ...certificate, ...more });
  const database = await store();
  const file = join(database.dir, 'authority.pem');
  writeFileSync(file, certificate.cert);
  const url = `${scheme}://user:secret@localhost:${sink.port}`;
  // Whom Node trusts is settled when it starts.
  const child = fork(new URL('./testing/sending-process.ts', import.meta.url), [database.location, url, '1000'], {
    stdio: 'inherit',
    env: { ...process.env, NODE_EXTRA_CA_CERTS: file, BROADSHEET_SMTP_TLS: 'required' },
  });
  await spoken(child);
  await expect.poll(() => sink.received.length, { timeout: 20_000 }).toBe(1);
  await killed(child);
  expect(sink.seen.passwords).toBe(1);
  if (scheme === 'smtp') expect(sink.seen.secured).toBe(1);
});
