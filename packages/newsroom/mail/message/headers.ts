import type { Mailbox } from '../../host/index.ts';

/** A header field: name and value, the value on one line or folded. */
export type Field = [name: string, value: string];

/** Bytes of text in one encoded word: with its frame it stays below 75 characters (RFC 2047 §2). */
const WORD_BYTES = 42;

/** Text in a header: as it is where it is plain, else in encoded words, each on a line of its own. */
export function headerText(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text) && !text.includes('=?')) return text;
  const words: string[] = [];
  let word = '';
  for (const letter of text) {
    if (Buffer.byteLength(word + letter) > WORD_BYTES) {
      words.push(word);
      word = '';
    }
    word += letter;
  }
  return [...words, word].map((part) => `=?utf-8?B?${Buffer.from(part).toString('base64')}?=`).join('\r\n ');
}

export function headerMailbox({ name, address }: Mailbox): string {
  if (!name) return address;
  const words = headerText(name);
  // A comma or a full stop in a name needs quotes (RFC 5322 §3.2.4).
  return words === name && /[^\w !#$%&'*+/=?^`{|}~-]/.test(name)
    ? `"${name.replace(/["\\]/g, '\\$&')}" <${address}>`
    : `${words} <${address}>`;
}

/** 'Thu, 15 Jan 2026 12:00:00 +0000' */
export function headerDate(at: number): string {
  return new Date(at).toUTCString().replace('GMT', '+0000');
}
