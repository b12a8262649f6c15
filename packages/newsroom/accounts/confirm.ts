import type { Schema } from '@broadsheet/database';
import type { Kysely } from 'kysely';
import type { Host } from '../host/index.ts';
import { countWaitingVotes } from '../votes/index.ts';
import { findReader, findReaderByEmail } from './reader.ts';

/**
 * Confirms an account, inside the caller's transaction: from now on its votes count, those that wait included.
 * @param email an address that was just shown to be the reader's; undefined where an administrator vouches.
 * @returns whether it was done; false where the address has become another reader's meanwhile, or the reader has left.
 */
export async function confirmReader(
  host: Host,
  db: Kysely<Schema>,
  readerId: number,
  email: string | undefined,
): Promise<boolean> {
  const reader = await findReader(db, readerId);
  const holder = email === undefined ? undefined : await findReaderByEmail(db, email);
  if (!reader || (holder && holder.id !== readerId)) return false;
  await db
    .updateTable('reader')
    .set((e) => ({ confirmed_at: e.fn.coalesce('confirmed_at', e.val(host.now())), ...(email ? { email } : {}) }))
    .where('id', '=', readerId)
    .execute();
  await countWaitingVotes(host.database, db, reader, host.now());
  return true;
}
