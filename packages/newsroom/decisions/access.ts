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

/** @throws {UnknownDecision} for what is not theirs, as for what is not there */
export async function requireRoleIn(
  host: Host,
  decisionId: string,
  acting: Acting,
): Promise<'owner' | 'member' | 'observer'> {
  const role = await roleIn(host, decisionId, acting);
  if (role === null) throw new UnknownDecision(`There is no decision ${decisionId} that you may read.`);
  return role;
}

/**
 * What each form of a decision's page needs. Whatever a record says was done by the owner must have been; a form that
 * is not here is refused. Observers read.
 */
export const NEEDS = {
  contract: 'owner',
  freeze: 'owner',
  amend: 'owner',
  forecast: 'member',
  evidence: 'member',
  'withdraw-evidence': 'member',
  biases: 'member',
  stakeholder: 'member',
  baseline: 'member',
  calibrate: 'member',
  confirm: 'owner',
  recalibrate: 'owner',
  cancel: 'member',
  say: 'member',
  pause: 'member',
  resume: 'owner',
  replace: 'owner',
  override: 'owner',
  challenge: 'member',
  resolve: 'member',
  claim: 'member',
  push: 'member',
  assumption: 'member',
  'judge-assumption': 'member',
  criterion: 'member',
  continue: 'owner',
  reopen: 'member',
  ready: 'owner',
  withdraw: 'owner',
  sign: 'member',
  dissolve: 'owner',
  review: 'member',
  invite: 'owner',
  'take-back': 'owner',
  role: 'owner',
  leave: 'observer',
  erase: 'owner',
} as const satisfies Record<string, 'owner' | 'member' | 'observer'>;
export type DecisionForm = keyof typeof NEEDS;

const RANK = { observer: 0, member: 1, owner: 2 } as const;

/** @throws {AccessError} 403 for who may read a decision, and not do this */
export function requireNeed(role: 'owner' | 'member' | 'observer', form: DecisionForm): void {
  const needs = NEEDS[form];
  if (RANK[role] >= RANK[needs]) return;
  throw new AccessError(
    403,
    'Not allowed',
    needs === 'owner'
      ? 'Only the owner of this decision may do that.'
      : 'You may read this decision, and not change it.',
  );
}
