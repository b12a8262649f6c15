import { transaction } from '@broadsheet/database';
import type { Host } from '../host/index.ts';
import { parseAddress, postLetter } from '../mail/index.ts';
import { beginCeremony, endCeremony, lookAtCeremony } from './ceremonies.ts';
import { confirmReader } from './confirm.ts';
import { mayJoin } from './join.ts';
import { type Limited, limitTry } from './limits.ts';
import { createReader, findReader, findReaderByEmail, type Reader } from './reader.ts';
import { fingerprint } from './secrets.ts';
import { openSession } from './sessions.ts';

const MINUTES = 20;
const KIND = 'link';

/** What a link was sent for: to sign in, or to show that an address is a reader's own. */
type LinkFor = { email: string; next: string; readerId?: number };

export type LinkRequest = { sent: true } | { refused: string } | Limited;

/**
 * Sends a letter with a link that signs its reader in, once and for twenty minutes. The answer, and the work done for
 * it, are the same for addresses with and without an account; whether one may join is said in the letter alone.
 * @param address the client's, for the limits
 * @param next where to go on afterwards: a path of this site
 */
export async function requestSignIn(
  host: Host,
  { email: given, next, address }: { email: string; next: string; address: string },
): Promise<LinkRequest> {
  const email = parseAddress(given);
  if (!email) return { refused: 'This is no mail address; it should look like name@example.org.' };
  return sendLink(host, { email, next }, address);
}

/** The same for a reader who is signed in and wants this to be the account's address. */
export async function requestAddress(
  host: Host,
  { email: given, reader, address }: { email: string; reader: Reader; address: string },
): Promise<LinkRequest> {
  const email = parseAddress(given);
  if (!email) return { refused: 'This is no mail address; it should look like name@example.org.' };
  return sendLink(host, { email, next: '/account', readerId: reader.id }, address);
}

async function sendLink(host: Host, link: LinkFor, address: string): Promise<LinkRequest> {
  const now = host.now();
  return transaction(host.database, async (db): Promise<LinkRequest> => {
    const limited = await limitTry(db, 'letter', { address, account: link.email }, now);
    if (limited) return limited;
    const known = await findReaderByEmail(db, link.email);
    const secret = await beginCeremony(db, KIND, link, { now, ttlMs: MINUTES * 60_000 });
    const isWelcome = link.readerId !== undefined || known !== undefined || mayJoin(host.settings, link.email);
    const url = `${host.settings.baseUrl ?? ''}/sign-in/link?token=${secret}`;
    const { siteName } = host.settings;
    await postLetter(
      db,
      {
        kind: 'sign-in',
        to: link.email,
        subject: isWelcome ? `Your link to ${siteName}` : `${siteName}: no account for this address`,
        text: isWelcome ? welcome(link, siteName, url) : turnedAway(siteName),
        key: `sign-in ${fingerprint(secret)}`,
      },
      now,
    );
    return { sent: true };
  });
}

function welcome({ readerId }: LinkFor, siteName: string, url: string): string {
  const what = readerId === undefined ? `sign in to ${siteName}` : `confirm that this address is yours on ${siteName}`;
  return [
    `Follow this link to ${what}:`,
    url,
    `It works once, for ${MINUTES} minutes. If you did not ask for it, someone typed your address by mistake; nothing happens unless you follow it.`,
  ].join('\n\n');
}

function turnedAway(siteName: string): string {
  return [
    `Someone, perhaps you, asked to sign in to ${siteName} with this address.`,
    'There is no account for it, and this site takes new readers by invitation only. Ask whoever runs it, or use the address that you were invited with.',
    'If it was not you, you need do nothing.',
  ].join('\n\n');
}

/** Whom a link would sign in, for the page that asks before it does: what follows links in mails presses no buttons. */
export async function lookAtLink(host: Host, secret: string): Promise<LinkFor | undefined> {
  return (await lookAtCeremony(host.database.db, KIND, secret, host.now())) as LinkFor | undefined;
}

export type LinkOutcome =
  | { session?: string; reader: Reader; next: string }
  /** Used before, too old, or never given out. */
  | { expired: true }
  | { refused: string };

/**
 * Uses a link up: signs its reader in, making the account where there is none, or confirms the address of a reader's
 * account. Following it proves the address, so the account is confirmed either way.
 */
export async function followLink(
  host: Host,
  secret: string,
  { agent, replacing }: { agent: string; replacing?: number },
): Promise<LinkOutcome> {
  const now = host.now();
  const outcome = await transaction(host.database, async (db): Promise<LinkOutcome> => {
    const link = (await endCeremony(db, KIND, secret, now)) as LinkFor | undefined;
    if (!link) return { expired: true };
    const { email, next } = link;
    if (link.readerId !== undefined) {
      if (!(await confirmReader(host, db, link.readerId, email)))
        return { refused: 'This address belongs to another account here; sign in with it instead.' };
      return { reader: (await findReader(db, link.readerId)) as Reader, next };
    }
    const known = await findReaderByEmail(db, email);
    if (known?.lockedAt !== undefined) return { refused: 'This account is locked; ask whoever runs this site.' };
    if (!known && !mayJoin(host.settings, email)) return { refused: 'This site takes new readers by invitation only.' };
    const reader = known ?? (await createReader(db, { email, isConfirmed: true }, now));
    if (known) await confirmReader(host, db, known.id, email);
    return { session: await openSession(db, reader.id, { way: 'mail', agent, now, replacing }), reader, next };
  });
  await host.contentChanged();
  return outcome;
}
