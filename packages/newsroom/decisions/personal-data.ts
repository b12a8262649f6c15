import type { Schema } from '@broadsheet/database';
import type { Kysely } from 'kysely';
import { readEvents } from './record.ts';

/** The decisions that a reader owns, each with its whole record and chain. */
export async function exportDecisions(db: Kysely<Schema>, readerId: number) {
  const owned = await db
    .selectFrom('decision')
    .select(['id', 'title', 'phase'])
    .where('owner_id', '=', readerId)
    .orderBy('id')
    .execute();
  return Promise.all(owned.map(async (decision) => ({ ...decision, events: await readEvents(db, decision.id) })));
}

/** A decision goes with its owner; in those of others only the name on the record is left. */
export async function forgetDecisions(db: Kysely<Schema>, readerId: number): Promise<void> {
  const owned = db.selectFrom('decision').select('id').where('owner_id', '=', readerId);
  for (const table of ['decision_event', 'decision_call', 'decision_member'] as const)
    await db.deleteFrom(table).where('decision_id', 'in', owned).execute();
  await db.deleteFrom('decision_member').where('reader_id', '=', readerId).execute();
  await db.deleteFrom('decision').where('owner_id', '=', readerId).execute();
}
