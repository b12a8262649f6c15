import { isIPv6 } from 'node:net';
import type { Schema } from '@broadsheet/database';
import { type Kysely, sql } from 'kysely';
import { fingerprint } from './secrets.ts';

/** So many in a window, e.g. five sign-in letters an hour to one address. */
export interface Limit {
  /** What is limited, e.g. 'sign-in address'. */
  name: string;
  most: number;
  windowMs: number;
}

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;

/**
 * Takes one of a limited number, counted in the store so that all processes share it. One statement: two at once cannot
 * both take the last. Who and what is limited is kept as a fingerprint and only for its window.
 * @param of whom it is counted for: a client's address, an account, an e-mail address.
 * @returns undefined where it was taken; else when the next window begins.
 */
export async function takeOne(
  db: Kysely<Schema>,
  { name, most, windowMs }: Limit,
  of: string,
  now: number,
): Promise<{ retryAt: number } | undefined> {
  const row = await db
    .insertInto('rate_limit')
    .values({ key: fingerprint(`${name}\n${of}`), taken: 1, until_at: now + windowMs })
    .onConflict((c) =>
      c.column('key').doUpdateSet({
        taken: sql`case when rate_limit.until_at <= ${now} then 1 else rate_limit.taken + 1 end`,
        until_at: sql`case when rate_limit.until_at <= ${now} then excluded.until_at else rate_limit.until_at end`,
      }),
    )
    .returning(['taken', 'until_at'])
    .executeTakeFirstOrThrow();
  // Whoever begins a window sweeps out those that are over; most calls do not.
  if (row.taken === 1) await db.deleteFrom('rate_limit').where('until_at', '<=', now).execute();
  return row.taken <= most ? undefined : { retryAt: row.until_at };
}

/** A client's address as limits count it: an IPv6 customer has a whole /64 to ask from. */
export function network(address: string): string {
  if (!isIPv6(address)) return address;
  const [head, tail = ''] = address.split('::');
  const left = head.split(':').filter(Boolean);
  const right = tail.split(':').filter(Boolean);
  const missing = address.includes('::') ? 8 - left.length - right.length : 0;
  const groups = [...left, ...Array.from({ length: Math.max(0, missing) }, () => '0'), ...right];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
