import { createHmac } from 'node:crypto';
import { temporarySqlite } from '@broadsheet/database/testing';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hostOn } from '../../testing/host.ts';
import { postLetter, sendOutbox } from '../index.ts';
import { startSink } from '../testing/sink.ts';
import { isSignedBounce, takeBounce } from './index.ts';
import { readReport } from './report.ts';

const TOKEN = '0123456789abcdef01';

/** A delivery report as a mail server writes it (RFC 3464, appendix E), in our words. */
function dsn({
  token = TOKEN,
  action = 'failed',
  status = '5.1.1',
  to = 'gone@example.com',
  said = '550 no such user',
  eol = '\r\n',
} = {}) {
  return [
    'Return-Path: <>',
    `Delivered-To: bounce+${token}@papers.example.org`,
    'From: MAILER-DAEMON@mx.example.com',
    'Subject: Undelivered',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status;',
    '\tboundary="=_b/1"',
    '',
    'This part is for people.',
    '--=_b/1',
    'Content-Type: text/plain; charset=us-ascii',
    '',
    'It did not work.',
    '--=_b/1',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.example.com',
    'Arrival-Date: Wed, 14 Jan 2026 12:00:00 +0000',
    '',
    `Final-Recipient: rfc822; ${to}`,
    `Action: ${action}`,
    `Status: ${status}`,
    `Diagnostic-Code: smtp;`,
    ` ${said}`,
    '',
    '--=_b/1',
    'Content-Type: text/rfc822-headers',
    '',
    'From: papers@example.org',
    `Message-ID: <${token}@example.org>`,
    '',
    '--=_b/1--',
    '',
  ].join(eol);
}

/** A complaint in the Abuse Reporting Format (RFC 5965, appendix B); providers take the address out. */
function arf({ token = TOKEN, type = 'abuse' } = {}) {
  return [
    'From: feedback@provider.example',
    'To: abuse@papers.example.org',
    'Content-Type: multipart/report; report-type=feedback-report; boundary=part',
    '',
    '--part',
    'Content-Type: text/plain',
    '',
    'This is a report.',
    '--part',
    'Content-Type: message/feedback-report',
    '',
    `Feedback-Type: ${type}`,
    'User-Agent: Reports/1',
    'Version: 1',
    '',
    '--part',
    'Content-Type: message/rfc822',
    '',
    'From: papers@example.org',
    `Message-ID: <${token}@example.org>`,
    '',
    'The letter.',
    '--part--',
  ].join('\n');
}

describe('reading what came back', () => {
  test.each([
    ['5.1.1', 'hard'],
    ['5.1.10', 'hard'],
    ['5.0.0', 'hard'],
    ['5.2.1', 'hard'],
    ['5.2.2', 'soft'],
    ['5.7.26', 'soft'],
    ['5.4.4', 'soft'],
    ['4.2.2', 'soft'],
    ['4.4.7', 'soft'],
  ])('a failure with status %s is %s', (status, kind) => {
    expect(readReport(dsn({ status }))).toMatchObject({
      kind,
      tokens: [TOKEN],
      said: `${status} smtp; 550 no such user`,
    });
  });

  test.each(['delayed', 'delivered', 'relayed', 'expanded'])(
    'a report that it is %s says nothing against the address',
    (action) => {
      expect(readReport(dsn({ action, status: '4.4.1' })).kind).toBe('nothing');
    },
  );

  test('a complaint names the letter by the Message-ID that it returns; a complaint taken back is none', () => {
    expect(readReport(arf())).toMatchObject({ kind: 'complaint', tokens: [TOKEN] });
    expect(readReport(arf({ type: 'not-spam' })).kind).toBe('nothing');
  });

  test('a holiday reply says nothing', () => {
    const reply = `To: bounce+${TOKEN}@papers.example.org\nAuto-Submitted: auto-replied\nSubject: Away\n\nBack on Monday. Status: 5.1.1\n`;
    expect(readReport(reply)).toMatchObject({ kind: 'nothing', tokens: [TOKEN] });
  });

  test('a report is read whatever its line ends, its encoding of the letter, and the words around', () => {
    const property = fc.property(
      fc.record({
        token: fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 18, maxLength: 18 }),
        status: fc.tuple(fc.constantFrom('4', '5'), fc.nat(7), fc.nat(30)).map((numbers) => numbers.join('.')),
        said: fc.string({ unit: 'grapheme', maxLength: 60 }).map((text) => text.replace(/[\r\n]|^--/g, ' ')),
        eol: fc.constantFrom('\n', '\r\n'),
      }),
      (facts) => {
        const report = readReport(dsn(facts));
        expect(report.tokens).toEqual([facts.token]);
        expect(report.said).toContain(facts.status);
        expect(['hard', 'soft']).toContain(report.kind);
      },
    );
    fc.assert(property);
  });

  test('nothing that comes in breaks the reader', () => {
    const lines = fc.array(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.constantFrom(
          '',
          '--part',
          '--part--',
          'Content-Type: multipart/mixed; boundary=part',
          'Status: 5.1.1',
          ' x',
        ),
      ),
      { maxLength: 40 },
    );
    fc.assert(fc.property(lines, (all) => void readReport(all.join('\n'))));
  });

  test('parts nested without end are read to a depth and no further', () => {
    const nested = 'Content-Type: multipart/mixed; boundary=a\n\n--a\n'.repeat(5_000);
    expect(readReport(nested).kind).toBe('nothing');
  });
});

