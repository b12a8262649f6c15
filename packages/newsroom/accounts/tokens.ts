import type { Schema } from '@broadsheet/database';
import type { Kysely } from 'kysely';
import { SCOPES, type Scope } from './access.ts';
import { cleanName, READER_COLUMNS, type Reader, toReader } from './reader.ts';
import { fingerprint, newSecret } from './secrets.ts';

/** Begins every token, so that one that leaked is known for what it is. */
export const TOKEN_PREFIX = 'bsh_';
const MAX_TOKENS = 20;
const SEEN_MS = 3_600_000;

/** One of a reader's tokens, as the account page lists it; the token itself is shown once, when it is made. */
export interface TokenView {
  id: number;
  name: string;
  scopes: Scope[];
  createdAt: number;
  usedAt?: number;
  expiresAt?: number;
}

export type TokenOutcome = { token: string } | { refused: string };

/** Makes a personal token; only its fingerprint is stored, so it can be shown now and never again. */
export async function createToken(
  db: Kysely<Schema>,
  readerId: number,
  { name, scopes, expiresAt, now }: { name: string; scopes: readonly string[]; expiresAt?: number; now: number },
): Promise<TokenOutcome> {
  const chosen = SCOPES.filter((scope) => scopes.includes(scope));
  if (chosen.length === 0 || chosen.length !== new Set(scopes).size)
    return { refused: `Choose at least one of the scopes ${SCOPES.join(', ')}.` };
  const label = cleanName(name);
  if (!label) return { refused: 'Give the token a name, so that you know later what uses it.' };
  const { count } = await db
    .selectFrom('api_token')
    .select((s) => s.fn.countAll<number>().as('count'))
    .where('reader_id', '=', readerId)
    .executeTakeFirstOrThrow();
  if (Number(count) >= MAX_TOKENS) return { refused: `You have ${MAX_TOKENS} tokens already; revoke one first.` };
  const token = newSecret(TOKEN_PREFIX);
  await db
    .insertInto('api_token')
    .values({
      ...{ secret_hash: fingerprint(token), reader_id: readerId, name: label, scopes_json: JSON.stringify(chosen) },
      ...{ created_at: now, expires_at: expiresAt ?? null },
    })
    .execute();
  return { token };
}

/** The reader of a token that is valid, whose account is neither locked nor deleted, and what it may be used for. */
export async function readToken(
  db: Kysely<Schema>,
  token: string,
  now: number,
): Promise<{ reader: Reader; scopes: Scope[] } | undefined> {
  const row = await db
    .selectFrom('api_token as t')
    .innerJoin('reader', 'reader.id', 't.reader_id')
    .select(READER_COLUMNS)
    .select(['t.id as token_id', 't.scopes_json', 't.used_at'])
    .where('t.secret_hash', '=', fingerprint(token))
    .where((w) => w.or([w('t.expires_at', 'is', null), w('t.expires_at', '>', now)]))
    .where('reader.deleted_at', 'is', null)
    .where('reader.locked_at', 'is', null)
    .executeTakeFirst();
  if (!row) return undefined;
  if (now - (row.used_at ?? 0) >= SEEN_MS)
    await db.updateTable('api_token').set({ used_at: now }).where('id', '=', row.token_id).execute();
  return { reader: toReader(row), scopes: scopesOf(row.scopes_json) };
}

export async function tokensOf(db: Kysely<Schema>, readerId: number): Promise<TokenView[]> {
  const rows = await db.selectFrom('api_token').selectAll().where('reader_id', '=', readerId).orderBy('id').execute();
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    scopes: scopesOf(row.scopes_json),
    createdAt: row.created_at,
    usedAt: row.used_at ?? undefined,
    expiresAt: row.expires_at ?? undefined,
  }));
}

/** @returns whether this reader had such a token. */
export async function revokeToken(db: Kysely<Schema>, readerId: number, id: number): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('api_token')
    .where('reader_id', '=', readerId)
    .where('id', '=', id)
    .executeTakeFirst();
  return Number(numDeletedRows) > 0;
}

function scopesOf(json: string): Scope[] {
  const stored: unknown = JSON.parse(json);
  return SCOPES.filter((scope) => Array.isArray(stored) && stored.includes(scope));
}
