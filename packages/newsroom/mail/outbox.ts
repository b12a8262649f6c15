import { type Database, type LetterState, type LetterTable, type Schema, transaction } from '@broadsheet/database';
import { type Kysely, type Selectable, sql, type Updateable } from 'kysely';
import { addressHash } from './address.ts';
import { suppress } from './suppression.ts';
import type { Outcome } from './transport/index.ts';

export type LetterRow = Selectable<LetterTable>;

/** What becomes of a letter after an attempt. */
export interface LetterUpdate {
  set: Pick<Updateable<LetterTable>, 'state' | 'attempts' | 'next_at' | 'settled_at' | 'last_error' | 'body_json'>;
  /** The address, when it turned out not to exist. */
  deadAddress?: { address: string; said: string };
}

/** Pauses after the first, second, … temporary refusal; some three days in all, as RFC 5321 §4.5.4.1 would have it. */
const PAUSES_MS = [1, 5, 15, 60, 240, 720, 720, 720, 720, 720].map((minutes) => minutes * 60_000);
/** A letter that is of no use later. */
const LIFETIME_MS: Record<string, number> = { 'sign-in': 15 * 60_000 };

/** The letters that are due, those that someone waits for first. */
export function dueLetters(
  db: Kysely<Schema>,
  { now, limit, not, exceptDomains }: { now: number; limit: number; not: number[]; exceptDomains: string[] },
): Promise<LetterRow[]> {
  let query = db.selectFrom('letter').selectAll().where('state', '=', 'queued').where('next_at', '<=', now);
  if (not.length > 0) query = query.where('id', 'not in', not);
  if (exceptDomains.length > 0) query = query.where('domain', 'not in', exceptDomains);
  return query.orderBy('priority').orderBy('next_at').orderBy('id').limit(limit).execute();
}

/** What an outcome means for a letter. `retryAt`: when the transport is to be tried again, where it was unavailable. */
export function updateAfter(letter: LetterRow, outcome: Outcome, now: number, retryAt: number): LetterUpdate {
  const settled = (state: LetterState, last_error: string | null, keep = false): LetterUpdate => ({
    set: { state, settled_at: now, last_error, ...(keep ? {} : { body_json: null }) },
  });
  switch (outcome.kind) {
    case 'sent':
      return settled('sent', null);
    case 'unknown':
      return settled('unknown', shortened(outcome.error), true);
    case 'unavailable':
      return again(letter, retryAt, outcome.error, letter.attempts) ?? settled('failed', tooLate(outcome.error));
    case 'refused': {
      const error = shortened(outcome.error);
      if (outcome.isPermanent) {
        const update = settled('failed', error);
        return outcome.isAddress ? { ...update, deadAddress: { address: letter.to_address, said: error } } : update;
      }
      const pause = PAUSES_MS[letter.attempts];
      const later = pause === undefined ? undefined : again(letter, now + pause, outcome.error, letter.attempts + 1);
      return later ?? settled('failed', tooLate(outcome.error));
    }
  }
}

function again(letter: LetterRow, nextAt: number, error: string, attempts: number): LetterUpdate | undefined {
  const lifetime = LIFETIME_MS[letter.kind];
  if (lifetime !== undefined && nextAt > letter.created_at + lifetime) return undefined;
  return { set: { state: 'queued', attempts, next_at: nextAt, last_error: shortened(error) } };
}

/**
 * Stores how letters ended and writes down as `sending` those that are about to go out; returns which of them may.
 * An answer that comes after the letter was given up as unknown still counts.
 */
export async function storeProgress(
  database: Database,
  sender: string,
  ended: Map<number, LetterUpdate>,
  entering: number[],
  now: number,
): Promise<Set<number>> {
  const isSent = ([, { set }]: [number, LetterUpdate]) => set.state === 'sent';
  const sent = [...ended].filter(isSent);
  const others = [...ended].filter((one) => !isSent(one));
  if (others.length > 0) await storeEach(database, sender, others, now);
  // Nearly always this is all.
  const ids = sent.map(([id]) => id);
  const states = await advance(database.db, sender, { sent: ids, entering }, now);
  const missed = sent.filter(([id]) => states.get(id) !== 'sent');
  if (missed.length > 0) await storeEach(database, sender, missed, now);
  return new Set(entering.filter((id) => states.get(id) === 'sending'));
}

/**
 * The end of letters that were taken and the beginning of the next ones, in one statement, which is a transaction by
 * itself: it is what every letter costs. @returns the states of those that moved.
 */
async function advance(
  db: Kysely<Schema>,
  sender: string,
  { sent, entering }: { sent: number[]; entering: number[] },
  now: number,
): Promise<Map<number, LetterState>> {
  if (sent.length === 0 && entering.length === 0) return new Map();
  const among = (ids: number[]) => (ids.length > 0 ? sql`id in (${sql.join(ids)})` : sql`false`);
  const { rows } = await sql<{ id: number; state: LetterState }>`update letter set
      state = case state when 'queued' then 'sending' else 'sent' end,
      sender = case state when 'queued' then ${sender} end,
      sending_at = case state when 'queued' then ${now} else sending_at end,
      settled_at = case state when 'queued' then settled_at else ${now} end,
      last_error = case state when 'queued' then last_error end,
      body_json = case state when 'queued' then body_json end
    where (${among(entering)} and state = 'queued')
      or (${among(sent)} and state in ('sending', 'unknown') and sender = ${sender})
    returning id, state`.execute(db);
  return new Map(rows.map((row) => [row.id, row.state]));
}

function storeEach(database: Database, sender: string, ended: [number, LetterUpdate][], now: number): Promise<void> {
  return transaction(database, async (db) => {
    for (const [id, { set, deadAddress }] of ended) {
      await db
        .updateTable('letter')
        .set({ ...set, sender: null })
        .where('id', '=', id)
        .where((w) =>
          w.or([
            w('state', '=', 'queued'),
            w.and([w('state', 'in', ['sending', 'unknown']), w('sender', '=', sender)]),
          ]),
        )
        .execute();
      if (deadAddress) await suppress(db, deadAddress.address, 'hard-bounce', deadAddress.said, now);
    }
  });
}

/** Gives up as unknown what a sender that is gone had in doubt; returns how many. They are listed, and not sent again. */
export async function giveUpSending(database: Database, now: number): Promise<number> {
  const result = await database.db
    .updateTable('letter')
    .set({
      state: 'unknown',
      settled_at: now,
      last_error: 'The sender ended before the answer was stored: it may have been delivered.',
    })
    .where('state', '=', 'sending')
    .executeTakeFirst();
  return Number(result.numUpdatedRows);
}

/** The hashes among the given addresses that are not to be written to, with the reason. */
export async function suppressedAmong(db: Kysely<Schema>, addresses: string[]): Promise<Map<string, string>> {
  if (addresses.length === 0) return new Map();
  const byHash = new Map(addresses.map((address) => [addressHash(address), address]));
  const rows = await db
    .selectFrom('suppression')
    .select(['address_hash', 'reason'])
    .where('address_hash', 'in', [...byHash.keys()])
    .execute();
  return new Map(rows.map((row) => [byHash.get(row.address_hash) as string, row.reason]));
}

function tooLate(error: string): string {
  return `Given up: ${shortened(error)}`;
}

/** A server's answer may be a page. */
function shortened(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, 500);
}