describe('taking in what came back', () => {
  let database: Awaited<ReturnType<typeof temporarySqlite>>;
  let host: Awaited<ReturnType<typeof hostOn>>;
  let sink: Awaited<ReturnType<typeof startSink>>;
  beforeEach(async () => {
    database = await temporarySqlite();
    sink = await startSink();
    host = await hostOn(database, {
      env: {
        BROADSHEET_SMTP_URL: sink.url,
        BROADSHEET_MAIL_FROM: 'papers@example.org',
        BROADSHEET_MAIL_BOUNCE: 'bounce@papers.example.org',
        BROADSHEET_MAIL_HOOK_SECRET: 'a secret of the hook',
      },
    });
  });
  afterEach(async () => {
    await sink.stop();
    await database.dispose();
  });

  /** Sends a letter to an address and returns the token in its envelope's sender. */
  async function sent(to: string, key: string): Promise<string> {
    await postLetter(database.db, { kind: 'digest', to, subject: 's', text: 't', key }, host.now());
    await sendOutbox(host, { signal: new AbortController().signal });
    return /^bounce\+([0-9a-f]{18})@papers\.example\.org$/.exec(sink.received.at(-1)?.from ?? '')?.[1] ?? '';
  }
  const suppressed = () => database.db.selectFrom('suppression').select(['reason']).execute();

  test('one hard bounce stops an address, and only by its token', async () => {
    const token = await sent('gone@example.com', 'a');
    expect(sink.received[0].text).toContain(`Message-ID: <${token}@example.org>`);
    expect(await takeBounce(host, dsn({ token: 'ffffffffffffffffff' }))).toMatchObject({ isStopped: false });
    expect(await suppressed()).toEqual([]);
    expect(await takeBounce(host, dsn({ token, to: 'someone-else@example.com' }))).toMatchObject({ isStopped: true });
    expect(await suppressed()).toEqual([{ reason: 'hard-bounce' }]);
    await postLetter(
      database.db,
      { kind: 'digest', to: 'gone@example.com', subject: 's', text: 't', key: 'b' },
      host.now(),
    );
    expect(await sendOutbox(host, { signal: new AbortController().signal })).toBe(0);
  });

  test('five letters that come back softly within a month stop an address; one that does so five times does not', async () => {
    const first = await sent('full@example.com', 'k0');
    for (let i = 0; i < 6; i++) await takeBounce(host, dsn({ token: first, status: '4.2.2' }));
    expect(await suppressed()).toEqual([]);
    for (let i = 1; i < 5; i++) {
      expect(await suppressed()).toEqual([]);
      await takeBounce(host, dsn({ token: await sent('full@example.com', `k${i}`), status: '4.2.2' }));
    }
    expect(await suppressed()).toEqual([{ reason: 'soft-bounces' }]);
  });

  test('a complaint stops digests and confirmations, but the door stays open', async () => {
    await takeBounce(host, arf({ token: await sent('ada@example.com', 'a') }));
    expect(await suppressed()).toEqual([{ reason: 'complaint' }]);
    const letter = { to: 'ada@example.com', subject: 's', text: 't' };
    await postLetter(database.db, { ...letter, kind: 'confirm', key: 'c' }, host.now());
    await postLetter(database.db, { ...letter, kind: 'sign-in', key: 'd' }, host.now());
    expect(await sendOutbox(host, { signal: new AbortController().signal })).toBe(1);
  });

  test('the hook takes what was signed within five minutes, and nothing else', () => {
    const signed = (seconds: number, body: string, secret = 'a secret of the hook') =>
      `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;
    const now = Math.floor(host.now() / 1000);
    expect(isSignedBounce(host, signed(now, 'body'), 'body')).toBe(true);
    expect(isSignedBounce(host, signed(now, 'body'), 'another')).toBe(false);
    expect(isSignedBounce(host, signed(now, 'body', 'another secret'), 'body')).toBe(false);
    expect(isSignedBounce(host, signed(now - 301, 'body'), 'body')).toBe(false);
    expect(isSignedBounce(host, '', 'body')).toBe(false);
  });
});
