import type { Schema } from '@broadsheet/database';
import type { Kysely } from 'kysely';

/**
 * What a person decides about a letter that is unknown, after asking its reader or looking at the server's log: that it
 * arrived, or that it is to go out again. Nothing but a person ever does.
 * @returns whether there was such a letter.
 */
export async function settleUnknown(
  db: Kysely<Schema>,
  id: number,
  decision: 'arrived' | 'again',
  now: number,
): Promise<boolean> {
  const set =
    decision === 'arrived'
      ? { state: 'sent' as const, settled_at: now, last_error: null, body_json: null, sender: null }
      : { state: 'queued' as const, settled_at: null, next_at: now, attempts: 0, sender: null };
  const result = await db
    .updateTable('letter')
    .set(set)
    .where('id', '=', id)
    .where('state', '=', 'unknown')
    .executeTakeFirst();
  return Number(result.numUpdatedRows) > 0;
}
