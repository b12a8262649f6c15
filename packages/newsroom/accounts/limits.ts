import type { Schema } from '@broadsheet/database';
import type { Kysely } from 'kysely';
import { HOUR_MS, type Limit, MINUTE_MS, network, takeOne } from './rate-limit.ts';

/** How often one may try to come in; docs/guides/accounts.md tells the operator the same numbers. */
const LIMITS = {
  /** Nobody's mailbox is filled by others. */
  letterTo: { name: 'letter to', most: 5, windowMs: HOUR_MS },
  letterFrom: { name: 'letter from', most: 20, windowMs: HOUR_MS },
  passwordOf: { name: 'password of', most: 10, windowMs: 15 * MINUTE_MS },
  passwordFrom: { name: 'password from', most: 30, windowMs: 15 * MINUTE_MS },
  tokenFrom: { name: 'admin token from', most: 10, windowMs: 15 * MINUTE_MS },
  ceremonyFrom: { name: 'ceremony from', most: 60, windowMs: 15 * MINUTE_MS },
} satisfies Record<string, Limit>;

export interface Limited {
  retryAt: number;
}

/**
 * Counts a try to sign in, by the account that it names and by the network that it comes from: neither many addresses
 * against one account nor one address against many get far. Known and unknown accounts are counted alike.
 */
export async function limitTry(
  db: Kysely<Schema>,
  kind: 'letter' | 'password' | 'token' | 'ceremony',
  { address, account }: { address: string; account?: string },
  now: number,
): Promise<Limited | undefined> {
  const from = await takeOne(db, LIMITS[`${kind}From`], network(address), now);
  if (from || account === undefined || (kind !== 'letter' && kind !== 'password')) return from;
  return takeOne(db, kind === 'letter' ? LIMITS.letterTo : LIMITS.passwordOf, account, now);
}
