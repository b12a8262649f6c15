import { timingSafeEqual } from 'node:crypto';
import { transaction } from '@broadsheet/database';
import { audit } from '../audit/index.ts';
import type { Host } from '../host/index.ts';
import type { Acting } from './access.ts';
import { localReader } from './local-reader.ts';
import { createReader } from './reader.ts';
import { fingerprint, newSecret } from './secrets.ts';
import { openSession } from './sessions.ts';

const KEY = 'admin-token-sha256';

/**
 * Makes the one-time token of the first administrator, once in a site's life unless `again`. Only its fingerprint is
 * stored; a new one makes the one before it worthless.
 * @returns the token to print; undefined when one was made before.
 */
export async function createAdminToken(host: Host, { again = false } = {}): Promise<string | undefined> {
  const token = newSecret();
  const value_json = JSON.stringify(fingerprint(token));
  const made = await transaction(host.database, async (db) => {
    const insert = db.insertInto('setting').values({ key: KEY, value_json });
    const result = await insert
      .onConflict((c) => (again ? c.column('key').doUpdateSet({ value_json }) : c.doNothing()))
      .executeTakeFirst();
    return Number(result.numInsertedOrUpdatedRows ?? 0) > 0;
  });
  return made ? token : undefined;
}

/**
 * Uses the token up: it opens the door once. Whoever is signed in becomes administrator; who is not gets an account that
 * is, or on a site without accounts enters as the local reader.
 * @returns the secret of the new session; undefined for a wrong or used token.
 */
export async function redeemAdminToken(
  host: Host,
  token: string,
  { acting, agent }: { acting: Acting; agent: string },
): Promise<string | undefined> {
  const local = host.settings.mode === 'none' ? await localReader(host) : undefined;
  const now = host.now();
  return transaction(host.database, async (db) => {
    const row = await db.selectFrom('setting').select('value_json').where('key', '=', KEY).executeTakeFirst();
    if (!row || !isSame(JSON.parse(row.value_json), fingerprint(token))) return undefined;
    // The condition decides between two that enter it at once.
    const used = await db
      .updateTable('setting')
      .set({ value_json: '""' })
      .where('key', '=', KEY)
      .where('value_json', '=', row.value_json)
      .executeTakeFirst();
    if (Number(used.numUpdatedRows) === 0) return undefined;
    const signedIn = acting.via === 'session' ? acting.reader : undefined;
    const reader = local ?? signedIn ?? (await createReader(db, { name: 'Administrator', isConfirmed: true }, now));
    await db
      .updateTable('reader')
      .set((e) => ({ role: 'admin', confirmed_at: e.fn.coalesce('confirmed_at', e.val(now)) }))
      .where('id', '=', reader.id)
      .execute();
    await audit(db, { actorId: reader.id, action: 'admin.enter', subject: `reader ${reader.id}` }, now);
    return openSession(db, reader.id, { way: 'token', agent, now, replacing: acting.sessionId });
  });
}

function isSame(a: unknown, b: string): boolean {
  return typeof a === 'string' && a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
