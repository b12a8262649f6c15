import { createPrivateKey } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import DKIM from 'nodemailer/lib/dkim';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { Settings } from '../host/index.ts';
import { domainOf } from './address.ts';
import type { LetterBody } from './letter.ts';

/** A letter as it goes over the wire. */
export interface Message {
  /** MAIL FROM: where bounces go; names the letter. */
  envelopeFrom: string;
  to: string;
  messageId: string;
  bytes: Buffer;
}

/**
 * RFC 6376 §5.4.1, and both headers of one-click unsubscription, which RFC 8058 §4 demands; the library's own list has
 * no List-Unsubscribe-Post.
 */
const SIGNED =
  'From:Sender:Reply-To:Subject:Date:Message-ID:To:MIME-Version:Content-Type:Content-Transfer-Encoding:' +
  'List-Id:List-Unsubscribe:List-Unsubscribe-Post:List-Archive:List-Help:Auto-Submitted:Precedence:Feedback-ID';

/**
 * Composes and signs a letter. Its Message-ID is its row's token: the same at every attempt, so that a second copy could
 * be told as one, and beyond guessing, so that a report which names it is about a letter that somebody really got.
 */
export async function compose(
  settings: Settings,
  letter: { to: string; bounceToken: string; body: LetterBody; at: number },
): Promise<Message> {
  const { from } = settings.mail;
  const messageId = `<${letter.bounceToken}@${domainOf(from.address)}>`;
  const { subject, text, html, headers = {} } = letter.body;
  const mail = new MailComposer({
    from: { name: from.name ?? settings.siteName, address: from.address },
    to: { name: '', address: letter.to },
    subject,
    text,
    html,
    messageId,
    date: new Date(letter.at),
    headers: Object.entries({ 'Auto-Submitted': 'auto-generated', ...headers }).map(([key, value]) => ({
      key,
      // As it stands: a folded List-Unsubscribe has broken signatures on the way.
      value: /^list-/i.test(key) ? { prepared: true, value } : value,
    })),
    disableFileAccess: true,
    disableUrlAccess: true,
    newline: '\r\n',
  });
  const unsigned = await mail.compile().build();
  return {
    envelopeFrom: envelopeFrom(settings, letter.bounceToken),
    to: letter.to,
    messageId,
    bytes: await sign(settings, unsigned),
  };
}

/** VERP: the letter's token as the detail of the address that bounces go to. */
function envelopeFrom({ mail }: Settings, token: string): string {
  if (!mail.bounce) return mail.from.address;
  const at = mail.bounce.lastIndexOf('@');
  return `${mail.bounce.slice(0, at)}+${token}${mail.bounce.slice(at)}`;
}

async function sign(settings: Settings, bytes: Buffer): Promise<Buffer> {
  const key = dkimKey(settings);
  if (!key || !settings.mail.dkim) return bytes;
  const signed = new DKIM({
    domainName: domainOf(settings.mail.from.address),
    keySelector: settings.mail.dkim.selector,
    privateKey: key,
    headerFieldNames: SIGNED,
  }).sign(bytes);
  const chunks: Buffer[] = [];
  for await (const chunk of signed) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const keys = new WeakMap<Settings, string>();

/**
 * The private key that letters are signed with: BROADSHEET_DKIM_KEY, or `secrets/dkim.pem` of the data folder.
 * @throws when a selector is set but there is no key to go with it, or it is no RSA key.
 */
export function dkimKey(settings: Settings): string | undefined {
  if (!settings.mail.dkim) return undefined;
  const known = keys.get(settings);
  if (known) return known;
  const file = join(settings.dataDir, 'secrets', 'dkim.pem');
  if (!settings.mail.dkim.key && !existsSync(file)) {
    throw new Error(
      `BROADSHEET_DKIM_SELECTOR is set but there is no ${file}; make it with \`broadsheet mail dkim\`, or set BROADSHEET_DKIM_KEY.`,
    );
  }
  const pem = settings.mail.dkim.key?.replaceAll('\\n', '\n') ?? readFileSync(file, 'utf8');
  if (createPrivateKey(pem).asymmetricKeyType !== 'rsa') {
    throw new Error('The DKIM key is no RSA key; receivers check rsa-sha256. Make one with `broadsheet mail dkim`.');
  }
  keys.set(settings, pem);
  return pem;
}
