import { type Schema, transaction } from '@broadsheet/database';
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import type { Kysely } from 'kysely';
import type { Host } from '../host/index.ts';
import { beginCeremony, endCeremony } from './ceremonies.ts';
import { limitTry } from './limits.ts';
import { cleanName, findReader, type Reader } from './reader.ts';
import { openSession } from './sessions.ts';

const TTL_MS = 5 * 60_000;
const MAX_PASSKEYS = 10;

/** One of a reader's passkeys, as the account page lists it. */
export interface PasskeyView {
  id: string;
  name: string;
  createdAt: number;
  usedAt?: number;
}

/** Loaded at the first use: it is a quarter of a hundred megabytes in memory, and many sites never need it. */
const webauthn = () => import('@simplewebauthn/server');

/** Where passkeys hold: they are bound to the site's name, so it must not follow what a request says. */
function party(host: Host, origin: string) {
  const site = host.settings.baseUrl ?? origin;
  return { rpID: new URL(site).hostname, expectedOrigin: new URL(site).origin };
}

/** What a browser needs to make a passkey for this reader, and the secret that brings the answer back here. */
export async function beginPasskey(host: Host, reader: Reader, origin: string) {
  const { generateRegistrationOptions } = await webauthn();
  const { db } = host.database;
  const known = await db.selectFrom('passkey').select('credential_id').where('reader_id', '=', reader.id).execute();
  const options = await generateRegistrationOptions({
    rpName: host.settings.siteName,
    rpID: party(host, origin).rpID,
    userID: Buffer.from(String(reader.id)),
    userName: reader.email ?? reader.handle ?? reader.name,
    userDisplayName: reader.name,
    excludeCredentials: known.map((row) => ({ id: row.credential_id })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'preferred' },
  });
  const payload = { challenge: options.challenge, readerId: reader.id };
  const secret = await beginCeremony(db, 'passkey', payload, { now: host.now(), ttlMs: TTL_MS });
  return { options, secret };
}

/** @returns why it was refused; undefined when the passkey is the reader's. */
export async function finishPasskey(
  host: Host,
  reader: Reader,
  { secret, name, response, origin }: { secret: string; name: string; response: unknown; origin: string },
): Promise<string | undefined> {
  const { verifyRegistrationResponse } = await webauthn();
  const begun = (await endCeremony(host.database.db, 'passkey', secret, host.now())) as
    | { challenge: string; readerId: number }
    | undefined;
  if (begun?.readerId !== reader.id) return 'This took too long; try again.';
  const verified = await verifyRegistrationResponse({
    response: response as RegistrationResponseJSON,
    expectedChallenge: begun.challenge,
    expectedOrigin: party(host, origin).expectedOrigin,
    expectedRPID: party(host, origin).rpID,
    requireUserVerification: false,
  }).catch(() => undefined);
  if (!verified?.verified) return 'The browser’s answer does not fit what was asked; nothing was stored.';
  const { credential } = verified.registrationInfo;
  return transaction(host.database, async (db) => {
    if ((await passkeysOf(db, reader.id)).length >= MAX_PASSKEYS)
      return `You have ${MAX_PASSKEYS} passkeys already; remove one first.`;
    const added = await db
      .insertInto('passkey')
      .values({
        credential_id: credential.id,
        reader_id: reader.id,
        name: cleanName(name) ?? 'Passkey',
        public_key: Buffer.from(credential.publicKey).toString('base64url'),
        counter: credential.counter,
        transports_json: JSON.stringify(credential.transports ?? []),
        created_at: host.now(),
        used_at: null,
      })
      .onConflict((c) => c.doNothing())
      .executeTakeFirst();
    return Number(added.numInsertedOrUpdatedRows ?? 0) > 0 ? undefined : 'This passkey is here already.';
  });
}

/** What a browser needs to offer the passkeys that it has for this site. It tells nothing about who has an account. */
export async function beginPasskeySignIn(host: Host, { origin, address }: { origin: string; address: string }) {
  const { generateAuthenticationOptions } = await webauthn();
  const { db } = host.database;
  const limited = await limitTry(db, 'ceremony', { address }, host.now());
  if (limited) return limited;
  const options = await generateAuthenticationOptions({
    rpID: party(host, origin).rpID,
    userVerification: 'preferred',
  });
  const payload = { challenge: options.challenge };
  const secret = await beginCeremony(db, 'passkey sign-in', payload, { now: host.now(), ttlMs: TTL_MS });
  return { options, secret };
}

export type PasskeyOutcome = { session: string; reader: Reader } | { refused: string };

export async function signInByPasskey(
  host: Host,
  { secret, response, origin }: { secret: string; response: unknown; origin: string },
  { agent, replacing }: { agent: string; replacing?: number },
): Promise<PasskeyOutcome> {
  const { verifyAuthenticationResponse } = await webauthn();
  const { db } = host.database;
  const now = host.now();
  const begun = (await endCeremony(db, 'passkey sign-in', secret, now)) as { challenge: string } | undefined;
  if (!begun) return { refused: 'This took too long; try again.' };
  const asserted = response as AuthenticationResponseJSON;
  const stored =
    typeof asserted?.id === 'string'
      ? await db.selectFrom('passkey').selectAll().where('credential_id', '=', asserted.id).executeTakeFirst()
      : undefined;
  const unknown = { refused: 'This passkey is not known here; sign in by mail and add it to your account.' };
  if (!stored) return unknown;
  const verified = await verifyAuthenticationResponse({
    response: asserted,
    expectedChallenge: begun.challenge,
    expectedOrigin: party(host, origin).expectedOrigin,
    expectedRPID: party(host, origin).rpID,
    requireUserVerification: false,
    credential: {
      id: stored.credential_id,
      publicKey: new Uint8Array(Buffer.from(stored.public_key, 'base64url')),
      counter: stored.counter,
      transports: JSON.parse(stored.transports_json),
    },
  }).catch(() => undefined);
  if (!verified?.verified) return unknown;
  return transaction(host.database, async (tx): Promise<PasskeyOutcome> => {
    const reader = await findReader(tx, stored.reader_id);
    if (!reader || reader.lockedAt !== undefined)
      return { refused: 'This account is locked; ask whoever runs this site.' };
    await tx
      .updateTable('passkey')
      .set({ counter: verified.authenticationInfo.newCounter, used_at: now })
      .where('credential_id', '=', stored.credential_id)
      .execute();
    return { session: await openSession(tx, reader.id, { way: 'passkey', agent, now, replacing }), reader };
  });
}

export async function passkeysOf(db: Kysely<Schema>, readerId: number): Promise<PasskeyView[]> {
  const rows = await db
    .selectFrom('passkey')
    .select(['credential_id', 'name', 'created_at', 'used_at'])
    .where('reader_id', '=', readerId)
    .orderBy('created_at')
    .execute();
  return rows.map((row) => ({
    id: row.credential_id,
    name: row.name,
    createdAt: row.created_at,
    usedAt: row.used_at ?? undefined,
  }));
}

/** @returns whether this reader had such a passkey. */
export async function removePasskey(db: Kysely<Schema>, readerId: number, id: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('passkey')
    .where('reader_id', '=', readerId)
    .where('credential_id', '=', id)
    .executeTakeFirst();
  return Number(numDeletedRows) > 0;
}
