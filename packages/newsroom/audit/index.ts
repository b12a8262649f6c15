import type { Schema } from '@broadsheet/database';
import type { Kysely } from 'kysely';

/** One thing that was done, in the log that only grows. */
export interface AuditEntry {
  /** Who did it; absent for what the site did by itself. */
  actorId?: number;
  /** `noun.verb`, e.g. 'reader.role' or 'burst.release'. */
  action: string;
  /** What it was done to, e.g. 'reader 12' or 'paper 2401.00001'. */
  subject: string;
  /** The facts, e.g. `{ from: 'reader', to: 'editor' }`; never secrets, addresses or what a person wrote. */
  detail?: Record<string, unknown>;
}

export interface AuditView extends Required<Pick<AuditEntry, 'action' | 'subject' | 'detail'>> {
  id: number;
  at: number;
  actorId?: number;
  actorName?: string;
}

/** Writes down what was done, in the transaction that does it: neither is there without the other. */
export async function audit(
  db: Kysely<Schema>,
  { actorId, action, subject, detail }: AuditEntry,
  now: number,
): Promise<void> {
  await db
    .insertInto('audit_event')
    .values({ at: now, actor_id: actorId ?? null, action, subject, detail_json: JSON.stringify(detail ?? {}) })
    .execute();
}

/** The newest entry of an action on a subject. */
export async function lastAudit(
  db: Kysely<Schema>,
  { action, subject }: Pick<AuditEntry, 'action' | 'subject'>,
): Promise<AuditView | undefined> {
  const row = await entries(db)
    .where('a.action', '=', action)
    .where('a.subject', '=', subject)
    .orderBy('a.id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && viewOf(row);
}

/** The log, newest first; `before` is the id of the last entry of the page before. */
export async function readAudit(
  db: Kysely<Schema>,
  { before, limit = 50 }: { before?: number; limit?: number } = {},
): Promise<AuditView[]> {
  let query = entries(db);
  if (before !== undefined) query = query.where('a.id', '<', before);
  const rows = await query.orderBy('a.id', 'desc').limit(limit).execute();
  return rows.map(viewOf);
}

function entries(db: Kysely<Schema>) {
  return db
    .selectFrom('audit_event as a')
    .leftJoin('reader', 'reader.id', 'a.actor_id')
    .select(['a.id', 'a.at', 'a.actor_id', 'a.action', 'a.subject', 'a.detail_json', 'reader.name']);
}

function viewOf(row: Awaited<ReturnType<ReturnType<typeof entries>['execute']>>[number]): AuditView {
  return {
    id: row.id,
    at: row.at,
    actorId: row.actor_id ?? undefined,
    actorName: row.name ?? undefined,
    action: row.action,
    subject: row.subject,
    detail: JSON.parse(row.detail_json),
  };
}
