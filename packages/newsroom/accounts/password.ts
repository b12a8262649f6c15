import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { type Schema, transaction } from '@broadsheet/database';
import type { Kysely } from 'kysely';
import type { Host } from '../host/index.ts';
import { parseAddress } from '../mail/index.ts';
import { type Limited, limitTry } from './limits.ts';
import { findReaderByEmail, type Reader } from './reader.ts';
import { openSession } from './sessions.ts';

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

/** OWASP's Password Storage Cheat Sheet for scrypt: 2^15, 8, 3 is one of its equal choices; 32 MiB a check. */
const COST = { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 1024 * 1024 };
const MIN_CHARS = 12;
const MAX_CHARS = 200;

/** @returns why it is refused; undefined when it is the reader's password from now on. */
export async function setPassword(
  db: Kysely<Schema>,
  readerId: number,
  password: string,
  now: number,
): Promise<string | undefined> {
  const { length } = [...password];
  if (length < MIN_CHARS || length > MAX_CHARS)
    return `A password has ${MIN_CHARS} to ${MAX_CHARS} characters; a few words in a row are easy to keep.`;
  const hash = await hashOf(password);
  await db
    .insertInto('reader_password')
    .values({ reader_id: readerId, hash, changed_at: now })
    .onConflict((c) => c.column('reader_id').doUpdateSet({ hash, changed_at: now }))
    .execute();
  return undefined;
}

export type PasswordOutcome = { session: string; reader: Reader } | { wrong: true } | Limited;

/**
 * Signs a reader in by address and password. An unknown address, an account without a password, a locked one and a wrong
 * password get one answer after the same work.
 */
export async function signInByPassword(
  host: Host,
  given: { email: string; password: string },
  { address, agent, replacing }: { address: string; agent: string; replacing?: number },
): Promise<PasswordOutcome> {
  const { db } = host.database;
  const now = host.now();
  const email = parseAddress(given.email) ?? '';
  const limited = await limitTry(db, 'password', { address, account: email }, now);
  if (limited) return limited;
  const reader = await findReaderByEmail(db, email);
  const stored = await db
    .selectFrom('reader_password')
    .select('hash')
    .where('reader_id', '=', reader?.id ?? -1)
    .executeTakeFirst();
  const isRight = await matches(given.password.slice(0, MAX_CHARS), stored?.hash ?? (await nobodys()));
  if (!isRight || !stored || !reader || reader.lockedAt !== undefined) return { wrong: true };
  const session = await transaction(host.database, (tx) =>
    openSession(tx, reader.id, { way: 'password', agent, now, replacing }),
  );
  return { session, reader };
}

async function hashOf(password: string): Promise<string> {
  const salt = randomBytes(16);
  return `${salt.toString('base64url')}.${(await derive(password.normalize('NFKC'), salt, 32, COST)).toString('base64url')}`;
}

async function matches(password: string, hash: string): Promise<boolean> {
  const [salt, key] = hash.split('.').map((part) => Buffer.from(part, 'base64url'));
  return timingSafeEqual(key, await derive(password.normalize('NFKC'), salt, key.length, COST));
}

let nobody: Promise<string> | undefined;

/** What the password of an account that is not there is compared with, so that the answer takes as long. */
function nobodys(): Promise<string> {
  nobody ??= hashOf(randomBytes(16).toString('hex'));
  return nobody;
}
