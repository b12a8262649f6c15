import { type Schema, transaction } from '@broadsheet/database';
import type { Kysely } from 'kysely';
import type { Host, Provider } from '../host/index.ts';
import type { Acting } from './access.ts';
import { beginCeremony, endCeremony } from './ceremonies.ts';
import { type Claimed, providerKey } from './identities.ts';
import { mayJoin } from './join.ts';
import { type Limited, limitTry } from './limits.ts';
import { finishOpenId, type Started, startOpenId } from './openid.ts';
import { createReader, findReader, findReaderByEmail, type Reader } from './reader.ts';
import { openSession } from './sessions.ts';

const TTL_MS = 10 * 60_000;

interface Begun extends Started {
  provider: Provider['id'];
  next: string;
  /** Who was signed in and wants to add this way in; absent for signing in. */
  readerId?: number;
}

export function findProvider({ settings }: Host, id: string): Provider | undefined {
  return settings.accounts.providers.find((provider) => provider.id === id);
}

function backAddress({ settings }: Host, { id }: Provider): string {
  return `${settings.baseUrl}/sign-in/with/${id}/back`;
}

/**
 * Begins signing in with another site, or adding that way in to the account that is signed in.
 * @returns where to send the browser, and the secret that this browser, and no other, must bring back.
 */
export async function beginElsewhere(
  host: Host,
  provider: Provider,
  { next, address, acting, isAdding }: { next: string; address: string; acting: Acting; isAdding: boolean },
): Promise<{ url: string; secret: string } | Limited> {
  const { db } = host.database;
  const limited = await limitTry(db, 'ceremony', { address }, host.now());
  if (limited) return limited;
  const { url, started } = await startOpenId(provider, backAddress(host, provider));
  const readerId = isAdding ? acting.reader?.id : undefined;
  const begun: Begun = { ...started, provider: provider.id, next, readerId };
  return { url, secret: await beginCeremony(db, 'elsewhere', begun, { now: host.now(), ttlMs: TTL_MS }) };
}

export type ElsewhereOutcome = { session?: string; reader: Reader; next: string } | { refused: string };

/** Ends it: with what the browser brought back, and the secret from its cookie. */
export async function finishElsewhere(
  host: Host,
  provider: Provider,
  { secret, search, acting, agent }: { secret: string; search: string; acting: Acting; agent: string },
): Promise<ElsewhereOutcome> {
  const begun = (await endCeremony(host.database.db, 'elsewhere', secret, host.now())) as Begun | undefined;
  const tooLate = { refused: 'This took too long or was begun in another browser; try again.' };
  if (!begun || begun.provider !== provider.id) return tooLate;
  if (begun.readerId !== undefined && begun.readerId !== acting.reader?.id) return tooLate;
  let claimed: Claimed;
  try {
    claimed = await finishOpenId(host, provider, new URL(backAddress(host, provider) + search), begun);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    host.log.warn('signing in with another site failed', { provider: provider.id, reason });
    return { refused: `${provider.title} did not confirm who you are; try again, or sign in by mail.` };
  }
  return transaction(host.database, async (db): Promise<ElsewhereOutcome> => {
    const outcome = await accountOf(host, db, provider, claimed, begun.readerId);
    if ('refused' in outcome || begun.readerId !== undefined) return { ...outcome, next: '/account' };
    const { reader } = outcome;
    if (reader.lockedAt !== undefined) return { refused: 'This account is locked; ask whoever runs this site.' };
    const opening = { way: `with ${provider.title}` as const, agent, now: host.now(), replacing: acting.sessionId };
    return { session: await openSession(db, reader.id, opening), reader, next: begun.next };
  });
}

/** The account of a person elsewhere: the one that is linked, the one that asks for the link, or a new one. */
async function accountOf(
  host: Host,
  db: Kysely<Schema>,
  provider: Provider,
  { subject, label, name, email }: Claimed,
  linkTo: number | undefined,
): Promise<{ reader: Reader } | { refused: string }> {
  const key = providerKey(provider);
  const linked = await db
    .selectFrom('reader_identity')
    .select('reader_id')
    .where('provider', '=', key)
    .where('subject', '=', subject)
    .executeTakeFirst();
  const known = linked && (await findReader(db, linked.reader_id));
  if (linkTo !== undefined && linked && linked.reader_id !== linkTo)
    return { refused: `This ${provider.title} account belongs to another reader here.` };
  if (known) return { reader: known };
  const asking = linkTo === undefined ? undefined : await findReader(db, linkTo);
  // An address alone opens no account that someone else made: the other site may be wrong about whose it is.
  if (!asking && email && (await findReaderByEmail(db, email)))
    return {
      refused: `There is an account with ${email} already; sign in to it by mail and add ${provider.title} there.`,
    };
  if (!asking && !mayJoin(host.settings, email)) return { refused: 'This site takes new readers by invitation only.' };
  const reader = asking ?? (await createReader(db, { name, email, isConfirmed: email !== undefined }, host.now()));
  await db
    .insertInto('reader_identity')
    .values({ provider: key, subject, reader_id: reader.id, label, linked_at: host.now() })
    .execute();
  return { reader };
}
