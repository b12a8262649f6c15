import { randomBytes } from 'node:crypto';
import type { Schema } from '@broadsheet/database';
import type { Insertable, Kysely } from 'kysely';
import { domainOf, parseAddress } from './address.ts';

/** One letter to one person. */
export interface Letter {
  /** 'sign-in', 'confirm', 'reply', …: what is sent first, and what someone who complained still gets, depends on it. */
  kind: 'sign-in' | 'reply' | 'confirm' | (string & {});
  to: string;
  subject: string;
  text: string;
  html?: string;
  /** Besides From, To, Date, Message-ID and the like, which are ours to write. */
  headers?: Record<string, string>;
  /** Who posts the same key twice has posted one letter, e.g. 'reply 4711 to 12'. */
  key: string;
}

/** What of a letter is kept until it is settled. */
export type LetterBody = Pick<Letter, 'subject' | 'text' | 'html' | 'headers'> & {
  /** What to put in for words that stand in text and HTML, where many letters differ in no more than that. */
  slots?: Record<string, string>;
};

/** Letters that someone waits for go before those that are read with coffee. */
const PRIORITY: Record<string, number> = { 'sign-in': 0, confirm: 0, notice: 1, reply: 2, digest: 5 };

/**
 * Puts a letter into the outbox, in the caller's transaction: it is sent when the transaction stands, and not when it
 * falls. Sending is done by a running `serve` or `worker`, usually within a second.
 * @throws when `to` is no single address, or a header could break out of its line: both are bugs of the caller.
 */
export async function postLetter(db: Kysely<Schema>, letter: Letter, now: number): Promise<void> {
  const to = parseAddress(letter.to);
  if (!to) throw new Error(`postLetter: ${JSON.stringify(letter.to)} is no mail address; check it with parseAddress.`);
  checkHeaders(letter.headers ?? {});
  const { subject, text, html, headers } = letter;
  const body: LetterBody = { subject: oneLine(subject), text, html, headers };
  await db
    .insertInto('letter')
    .values({ ...newLetter(letter.key, letter.kind, to, now), body_json: JSON.stringify(body) })
    .onConflict((c) => c.column('key').doNothing())
    .execute();
}

/** The row of a letter that nobody has tried to send yet. */
export function newLetter(key: string, kind: string, to: string, now: number): Insertable<Schema['letter']> {
  return {
    key,
    kind,
    priority: PRIORITY[kind] ?? 3,
    state: 'queued',
    to_address: to,
    domain: domainOf(to),
    bounce_token: randomBytes(9).toString('hex'),
    next_at: now,
    created_at: now,
  };
}

/** Names as RFC 5322 has them; values on one line. What we write ourselves nobody else may write. */
function checkHeaders(headers: Record<string, string>): void {
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[a-z][a-z0-9-]{0,63}$/i.test(name) || OURS.test(name)) {
      throw new Error(`postLetter: a letter may not set the header ${JSON.stringify(name)}.`);
    }
    if (value !== oneLine(value) || value.length > 900) {
      throw new Error(`postLetter: the value of ${name} must be one line of at most 900 characters.`);
    }
  }
}

const OURS =
  /^(from|to|cc|bcc|sender|reply-to|subject|date|message-id|mime-version|return-path|received|content-.*|dkim-.*)$/i;

/** Control characters would end a header's line; people's words in a subject lose them. */
export function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  return text.replace(/[\u0000-\u001f\u007f\u0085\u2028\u2029]+/g, ' ');
}
