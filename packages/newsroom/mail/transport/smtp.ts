import { Readable } from 'node:stream';
import SMTPConnection, { type SMTPConnectionOptions } from 'nodemailer/lib/smtp-connection';
import type { MailSettings } from '../../host/index.ts';
import type { Message } from '../compose.ts';
import { outcomeOf } from './smtp-errors.ts';
import type { Transport } from './transport.ts';

const CONNECT_TIMEOUT_MS = 20_000;
/** RFC 5321 §4.5.3.2.6 asks for ten minutes before giving up on the answer to a letter's end. */
const ANSWER_TIMEOUT_MS = 10 * 60_000;
/** Servers close a connection that took many letters or stood idle; better that we do. */
const LETTERS_PER_CONNECTION = 100;
const IDLE_MS = 30_000;

/**
 * Sends over SMTP on a few connections that are kept. Not nodemailer's pool: that one does not say when the last byte
 * goes out, and what is sent twice or lost in a crash depends on just that.
 */
export function smtpTransport(
  mail: MailSettings & { smtpUrl: string },
  { answerTimeoutMs = ANSWER_TIMEOUT_MS }: { answerTimeoutMs?: number } = {},
): Transport {
  const url = new URL(mail.smtpUrl);
  const options: SMTPConnectionOptions = {
    ...connectionOptions(mail, url),
    connectionTimeout: CONNECT_TIMEOUT_MS,
    greetingTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: answerTimeoutMs,
  };
  const idle: Line[] = [];
  const take = async (): Promise<Line> => {
    for (let line = idle.pop(); line; line = idle.pop()) {
      clearTimeout(line.idleTimer);
      if (!line.isBroken) return line;
    }
    return openLine(options, url);
  };
  const giveBack = (line: Line) => {
    if (line.isBroken) return line.connection.close();
    if (line.letters >= LETTERS_PER_CONNECTION) return line.connection.quit();
    line.idleTimer = setTimeout(() => {
      idle.splice(idle.indexOf(line), 1);
      line.connection.quit();
    }, IDLE_MS);
    line.idleTimer.unref();
    idle.push(line);
  };
  return {
    name: `${url.protocol}//${url.host}`,
    async deliver(message, enterDoubt) {
      let isInDoubt = false;
      let line: Line | undefined;
      const over = new AbortController();
      try {
        line = await take();
        const reply = await sendOn(line, message, async () => {
          await enterDoubt(over.signal);
          over.signal.throwIfAborted();
          isInDoubt = true;
        });
        return { kind: 'sent', reply };
      } catch (error) {
        const outcome = outcomeOf(error, isInDoubt);
        // A refusal in the middle of a letter leaves a connection that waits for its end.
        if (line && (outcome.kind !== 'refused' || (line.isInLetter && !isInDoubt))) line.isBroken = true;
        return outcome;
      } finally {
        over.abort(new Error('the connection is gone'));
        if (line) giveBack(line);
      }
    },
    async close() {
      for (const line of idle.splice(0)) {
        clearTimeout(line.idleTimer);
        line.connection.quit();
      }
    },
  };
}

/** A connection that is logged in, and what became of it. */
interface Line {
  connection: SMTPConnection;
  letters: number;
  isBroken: boolean;
  /** Whether the server has been sent the beginning of a letter. */
  isInLetter: boolean;
  idleTimer?: NodeJS.Timeout;
}

function openLine(options: SMTPConnectionOptions, url: URL): Promise<Line> {
  const line: Line = { connection: new SMTPConnection(options), letters: 0, isBroken: false, isInLetter: false };
  return new Promise((resolve, reject) => {
    // Stays on: an idle connection that the server ends would otherwise end the process.
    line.connection.on('error', (error) => {
      line.isBroken = true;
      reject(error);
    });
    line.connection.once('end', () => {
      line.isBroken = true;
      reject(new Error('the server closed the connection'));
    });
    line.connection.connect(() => {
      if (!url.username) return resolve(line);
      const credentials = { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) };
      line.connection.login({ ...credentials, credentials }, (error) => {
        if (!error) return resolve(line);
        line.connection.close();
        reject(error);
      });
    });
  });
}

function sendOn(line: Line, { envelopeFrom, to, bytes }: Message, lastByte: () => Promise<void>): Promise<string> {
  line.letters += 1;
  line.isInLetter = false;
  const { connection } = line;
  // The connection ends the letter when this ends: the server cannot have taken it before.
  const body = Readable.from(
    (async function* () {
      line.isInLetter = true;
      yield bytes;
      await lastByte();
    })(),
    { objectMode: false },
  );
  return new Promise((resolve, reject) => {
    const ended = () => reject(new Error('the server closed the connection'));
    const failed = (error: Error) => reject(error);
    connection.once('end', ended);
    connection.once('error', failed);
    connection.send({ from: envelopeFrom, to: [to], size: bytes.length }, body, (error, info) => {
      connection.off('end', ended);
      connection.off('error', failed);
      if (error) reject(error);
      else resolve(info?.response ?? '250');
    });
  });
}

function connectionOptions(mail: MailSettings, url: URL): SMTPConnectionOptions {
  const isHere = /^(localhost|127\.[\d.]+|\[::1\])$/.test(url.hostname);
  const secure = url.protocol === 'smtps:';
  const isOff = mail.smtpTls === 'never' || (mail.smtpTls === 'auto' && isHere && !secure);
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port) || (secure ? 465 : url.username ? 587 : 25),
    secure,
    ignoreTLS: isOff,
    // A password goes over no open line.
    requireTLS: !secure && !isOff && (mail.smtpTls === 'required' || url.username !== ''),
    name: mail.from.address.split('@')[1],
  };
}
