import { createHash } from 'node:crypto';
import type { Database } from '@broadsheet/database';

/** A larger answer is not worth its room: what it said is in the papers by then. */
const MAX_KEPT_CHARS = 4 * 1024 * 1024;

/** An answer to this address that still holds. */
export async function keptAnswer({ db }: Database, url: string, now: number): Promise<string | undefined> {
  const row = await db
    .selectFrom('kept_answer')
    .select('body')
    .where('address_hash', '=', hashOf(url))
    .where('kept_until', '>', now)
    .executeTakeFirst();
  return row?.body;
}

/** Keeps an answer, and lets go of those that no longer hold. */
export async function keepAnswer(
  { db }: Database,
  { url, body, until, now }: { url: string; body: string; until: number; now: number },
): Promise<void> {
  await db.deleteFrom('kept_answer').where('kept_until', '<=', now).execute();
  if (body.length > MAX_KEPT_CHARS) return;
  const row = { kept_until: until, body };
  await db
    .insertInto('kept_answer')
    .values({ address_hash: hashOf(url), ...row })
    .onConflict((c) => c.column('address_hash').doUpdateSet(row))
    .execute();
}

function hashOf(url: string): string {
  return createHash('sha256').update(url).digest('base64url');
}
