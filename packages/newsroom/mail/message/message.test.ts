import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { simpleParser } from 'mailparser';
import { describe, expect, test } from 'vitest';
import { parseSettings } from '../../host/index.ts';
import { compose } from '../compose.ts';
import type { LetterBody } from '../letter.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const settings = parseSettings(
  {
    BROADSHEET_MAIL_FROM: 'Grüße, Papers <papers@example.org>',
    BROADSHEET_DKIM_SELECTOR: 'one',
    BROADSHEET_DKIM_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  },
  { dataDir: '/nowhere' },
);
const write = (body: LetterBody) =>
  compose(settings, {
    to: 'ada@example.com',
    bounceToken: '0123456789abcdef01',
    body,
    at: Date.parse('2026-01-15T12:00:00Z'),
  });

/** Checks signatures as receivers do, with the record that the DNS would hold. */
async function verified(bytes: Buffer | string) {
  const record = `v=DKIM1; k=rsa; p=${publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`;
  const { results } = await dkimVerify(Buffer.from(bytes), { resolver: async () => [[record]] });
  return results[0];
}

describe('a letter as it goes over the wire', () => {
  // What a mail program shows: line ends are its own, and it takes white space off the end of the whole.
  const shown = (text: string) => text.replace(/\r\n|\r/g, '\n').trimEnd();
  const words = fc
    .array(
      fc.oneof(
        fc.string({ unit: 'grapheme', maxLength: 120 }),
        fc.constantFrom('From here', '.', '..', '--=_0', 'a  b ', '\t', '=3D', '数学'.repeat(40)),
      ),
    )
    .map((lines) => lines.join('\n').replace(/(?![\n\t])\p{Cc}|\ufeff/gu, ''));

  test('is read back as it was written, and its signature holds, whatever its words', async () => {
    const property = fc.asyncProperty(
      words,
      words,
      fc.string({ unit: 'grapheme', maxLength: 200 }),
      async (text, html, subject) => {
        const plain = subject.replace(/[\p{C}\p{Z}]+/gu, ' ').trim() || 'x';
        const { bytes } = await write({ subject: plain, text, html: `<p>${html}` });
        const read = await simpleParser(bytes);
        expect(read.subject).toBe(plain);
        expect(shown(read.text ?? '')).toBe(shown(text));
        expect(shown(String(read.html))).toBe(shown(`<p>${html}`));
        expect(read.from?.value).toEqual([{ name: 'Grüße, Papers', address: 'papers@example.org' }]);
        for (const line of bytes.toString('latin1').split('\r\n')) expect(line.length).toBeLessThanOrEqual(998);
        expect(bytes.every((byte) => byte < 128)).toBe(true);
        expect((await verified(bytes)).status.result).toBe('pass');
      },
    );
    await fc.assert(property, { numRuns: 60 });
  });

  test('has its slots filled in wherever they stand, also across the ends of lines', async () => {
    const link = `https://papers.example.org/digest/leave/${'x'.repeat(60)}?a=b&c==`;
    const text = `${'word '.repeat(13)}%%leave%% and %%leave%%%%other%%\n%%leave%%\n${'long'.repeat(1_200)}`;
    const { bytes } = await write({
      subject: 's',
      text,
      html: `<a href="%%leave%%">${text}</a>`,
      slots: { '%%leave%%': link, '%%other%%': 'ü' },
    });
    const read = await simpleParser(bytes);
    const filled = text.replaceAll('%%leave%%', link).replaceAll('%%other%%', 'ü');
    expect(shown(read.text ?? '')).toBe(filled);
    expect(read.html).toContain(`<a href="${link}">`);
    for (const line of bytes.toString('latin1').split('\r\n')) expect(line.length).toBeLessThanOrEqual(250);
    expect((await verified(bytes)).status.result).toBe('pass');
  });

  test('is signed over both headers of one-click unsubscription; without them, or with one more, the signature fails', async () => {
    const headers = {
      'List-Unsubscribe': '<https://papers.example.org/digest/leave/1.abc>',
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    };
    const { bytes } = await write({ subject: 's', text: 't', headers });
    const result = await verified(bytes);
    expect(result.status.result).toBe('pass');
    expect(result.signingHeaders?.keys.toLowerCase()).toContain('list-unsubscribe-post');
    const text = bytes.toString('latin1');
    expect((await verified(text.replace('One-Click', 'Two-Click'))).status.result).not.toBe('pass');
    expect((await verified(`List-Unsubscribe: <https://evil.example>\r\n${text}`)).status.result).not.toBe('pass');
    expect((await verified(text.replace('Subject: s', 'Subject: x'))).status.result).not.toBe('pass');
    const bare = (await write({ subject: 's', text: 't' })).bytes.toString('latin1');
    expect(
      (await verified(`${bare.replace('MIME-Version', 'List-Unsubscribe: <https://evil.example>\r\nMIME-Version')}`))
        .status.result,
    ).not.toBe('pass');
  });

  test('no words of a subject, a name or a header break out of their line', async () => {
    const evil = 'x\r\nBcc: victim@example.com';
    const { bytes } = await write({ subject: evil, text: 't', headers: { 'X-Feed': evil } });
    expect(bytes.toString('latin1')).not.toMatch(/^Bcc:/m);
  });
});
