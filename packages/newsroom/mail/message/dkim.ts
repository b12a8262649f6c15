import { createHash, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';
import type { Field } from './headers.ts';

/** On a thread of its own: the costliest step of a letter, half of its computing. */
const signed = promisify(sign);

export interface DkimKey {
  domain: string;
  selector: string;
  key: KeyObject;
}

/** RFC 6376 §5.4.1, and both headers of one-click unsubscription, which RFC 8058 §4 demands and common lists forget. */
const SIGNED =
  'from sender reply-to subject date message-id to cc mime-version content-type content-transfer-encoding list-id list-unsubscribe list-unsubscribe-post list-archive auto-submitted precedence feedback-id'.split(
    ' ',
  );
/** Signed once more than they stand there (§8.15): nobody can add a second From, or a List-Unsubscribe of their own. */
const OVERSIGNED = ['from', 'to', 'subject', 'date', 'list-unsubscribe', 'list-unsubscribe-post'];

/**
 * The DKIM-Signature of a letter, rsa-sha256 and relaxed/relaxed: written here and not by nodemailer's signer, whose
 * streams take a dozen turns of the event loop, and every turn waits for the commits of other letters.
 * @param canonicalBody the body as §3.4.4 has it, in stretches
 */
export async function dkimSignature(
  fields: Field[],
  canonicalBody: Buffer[],
  { domain, selector, key }: DkimKey,
  at: number,
): Promise<Field> {
  const hash = createHash('sha256');
  for (const stretch of withOneEnd(canonicalBody)) hash.update(stretch);
  const bodyHash = hash.digest('base64');
  const byName = new Map(fields.map(([name, value]) => [name.toLowerCase(), value]));
  const present = SIGNED.filter((name) => byName.has(name));
  const tags = [
    'v=1; a=rsa-sha256; c=relaxed/relaxed',
    `d=${domain}; s=${selector}; t=${Math.floor(at / 1000)}`,
    `h=${[...present, ...OVERSIGNED].join(':')}`,
    `bh=${bodyHash}`,
    'b=',
  ].join('; ');
  const headers = present.map((name) => relaxed(name, byName.get(name) as string));
  const said = `${headers.join('\r\n')}\r\n${relaxed('dkim-signature', tags)}`;
  const signature = (await signed('sha256', Buffer.from(said, 'latin1'), key)).toString('base64');
  return ['DKIM-Signature', tags.replaceAll('; ', ';\r\n ') + signature.replace(/.{1,72}(?=.)/g, '$&\r\n ')];
}

/** §3.4.2: the name in lower case, the value on one line, white space as one space. */
function relaxed(name: string, value: string): string {
  return `${name}:${value
    .replace(/\r\n/g, '')
    .replace(/[ \t]+/g, ' ')
    .trim()}`;
}

const LINE_END = Buffer.from('\r\n');

/** §3.4.4: of empty lines at the end none counts, and of a body that is nothing else nothing. No stretch begins within a line end. */
function withOneEnd(body: Buffer[]): Buffer[] {
  const kept = [...body];
  for (let last = kept.pop(); last; last = kept.pop()) {
    let end = last.length;
    while (end >= 2 && last[end - 2] === 13 && last[end - 1] === 10) end -= 2;
    if (end > 0) return [...kept, last.subarray(0, end), LINE_END];
  }
  return [];
}
