import type { Schema } from '@broadsheet/database';
import type { Kysely } from 'kysely';
import type { Host } from '../host/index.ts';
import { Rides } from './rides.ts';
import type { Budget } from './state.ts';

/** A reservation of a process that died counts no more after this; longer than any call may take. */
const LEASE_MS = 20 * 60_000;
/** What a call is for says how far into the budget it may go: probes end before the chat, and the chat before the closing checks. */
const SHARES = { probe: 0.8, chat: 0.9, closing: 1 } as const;
export type Purpose = keyof typeof SHARES;

export class OverBudget extends Error {
  override name = 'OverBudget';
}

/** What one call takes. */
export interface Cost {
  readonly tokens: number;
  /** Millionths of the site's currency. */
  readonly micros: number;
}

/** What all calls of a decision have taken. */
export interface Spent extends Cost {
  readonly calls: number;
}

/**
 * Reserves what a call may take at most. Settled and reserved ones together never pass the budget of tokens, calls or
 * money, however many ask at once.
 * @throws {OverBudget} when it would
 */
export async function reserve(
  host: Host,
  decisionId: string,
  cost: Cost,
  budget: Budget,
  purpose: Purpose = 'chat',
  rides = new Rides(),
): Promise<number> {
  const reserved = await rides.commit(host, (db) => reserveIn(db, host, decisionId, cost, budget, purpose));
  if (reserved instanceof OverBudget) throw reserved;
  return reserved;
}

/** The same in a transaction of whoever asks; a refusal is an answer, and undoes nothing of what is written with it. */
export async function reserveIn(
  db: Kysely<Schema>,
  host: Host,
  decisionId: string,
  cost: Cost,
  budget: Budget,
  purpose: Purpose,
): Promise<number | OverBudget> {
  // The row's lock lets one reservation at a time through.
  await db
    .updateTable('decision')
    .set((e) => ({ updated_at: e.ref('updated_at') }))
    .where('id', '=', decisionId)
    .execute();
  const used = await sumOf(
    callsOf(db, decisionId).where((e) => e.or([e('state', '=', 'settled'), e('lease_until', '>', host.now())])),
  );
  const share = SHARES[purpose];
  const refusal =
    whyOver('tokens', used.tokens + cost.tokens, budget.tokens, share) ??
    whyOver('calls', used.calls + 1, budget.calls, share) ??
    (budget.micros === null
      ? null
      : whyOver('in money', (used.micros + cost.micros) / 1e6, budget.micros / 1e6, share));
  if (refusal) return refusal;
  const { id } = await db
    .insertInto('decision_call')
    .values({
      decision_id: decisionId,
      state: 'reserved',
      ...cost,
      at: host.now(),
      lease_until: host.now() + LEASE_MS,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

function whyOver(what: string, wanted: number, limit: number, share: number): OverBudget | null {
  if (wanted <= limit * share) return null;
  const kept =
    share === SHARES.probe
      ? '; a fifth is kept for the talk and the closing checks'
      : share === SHARES.chat
        ? '; a tenth is kept for the closing checks'
        : '';
  return new OverBudget(
    `This would take ${Number(wanted.toFixed(4))} of ${limit} ${what}${kept}. Decide with what is there, or stop.`,
  );
}

/** Writes down what a call really took; one that brought nothing took nothing, and is forgotten. */
export async function settle(db: Kysely<Schema>, reservation: number, { tokens, micros }: Cost): Promise<void> {
  if (tokens === 0) await db.deleteFrom('decision_call').where('id', '=', reservation).execute();
  else
    await db
      .updateTable('decision_call')
      .set({ state: 'settled', tokens, micros })
      .where('id', '=', reservation)
      .execute();
}

/** @param since only calls that began at or after this instant */
export async function spentOn(host: Host, decisionId: string, since = 0): Promise<Spent> {
  return sumOf(callsOf(host.database.db, decisionId).where('state', '=', 'settled').where('at', '>=', since));
}

function callsOf(db: Kysely<Schema>, decisionId: string) {
  return db.selectFrom('decision_call').where('decision_id', '=', decisionId);
}

async function sumOf(calls: ReturnType<typeof callsOf>): Promise<Spent> {
  const row = await calls
    .select((e) => [
      e.fn.countAll<number>().as('calls'),
      e.fn.coalesce(e.fn.sum<number>('tokens'), e.lit(0)).as('tokens'),
      e.fn.coalesce(e.fn.sum<number>('micros'), e.lit(0)).as('micros'),
    ])
    .executeTakeFirstOrThrow();
  return { calls: Number(row.calls), tokens: Number(row.tokens), micros: Number(row.micros) };
}
