import type { Schema } from '@broadsheet/database';
import type { Kysely, Selectable } from 'kysely';

export const ROLES = ['reader', 'editor', 'admin'] as const;
/** What a person may do here; each role may do all that the ones before it may. */
export type Role = (typeof ROLES)[number];

/** A person with an account, or the one local reader of a site without accounts. */
export interface Reader {
  id: number;
  name: string;
  /** How others name the reader: @handle. */
  handle?: string;
  /** Confirmed, or given by who invited the reader; nobody but its reader and administrators sees it. */
  email?: string;
  role: Role;
  kind: 'local' | 'account';
  createdAt: number;
  /** Since when the reader's votes count; absent while nothing has confirmed the account. */
  confirmedAt?: number;
  lockedAt?: number;
}

/** The name that stands where a reader was who has left. */
export const DELETED_NAME = 'deleted reader';
const MAX_NAME_CHARS = 60;

type ReaderRow = Selectable<Schema['reader']>;

/** The columns that `toReader` reads, for queries that join the reader. */
export const READER_COLUMNS = [
  'reader.id',
  'reader.kind',
  'reader.name',
  'reader.handle',
  'reader.email',
  'reader.role',
  'reader.created_at',
  'reader.confirmed_at',
  'reader.locked_at',
] as const;

export function toReader(row: Omit<ReaderRow, 'deleted_at'>): Reader {
  return {
    id: row.id,
    name: row.name,
    handle: row.handle ?? undefined,
    email: row.email ?? undefined,
    // A role that this program does not know gives no rights.
    role: ROLES.find((role) => role === row.role) ?? 'reader',
    kind: row.kind === 'local' ? 'local' : 'account',
    createdAt: row.created_at,
    confirmedAt: row.confirmed_at ?? undefined,
    lockedAt: row.locked_at ?? undefined,
  };
}

/** @returns undefined for a reader who is not here or has left. */
export async function findReader(db: Kysely<Schema>, id: number): Promise<Reader | undefined> {
  return one(db, 'id', id);
}

export async function findReaderByEmail(db: Kysely<Schema>, email: string): Promise<Reader | undefined> {
  return one(db, 'email', email);
}

export async function findReaderByHandle(db: Kysely<Schema>, handle: string): Promise<Reader | undefined> {
  return one(db, 'handle', handle.toLowerCase());
}

async function one(db: Kysely<Schema>, column: 'id' | 'email' | 'handle', value: number | string) {
  const row = await db
    .selectFrom('reader')
    .select(READER_COLUMNS)
    .where(`reader.${column}`, '=', value)
    .where('reader.deleted_at', 'is', null)
    .executeTakeFirst();
  return row && toReader(row);
}

export interface NewReader {
  name?: string;
  email?: string;
  role?: Role;
  /** Whether something outside vouches for the person: a confirmed address, or the site's own token. */
  isConfirmed: boolean;
}

/** Makes an account, inside the caller's transaction. Without a name it gets one that tells nothing about the person. */
export async function createReader(db: Kysely<Schema>, reader: NewReader, now: number): Promise<Reader> {
  const { id } = await db
    .insertInto('reader')
    .values({
      kind: 'account',
      name: cleanName(reader.name ?? '') ?? '',
      role: reader.role ?? 'reader',
      email: reader.email,
      created_at: now,
      confirmed_at: reader.isConfirmed ? now : null,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  const made = await db
    .updateTable('reader')
    .set((e) => ({
      name: e.case().when('name', '=', '').then(`Reader ${id}`).else(e.ref('name')).end(),
      handle: `reader-${id}`,
    }))
    .where('id', '=', id)
    .returning(['id', 'kind', 'name', 'handle', 'email', 'role', 'created_at', 'confirmed_at', 'locked_at'])
    .executeTakeFirstOrThrow();
  return toReader(made);
}

/** A name on one line, without what hides or reorders text; undefined where nothing is left. */
export function cleanName(name: string): string | undefined {
  const clean = name
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cs}\p{Co}\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return [...clean].slice(0, MAX_NAME_CHARS).join('').trim() || undefined;
}

export type ProfileOutcome = { reader: Reader } | { refused: string };

/** Changes how a reader is named to others. */
export async function renameReader(
  db: Kysely<Schema>,
  id: number,
  { name, handle }: { name: string; handle: string },
): Promise<ProfileOutcome> {
  const clean = cleanName(name);
  if (!clean) return { refused: 'A name needs at least one letter.' };
  const wanted = handle.trim().replace(/^@/, '').toLowerCase();
  if (!/^[a-z0-9](?:[a-z0-9-]{0,28}[a-z0-9])?$/.test(wanted))
    return { refused: 'A handle is 1 to 30 letters a to z, digits and hyphens, such as ada-lovelace.' };
  const holder = await findReaderByHandle(db, wanted);
  if ((holder && holder.id !== id) || (/^reader-\d+$/.test(wanted) && wanted !== `reader-${id}`))
    return { refused: `@${wanted} is another reader’s handle.` };
  await db.updateTable('reader').set({ name: clean, handle: wanted }).where('id', '=', id).execute();
  const reader = await findReader(db, id);
  if (!reader) return { refused: 'This account is no longer here.' };
  return { reader };
}
