import { createPrivateKey } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '../host/index.ts';
import { domainOf } from './address.ts';
import type { LetterBody } from './letter.ts';
import { type DkimKey, dkimSignature } from './message/dkim.ts';
import { type Field, headerDate, headerMailbox, headerText } from './message/headers.ts';
import { fill, type Quoted, quote } from './message/quoted.ts';

/** A letter as it goes over the wire. */
export interface Message {
  /** MAIL FROM: where bounces go; names the letter. */
  envelopeFrom: string;
  to: string;
  messageId: string;
  bytes: Buffer;
}

/**
 * Composes and signs a letter. Its Message-ID is its row's token: the same at every attempt, so that a second copy could
 * be told as one, and beyond guessing, so that a report which names it is about a letter that somebody really got.
 */
export async function compose(
  settings: Settings,
  letter: { to: string; bounceToken: string; body: LetterBody; at: number },
): Promise<Message> {
  const { from } = settings.mail;
  const { subject, headers = {} } = letter.body;
  const messageId = `<${letter.bounceToken}@${domainOf(from.address)}>`;
  const content = contentOf(letter.body, letter.bounceToken);
  const fields: Field[] = [
    ['From', headerMailbox({ name: from.name ?? settings.siteName, address: from.address })],
    ['To', letter.to],
    ['Subject', headerText(subject)],
    ['Date', headerDate(letter.at)],
    ['Message-ID', messageId],
    ['Auto-Submitted', 'auto-generated'],
    ...Object.entries(headers).map(([name, value]): Field => [name, headerText(value)]),
    ['MIME-Version', '1.0'],
    ...content.fields,
  ];
  const key = dkimKey(settings);
  const all = key ? [await dkimSignature(fields, content.canonical, key, letter.at), ...fields] : fields;
  const head = all.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const bytes = Buffer.concat([ascii(`${head}\r\n`), ...content.text]);
  return { envelopeFrom: envelopeFrom(settings, letter.bounceToken), to: letter.to, messageId, bytes };
}

/** The body with its own fields, in stretches; plain text and HTML as two ways to read the same. */
function contentOf({ text, html, slots = {} }: LetterBody, token: string) {
  const plain = fill(quotedOnce(text, Object.keys(slots)), slots);
  if (html === undefined) return { fields: encodedAs('text/plain'), text: plain.text, canonical: plain.canonical };
  const rich = fill(quotedOnce(html, Object.keys(slots)), slots);
  // Quoted-printable holds no "=_" of its own, so no text can end a part.
  const boundary = `=_${token}`;
  const begin = (type: string) =>
    ascii(
      `--${boundary}\r\n${encodedAs(type)
        .map(([name, value]) => `${name}: ${value}\r\n`)
        .join('')}\r\n`,
    );
  const frame = [begin('text/plain'), ascii('\r\n'), begin('text/html'), ascii(`\r\n--${boundary}--\r\n`)];
  const assembled = (plainBody: Buffer[], richBody: Buffer[]) => {
    const [beginPlain, endPlain, beginRich, endRich] = frame;
    return [beginPlain, ...plainBody, endPlain, beginRich, ...richBody, endRich];
  };
  return {
    fields: [['Content-Type', `multipart/alternative; boundary="${boundary}"`]] as Field[],
    text: assembled(plain.text, rich.text),
    canonical: assembled(plain.canonical, rich.canonical),
  };
}

/** What is encoded, headers and bodies, is ASCII. */
function ascii(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

function encodedAs(type: string): Field[] {
  return [
    ['Content-Type', `${type}; charset=utf-8`],
    ['Content-Transfer-Encoding', 'quoted-printable'],
  ];
}

/** Encoded texts kept: those of the issues that are being sent, which thousands of letters share. */
const KEPT = 16;
/** Shorter ones are each letter's own. */
const WORTH_KEEPING_CHARS = 4_000;
const kept = new Map<string, Quoted>();

function quotedOnce(text: string, slots: string[]): Quoted {
  if (text.length < WORTH_KEEPING_CHARS) return quote(text, slots);
  const known = kept.get(text) ?? quote(text, slots);
  kept.set(text, known);
  if (kept.size > KEPT) kept.delete(kept.keys().next().value as string);
  return known;
}

/** VERP: the letter's token as the detail of the address that bounces go to. */
function envelopeFrom({ mail }: Settings, token: string): string {
  if (!mail.bounce) return mail.from.address;
  const at = mail.bounce.lastIndexOf('@');
  return `${mail.bounce.slice(0, at)}+${token}${mail.bounce.slice(at)}`;
}

const keys = new WeakMap<Settings, DkimKey>();

/**
 * The private key that letters are signed with: BROADSHEET_DKIM_KEY, or `secrets/dkim.pem` of the data folder.
 * @throws when a selector is set but there is no key to go with it, or it is no RSA key.
 */
export function dkimKey(settings: Settings): DkimKey | undefined {
  const { dkim, from } = settings.mail;
  if (!dkim) return undefined;
  const known = keys.get(settings);
  if (known) return known;
  const file = join(settings.dataDir, 'secrets', 'dkim.pem');
  if (!dkim.key && !existsSync(file)) {
    throw new Error(
      `BROADSHEET_DKIM_SELECTOR is set but there is no ${file}; make it with \`broadsheet mail dkim\`, or set BROADSHEET_DKIM_KEY.`,
    );
  }
  // One line in an environment: its line ends may be written as \n.
  const key = createPrivateKey(dkim.key?.replaceAll('\\n', '\n') ?? readFileSync(file, 'utf8'));
  if (key.asymmetricKeyType !== 'rsa') {
    throw new Error('The DKIM key is no RSA key; receivers check rsa-sha256. Make one with `broadsheet mail dkim`.');
  }
  const made = { domain: domainOf(from.address), selector: dkim.selector, key };
  keys.set(settings, made);
  return made;
}
