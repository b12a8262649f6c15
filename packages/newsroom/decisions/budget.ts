import { transaction } from '@broadsheet/database';
import type { Host } from '../host/index.ts';

/** A reservation of a process that died counts no more after this. */
const LEASE_MS = 5 * 60_000;
/** Kept for the checks that close a decision: the chat ends before them. */
const KEPT_SHARE = 0.1;

export class OverBudget extends Error {
  override name = 'OverBudget';
}

/**
 * Reserves tokens before a call. Settled and reserved ones together never pass the budget, however many ask at once.
 * @param isClosing may use the tenth that is kept for closing checks
 * @throws {OverBudget} when it would
 */
export async function reserve(
  host: Host,
  decisionId: string,
  tokens: number,
  budget: number,
  { isClosing = false } = {},
): Promise<number> {
  return transaction(host.database, async (db) => {
    // The row's lock lets one reservation at a time through.
    await db
      .updateTable('decision')
      .set((e) => ({ updated_at: e.ref('updated_at') }))
      .where('id', '=', decisionId)
      .execute();
    const { used } = await db
      .selectFrom('decision_call')
      .select((e) => e.fn.coalesce(e.fn.sum<number>('tokens'), e.lit(0)).as('used'))
      .where('decision_id', '=', decisionId)
      .where((e) => e.or([e('state', '=', 'settled'), e('lease_until', '>', host.now())]))
      .executeTakeFirstOrThrow();
    const limit = isClosing ? budget : budget * (1 - KEPT_SHARE);
    if (Number(used) + tokens > limit)
      throw new OverBudget(
        `This would take ${Number(used) + tokens} of ${budget} tokens${isClosing ? '' : '; a tenth is kept for the closing checks'}. Raise the budget, or decide with what is there.`,
      );
    const { id } = await db
      .insertInto('decision_call')
      .values({ decision_id: decisionId, state: 'reserved', tokens, lease_until: host.now() + LEASE_MS })
      .returning('id')
      .executeTakeFirstOrThrow();
    return id;
  });
}

/** Writes down what a call really took; a call that failed took nothing. */
export async function settle(host: Host, reservation: number, tokens: number): Promise<void> {
  await host.database.db
    .updateTable('decision_call')
    .set({ state: 'settled', tokens })
    .where('id', '=', reservation)
    .execute();
}

export async function tokensUsed(host: Host, decisionId: string): Promise<number> {
  const { used } = await host.database.db
    .selectFrom('decision_call')
    .select((e) => e.fn.coalesce(e.fn.sum<number>('tokens'), e.lit(0)).as('used'))
    .where('decision_id', '=', decisionId)
    .where('state', '=', 'settled')
    .executeTakeFirstOrThrow();
  return Number(used);
}
