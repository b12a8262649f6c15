import type { Schema } from '@broadsheet/database';
import type { Kysely } from 'kysely';
import { READER_COLUMNS, type Reader, toReader } from './reader.ts';
import { fingerprint, newSecret } from './secrets.ts';

const DAY_MS = 86_400_000;
/** A session that is not used ends after this. */
const IDLE_MS = 30 * DAY_MS;
/** However much it is used, a session ends after this. */
const LONGEST_MS = 365 * DAY_MS;
/** Using it is written down this often, so that reading does not write. */
const SEEN_MS = 3_600_000;

/** How a session was opened. */
export type Way = 'mail' | 'passkey' | 'password' | 'token' | `with ${string}`;

/** One of a reader's open sessions, as the account page lists it. */
export interface SessionView {
  id: number;
  way: string;
  agent: string;
  createdAt: number;
  seenAt: number;
}

/**
 * Opens a session, inside the caller's transaction. The secret is new each time: whatever the browser held before is
 * never taken over, and `replacing` ends it.
 * @returns the secret for the cookie; only its fingerprint is stored.
 */
export async function openSession(
  db: Kysely<Schema>,
  readerId: number,
  { way, agent, now, replacing }: { way: Way; agent: string; now: number; replacing?: number },
): Promise<string> {
  const secret = newSecret();
  if (replacing !== undefined) await db.deleteFrom('reader_session').where('id', '=', replacing).execute();
  await db
    .insertInto('reader_session')
    .values({
      ...{ secret_hash: fingerprint(secret), reader_id: readerId, way, agent: agent.slice(0, 200) },
      ...{ created_at: now, seen_at: now, expires_at: now + IDLE_MS },
    })
    .execute();
  return secret;
}

/** The reader of a session that is open, whose account is neither locked nor deleted. */
export async function readSession(
  db: Kysely<Schema>,
  secret: string,
  now: number,
): Promise<{ reader: Reader; sessionId: number } | undefined> {
  const row = await db
    .selectFrom('reader_session as s')
    .innerJoin('reader', 'reader.id', 's.reader_id')
    .select(READER_COLUMNS)
    .select(['s.id as session_id', 's.seen_at', 's.created_at as opened_at'])
    .where('s.secret_hash', '=', fingerprint(secret))
    .where('s.expires_at', '>', now)
    .where('reader.deleted_at', 'is', null)
    .where('reader.locked_at', 'is', null)
    .executeTakeFirst();
  if (!row) return undefined;
  if (now - row.seen_at >= SEEN_MS) {
    await db
      .updateTable('reader_session')
      .set({ seen_at: now, expires_at: Math.min(now + IDLE_MS, row.opened_at + LONGEST_MS) })
      .where('id', '=', row.session_id)
      .execute();
  }
  return { reader: toReader(row), sessionId: row.session_id };
}

export async function sessionsOf(db: Kysely<Schema>, readerId: number, now: number): Promise<SessionView[]> {
  const rows = await db
    .selectFrom('reader_session')
    .select(['id', 'way', 'agent', 'created_at', 'seen_at'])
    .where('reader_id', '=', readerId)
    .where('expires_at', '>', now)
    .orderBy('seen_at', 'desc')
    .execute();
  return rows.map(({ created_at, seen_at, ...row }) => ({ ...row, createdAt: created_at, seenAt: seen_at }));
}

/** Ends one session of this reader, or all but one. Another reader's session is never found by its number. */
export async function endSessions(
  db: Kysely<Schema>,
  readerId: number,
  which: { id: number } | { allBut?: number },
): Promise<number> {
  let query = db.deleteFrom('reader_session').where('reader_id', '=', readerId);
  if ('id' in which) query = query.where('id', '=', which.id);
  else if (which.allBut !== undefined) query = query.where('id', '!=', which.allBut);
  const { numDeletedRows } = await query.executeTakeFirst();
  return Number(numDeletedRows);
}
