import { randomUUID } from 'node:crypto';
import type { Database } from './dialects/index.ts';
import { transaction } from './transaction.ts';

/** A name that one process at a time may hold: the scheduler's leadership, a pull of one source. */
export interface Lease {
  readonly name: string;
  /** @returns whether it is still ours. */
  renew(): Promise<boolean>;
  release(): Promise<void>;
}

/** Takes a lease that is free or has run out; undefined while another process holds it. */
export async function takeLease(
  database: Database,
  name: string,
  { ttlMs, now }: { ttlMs: number; now: () => number },
): Promise<Lease | undefined> {
  const owner = randomUUID();
  const taken = await transaction(database, async (db) => {
    const at = now();
    const result = await db
      .insertInto('lease')
      .values({ name, owner, until_at: at + ttlMs })
      .onConflict((c) =>
        c
          .column('name')
          .doUpdateSet({ owner, until_at: at + ttlMs })
          .where('lease.until_at', '<', at),
      )
      .executeTakeFirst();
    return Number(result.numInsertedOrUpdatedRows ?? 0) > 0;
  });
  if (!taken) return undefined;
  return {
    name,
    async renew() {
      const result = await database.db
        .updateTable('lease')
        .set({ until_at: now() + ttlMs })
        .where('name', '=', name)
        .where('owner', '=', owner)
        .executeTakeFirst();
      return Number(result.numUpdatedRows) > 0;
    },
    async release() {
      await database.db.deleteFrom('lease').where('name', '=', name).where('owner', '=', owner).execute();
    },
  };
}
