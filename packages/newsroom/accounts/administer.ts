import { type Schema, transaction } from '@broadsheet/database';
import { type Kysely, sql } from 'kysely';
import { audit } from '../audit/index.ts';
import type { Host } from '../host/index.ts';
import { parseAddress } from '../mail/index.ts';
import { confirmReader } from './confirm.ts';
import {
  createReader,
  findReader,
  findReaderByEmail,
  READER_COLUMNS,
  type Reader,
  type Role,
  toReader,
} from './reader.ts';

/** Readers, newest first, found by a part of name, handle or address. */
export async function listReaders(
  db: Kysely<Schema>,
  { search, before, limit = 50 }: { search?: string; before?: number; limit?: number } = {},
): Promise<Reader[]> {
  let query = db.selectFrom('reader').select(READER_COLUMNS).where('reader.kind', 'in', ['local', 'account']);
  if (before !== undefined) query = query.where('reader.id', '<', before);
  if (search) {
    const part = `%${search.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
    query = query.where(
      sql<boolean>`(lower(reader.name) like ${part} escape '\\' or reader.handle like ${part} escape '\\' or reader.email like ${part} escape '\\')`,
    );
  }
  return (await query.orderBy('reader.id', 'desc').limit(limit).execute()).map(toReader);
}

/** @returns why it is refused; undefined when it is done. */
export async function changeRole(
  host: Host,
  actorId: number,
  readerId: number,
  role: Role,
): Promise<string | undefined> {
  return change(host, readerId, async (db, reader) => {
    if (reader.role === role) return undefined;
    if (reader.role === 'admin' && (await countAdmins(db)) === 1)
      return 'This is the only administrator; make another one first.';
    await db.updateTable('reader').set({ role }).where('id', '=', readerId).execute();
    const detail = { from: reader.role, to: role };
    await audit(db, { actorId, action: 'reader.role', subject: `reader ${readerId}`, detail }, host.now());
    return undefined;
  });
}

/** Locks an account, which ends its sessions, or unlocks it. Its words and votes stay as they are. */
export async function lockReader(
  host: Host,
  actorId: number,
  readerId: number,
  on: boolean,
): Promise<string | undefined> {
  return change(host, readerId, async (db, reader) => {
    if (on === (reader.lockedAt !== undefined)) return undefined;
    if (reader.kind === 'local' || readerId === actorId) return 'You cannot lock yourself out.';
    const now = host.now();
    await db
      .updateTable('reader')
      .set({ locked_at: on ? now : null })
      .where('id', '=', readerId)
      .execute();
    if (on) await db.deleteFrom('reader_session').where('reader_id', '=', readerId).execute();
    await audit(db, { actorId, action: on ? 'reader.lock' : 'reader.unlock', subject: `reader ${readerId}` }, now);
    return undefined;
  });
}

/** Vouches for an account that has shown no address, so that its votes count. */
export async function vouchFor(host: Host, actorId: number, readerId: number): Promise<string | undefined> {
  const refused = await change(host, readerId, async (db) => {
    await confirmReader(host, db, readerId, undefined);
    await audit(db, { actorId, action: 'reader.confirm', subject: `reader ${readerId}` }, host.now());
    return undefined;
  });
  await host.contentChanged();
  return refused;
}

/** Makes an account for an address, whose owner then signs in by mail; for sites that take readers by invitation. */
export async function inviteReader(
  host: Host,
  actorId: number,
  { email: given, role }: { email: string; role: Role },
): Promise<{ reader: Reader } | { refused: string }> {
  const email = parseAddress(given);
  if (!email) return { refused: 'This is no mail address; it should look like name@example.org.' };
  return transaction(host.database, async (db) => {
    if (await findReaderByEmail(db, email)) return { refused: 'There is an account for this address already.' };
    const reader = await createReader(db, { email, role, isConfirmed: false }, host.now());
    await audit(db, { actorId, action: 'reader.invite', subject: `reader ${reader.id}`, detail: { role } }, host.now());
    return { reader };
  });
}

async function change(
  host: Host,
  readerId: number,
  work: (db: Kysely<Schema>, reader: Reader) => Promise<string | undefined>,
): Promise<string | undefined> {
  return transaction(host.database, async (db) => {
    const reader = await findReader(db, readerId);
    return reader ? work(db, reader) : 'This reader is not here, or has left.';
  });
}

/** How many readers administer this site; one must always be left. */
export async function countAdmins(db: Kysely<Schema>): Promise<number> {
  const row = await db
    .selectFrom('reader')
    .select((s) => s.fn.countAll<number>().as('count'))
    .where('role', '=', 'admin')
    .where('deleted_at', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}
