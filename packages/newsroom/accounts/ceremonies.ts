import type { Schema } from '@broadsheet/database';
import type { Kysely } from 'kysely';
import { fingerprint, newSecret } from './secrets.ts';

/**
 * A sign-in under way: something was handed out (a link in a letter, a challenge, a redirect) and will come back once.
 * What it was for is kept here and not with the client, so nobody can change it meanwhile.
 */
export async function beginCeremony(
  db: Kysely<Schema>,
  kind: string,
  payload: unknown,
  { now, ttlMs }: { now: number; ttlMs: number },
): Promise<string> {
  const secret = newSecret();
  await db
    .insertInto('ceremony')
    .values({
      secret_hash: fingerprint(secret),
      kind,
      payload_json: JSON.stringify(payload),
      expires_at: now + ttlMs,
    })
    .execute();
  await db.deleteFrom('ceremony').where('expires_at', '<=', now).execute();
  return secret;
}

/** What a secret stands for, without using it up: for the page that asks before it acts. */
export async function lookAtCeremony(db: Kysely<Schema>, kind: string, secret: string, now: number): Promise<unknown> {
  const row = await db
    .selectFrom('ceremony')
    .select('payload_json')
    .where('secret_hash', '=', fingerprint(secret))
    .where('kind', '=', kind)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return row && JSON.parse(row.payload_json);
}

/** Uses a secret up; of two at once one gets what it stands for, the other undefined. */
export async function endCeremony(db: Kysely<Schema>, kind: string, secret: string, now: number): Promise<unknown> {
  const row = await db
    .deleteFrom('ceremony')
    .where('secret_hash', '=', fingerprint(secret))
    .where('kind', '=', kind)
    .where('expires_at', '>', now)
    .returning('payload_json')
    .executeTakeFirst();
  return row && JSON.parse(row.payload_json);
}
