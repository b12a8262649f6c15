import { randomUUID } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import type { Database } from './dialects/index.ts';
import type { Schema } from './schema.ts';
import { transaction } from './transaction.ts';

/** A name that one process at a time may hold: the scheduler's leadership, a pull of one source. */
export interface Lease {
  readonly name: string;
  /** Gives it up in a transaction of whoever holds it. */
  releaseIn(db: Kysely<Schema>): Promise<void>;
  /** @returns whether it is still ours. */
  renew(): Promise<boolean>;
  /** Gives it up; with a pause, nobody may take it before that has passed. */
  release(options?: { pauseMs?: number }): Promise<void>;
}

/** A lease that is yet to be taken, in a transaction of whoever takes it. */
export interface LeaseToTake extends Lease {
  /** @returns false while another process holds it */
  takeIn(db: Kysely<Schema>): Promise<boolean>;
}

/**
 * Takes a lease that is free or has run out; undefined while another process holds it.
 */
export async function takeLease(database: Database, name: string, options: LeaseOptions): Promise<Lease | undefined> {
  const lease = leaseOn(database, name, options);
  return (await transaction(database, (db) => lease.takeIn(db))) ? lease : undefined;
}

export interface LeaseOptions {
  readonly ttlMs: number;
  /** Where absent the store's own clock counts, so that machines whose clocks differ agree. */
  readonly now?: () => number;
}

/** A lease that nobody holds yet here. */
export function leaseOn(database: Database, name: string, { ttlMs, now }: LeaseOptions): LeaseToTake {
  const owner = randomUUID();
  const at = now
    ? () => sql<number>`${sql.lit(Math.trunc(now()))}`
    : database.name === 'postgres'
      ? () => sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`
      : () => sql<number>`${sql.lit(Date.now())}`;
  const until = () => sql<number>`${at()} + ${sql.lit(ttlMs)}`;
  const releaseIn = async (db: Kysely<Schema>) => {
    await db.deleteFrom('lease').where('name', '=', name).where('owner', '=', owner).execute();
  };
  return {
    name,
    async takeIn(db) {
      const result = await db
        .insertInto('lease')
        .values({ name, owner, until_at: until() })
        .onConflict((c) =>
          c.column('name').doUpdateSet({ owner, until_at: until() }).where('lease.until_at', '<', at()),
        )
        .executeTakeFirst();
      return Number(result.numInsertedOrUpdatedRows ?? 0) > 0;
    },
    releaseIn,
    async renew() {
      const result = await database.db
        .updateTable('lease')
        .set({ until_at: until() })
        .where('name', '=', name)
        .where('owner', '=', owner)
        .executeTakeFirst();
      return Number(result.numUpdatedRows) > 0;
    },
    async release({ pauseMs = 0 } = {}) {
      const { db } = database;
      if (pauseMs === 0) return releaseIn(db);
      const until_at = sql<number>`${at()} + ${sql.lit(pauseMs)}`;
      await db.updateTable('lease').set({ until_at }).where('name', '=', name).where('owner', '=', owner).execute();
    },
  };
}

export interface HoldOptions {
  /** How long a holder that has died keeps the others waiting. */
  ttlMs: number;
  onHeld(): void;
  /** Called when the lease went to another, or could not be renewed in its time; what onHeld began must end now. */
  onLost(): void;
  log?: (level: 'info' | 'warn', message: string, fields: Record<string, unknown>) => void;
}

/** Tries to hold a lease for as long as this process lives: one leader among all that call it, another when it dies. */
export function holdLease(database: Database, name: string, options: HoldOptions): { stop(): Promise<void> } {
  const { ttlMs, onHeld, onLost, log = () => undefined } = options;
  let lease: Lease | undefined;
  let renewedAt = 0;
  const lose = () => {
    if (!lease) return;
    lease = undefined;
    onLost();
  };
  const step = async () => {
    const askedAt = Date.now();
    try {
      // After the machine slept through the lease, another may lead already: ours ends before it is asked for again.
      if (lease && askedAt - renewedAt >= ttlMs) lose();
      if (lease) {
        if (await lease.renew()) renewedAt = askedAt;
        else lose();
        return;
      }
      lease = await takeLease(database, name, { ttlMs });
      if (lease) {
        renewedAt = askedAt;
        onHeld();
      }
    } catch (error) {
      log('warn', `lease "${name}": the store did not answer`, { error: String(error) });
      if (lease && Date.now() - renewedAt >= ttlMs) lose();
    }
  };
  const stopping = new AbortController();
  const loop = (async () => {
    while (!stopping.signal.aborted) {
      await step();
      await pause(ttlMs / 3, stopping.signal);
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await loop;
      const held = lease;
      lose();
      await held?.release().catch(() => undefined);
    },
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    timer.unref();
    signal.addEventListener('abort', done);
  });
}
