import type { Schema, SuppressionReason } from '@broadsheet/database';
import type { Kysely } from 'kysely';
import { addressHash } from './address.ts';

/**
 * Puts an address on the list of those that are left alone, and stops what it subscribed to. The list holds a hash and
 * outlives the address.
 */
export async function suppress(
  db: Kysely<Schema>,
  address: string,
  reason: SuppressionReason,
  detail: string | null,
  now: number,
): Promise<void> {
  await db
    .insertInto('suppression')
    .values({ address_hash: addressHash(address), reason, detail, at: now })
    // A complaint weighs more than a full mailbox; the first reason of equal weight stays.
    .onConflict((c) =>
      reason === 'complaint' ? c.column('address_hash').doUpdateSet({ reason, detail, at: now }) : c.doNothing(),
    )
    .execute();
  await db
    .updateTable('subscriber')
    .set({ state: 'stopped', left_at: now })
    .where('address', '=', address)
    .where('state', '!=', 'stopped')
    .execute();
}

/** Takes an address off the list, when its owner has asked for that; returns whether it was on it. */
export async function unsuppress(db: Kysely<Schema>, address: string): Promise<boolean> {
  const result = await db.deleteFrom('suppression').where('address_hash', '=', addressHash(address)).executeTakeFirst();
  return Number(result.numDeletedRows) > 0;
}

/** Whether a letter of this kind may go to an address with this reason against it. */
export function mayStillGet(reason: string, kind: string): boolean {
  // Who pressed "this is spam" on a digest can still sign in; an address that does not exist cannot.
  return reason !== 'hard-bounce' && kind === 'sign-in';
}
