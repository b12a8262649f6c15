import type { Role } from '@broadsheet/methods/five-layer';
import { AccessError, type Acting } from '../accounts/index.ts';
import type { Host } from '../host/index.ts';

/** What somebody may do with a decision; null: they may not know that it exists. */
export async function roleIn(
  host: Host,
  decisionId: string,
  acting: Acting,
): Promise<Extract<Role, 'owner' | 'member' | 'observer'> | null> {
  if (!acting.reader) return null;
  const { db } = host.database;
  const owned = await db.selectFrom('decision').select('owner_id').where('id', '=', decisionId).executeTakeFirst();
  if (!owned) return null;
  if (owned.owner_id === acting.reader.id) return 'owner';
  const member = await db
    .selectFrom('decision_member')
    .select('role')
    .where('decision_id', '=', decisionId)
    .where('reader_id', '=', acting.reader.id)
    .executeTakeFirst();
  return member?.role === 'member' ? 'member' : member?.role === 'observer' ? 'observer' : null;
}

export class UnknownDecision extends Error {
  override name = 'UnknownDecision';
  readonly status = 404;
}

/** @throws {UnknownDecision} for what is not theirs, as for what is not there; {AccessError} 403 for an observer who would write */
export async function requireRoleIn(
  host: Host,
  decisionId: string,
  acting: Acting,
  toWrite: boolean,
): Promise<'owner' | 'member' | 'observer'> {
  const role = await roleIn(host, decisionId, acting);
  if (role === null) throw new UnknownDecision(`There is no decision ${decisionId} that you may read.`);
  if (toWrite && role === 'observer')
    throw new AccessError(403, 'Not allowed', 'You may read this decision, and not change it.');
  return role;
}
