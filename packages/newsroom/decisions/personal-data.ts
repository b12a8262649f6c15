import type { Schema } from '@broadsheet/database';
import type { Kysely } from 'kysely';
import type { DecisionEvent } from './events.ts';
import { actorOf, readerIdOf } from './people.ts';
import { chained, readDecision, readEvents, writeChained } from './record.ts';

/** The decisions that a reader owns, each with its whole record and chain; of those of others, what the reader wrote. */
export async function exportDecisions(db: Kysely<Schema>, readerId: number) {
  const rows = await db
    .selectFrom('decision')
    .select(['id', 'title', 'phase', 'owner_id'])
    .where((e) =>
      e.or([
        e('owner_id', '=', readerId),
        e('id', 'in', e.selectFrom('decision_event').select('decision_id').where('actor', '=', actorOf(readerId))),
      ]),
    )
    .orderBy('id')
    .execute();
  return Promise.all(
    rows.map(async ({ owner_id, ...decision }) => {
      const events = await readEvents(db, decision.id);
      const isOwn = Number(owner_id) === readerId;
      return { ...decision, events: isOwn ? events : events.filter(({ actor }) => actor === actorOf(readerId)) };
    }),
  );
}

/**
 * A decision goes with its owner, unless somebody else is a member: then it is theirs, because they rely on it. In
 * records that stay, what the reader wrote stands under a "deleted reader".
 */
export async function forgetDecisions(db: Kysely<Schema>, readerId: number, now: number): Promise<void> {
  const mine = await db.selectFrom('decision').select('id').where('owner_id', '=', readerId).execute();
  for (const { id } of mine) if (!(await handOn(db, id, now))) await remove(db, id);
  const shared = await db
    .selectFrom('decision_member')
    .select('decision_id')
    .where('reader_id', '=', readerId)
    .execute();
  for (const { decision_id } of shared)
    await write(db, decision_id, [{ type: 'member', reader: actorOf(readerId), role: null }], now);
  await db.deleteFrom('decision_member').where('reader_id', '=', readerId).execute();
  await db.deleteFrom('decision_invitation').where('reader_id', '=', readerId).execute();
  await db.deleteFrom('decision_task').where('asked_by', '=', readerId).execute();
  await db.deleteFrom('decision_request').where('reader_id', '=', readerId).execute();
}

/** @returns whether somebody was there to take it */
async function handOn(db: Kysely<Schema>, id: string, now: number): Promise<boolean> {
  const state = await readDecision(db, id);
  const heir = state?.members.find(({ role }) => role === 'member');
  const heirId = heir && readerIdOf(heir.reader);
  if (!heir || !heirId) return false;
  await write(
    db,
    id,
    [
      { type: 'owner', readerId: heirId },
      { type: 'member', reader: heir.reader, role: null },
    ],
    now,
  );
  await db.deleteFrom('decision_member').where('decision_id', '=', id).where('reader_id', '=', heirId).execute();
  return true;
}

async function write(db: Kysely<Schema>, id: string, events: readonly DecisionEvent[], now: number): Promise<void> {
  const state = await readDecision(db, id);
  if (state) await writeChained(db, state, await chained(state, 'system', events, now), now);
}

async function remove(db: Kysely<Schema>, id: string): Promise<void> {
  for (const table of [
    'decision_event',
    'decision_call',
    'decision_member',
    'decision_invitation',
    'decision_task',
    'decision_request',
  ] as const)
    await db.deleteFrom(table).where('decision_id', '=', id).execute();
  await db.deleteFrom('decision').where('id', '=', id).execute();
}
