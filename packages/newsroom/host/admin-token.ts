import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { transaction } from '@broadsheet/database';
import type { Host } from './index.ts';

const KEY = 'admin-token-sha256';

/**
 * Makes the one-time token of the first administrator, once in a site's life. Only its fingerprint is stored.
 * @returns the token to print; undefined when one was made before.
 */
export async function createAdminToken(host: Host): Promise<string | undefined> {
  const token = randomBytes(18).toString('base64url');
  const made = await transaction(host.database, async (db) => {
    const result = await db
      .insertInto('setting')
      .values({ key: KEY, value_json: JSON.stringify(fingerprint(token)) })
      .onConflict((c) => c.doNothing())
      .executeTakeFirst();
    return Number(result.numInsertedOrUpdatedRows ?? 0) > 0;
  });
  return made ? token : undefined;
}

/**
 * Uses the token up: it opens the door once.
 * @returns the secret of the session that it opens; undefined for a wrong or used token.
 */
export async function redeemAdminToken(host: Host, token: string): Promise<string | undefined> {
  const session = randomBytes(24).toString('base64url');
  return transaction(host.database, async (db) => {
    const row = await db.selectFrom('setting').select('value_json').where('key', '=', KEY).executeTakeFirst();
    if (!row || !isSame(JSON.parse(row.value_json), fingerprint(token))) return undefined;
    await db.updateTable('setting').set({ value_json: '""' }).where('key', '=', KEY).execute();
    await db
      .insertInto('setting')
      .values({ key: `admin-session ${fingerprint(session)}`, value_json: JSON.stringify({ since: host.now() }) })
      .execute();
    return session;
  });
}

/** Whether a session's secret belongs to the administrator. */
export async function isAdminSession(host: Host, session: string | undefined): Promise<boolean> {
  if (!session) return false;
  const key = `admin-session ${fingerprint(session)}`;
  const row = await host.database.db.selectFrom('setting').select('key').where('key', '=', key).executeTakeFirst();
  return row !== undefined;
}

function fingerprint(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

function isSame(a: unknown, b: string): boolean {
  return typeof a === 'string' && a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
