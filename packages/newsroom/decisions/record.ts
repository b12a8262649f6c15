import { randomBytes } from 'node:crypto';
import type { Schema } from '@broadsheet/database';
import { transaction } from '@broadsheet/database';
import { chainEvent, type Json, type StoredEvent, verifyChain } from '@broadsheet/methods/five-layer';
import type { Kysely } from 'kysely';
import type { Host } from '../host/index.ts';
import type { DecisionEvent } from './events.ts';
import { type DecisionState, replay, replayEvent } from './state.ts';

/** Somebody else wrote in between; what was to be written is not in the record. */
export class StaleDecision extends Error {
  override name = 'StaleDecision';
}

export async function readEvents(db: Kysely<Schema>, id: string): Promise<StoredEvent[]> {
  const rows = await db
    .selectFrom('decision_event')
    .select(['seq', 'type', 'actor', 'at', 'payload_json', 'salt', 'payload_hash', 'prev_hash', 'hash'])
    .where('decision_id', '=', id)
    .orderBy('seq')
    .execute();
  return rows.map((row) => ({
    seq: row.seq,
    type: row.type,
    actor: row.actor,
    at: row.at,
    payload: row.payload_json === null ? null : (JSON.parse(row.payload_json) as Json),
    salt: row.salt,
    payloadHash: row.payload_hash,
    prevHash: row.prev_hash,
    hash: row.hash,
  }));
}

/** @returns undefined where there is no such decision */
export async function readDecision(db: Kysely<Schema>, id: string): Promise<DecisionState | undefined> {
  const events = await readEvents(db, id);
  return events.length === 0 ? undefined : replay(id, events);
}

/**
 * Appends to a record and to its row in one transaction.
 * @throws {StaleDecision} when the record has grown since `state` was read
 */
export async function append(
  host: Host,
  state: DecisionState,
  actor: string,
  events: readonly DecisionEvent[],
): Promise<DecisionState> {
  if (events.length === 0) return state;
  const at = new Date(host.now()).toISOString();
  const chained: StoredEvent[] = [];
  let prev: { seq: number; hash: string } | null = state.head.seq === 0 ? null : state.head;
  for (const event of events) {
    // As it will be read back: what JSON leaves out must not be in the hash.
    const payload = JSON.parse(JSON.stringify(event)) as Json;
    const next = await chainEvent(prev, {
      type: event.type,
      actor,
      at,
      payload,
      salt: randomBytes(16).toString('hex'),
    });
    chained.push(next);
    prev = next;
  }
  const next = chained.reduce(replayEvent, state);
  const head = chained.at(-1) as StoredEvent;
  await transaction(host.database, async (db) => {
    const signed = next.signatures.at(-1);
    const row = {
      title: next.title,
      phase: next.machine.phase,
      review_on: signed?.reviewOn ?? null,
      updated_at: host.now(),
      head_seq: head.seq,
      head_hash: head.hash,
    };
    if (state.head.seq === 0) {
      const paper =
        next.paperId === null
          ? undefined
          : await db
              .selectFrom('paper')
              .select('id')
              .where((e) => e.or([e('arxiv_id', '=', next.paperId), e('short_id', '=', next.paperId)]))
              .executeTakeFirst();
      await db
        .insertInto('decision')
        .values({ id: next.id, owner_id: next.ownerId, paper_id: paper?.id ?? null, created_at: host.now(), ...row })
        .execute();
    } else {
      const updated = await db
        .updateTable('decision')
        .set(row)
        .where('id', '=', next.id)
        .where('head_seq', '=', state.head.seq)
        .executeTakeFirst();
      if (Number(updated.numUpdatedRows) === 0)
        throw new StaleDecision(
          'Somebody else has changed this decision meanwhile. Load it again; nothing of yours was written.',
        );
    }
    await db
      .insertInto('decision_event')
      .values(
        chained.map((event) => ({
          decision_id: next.id,
          seq: event.seq,
          type: event.type,
          actor: event.actor,
          at: event.at,
          payload_json: JSON.stringify(event.payload),
          salt: event.salt,
          payload_hash: event.payloadHash,
          prev_hash: event.prevHash,
          hash: event.hash,
        })),
      )
      .execute();
  });
  return next;
}

/** Erases what an event said, with its salt; its hash stays, and the chain with it. The erasure is an event itself. */
export async function eraseEvent(
  host: Host,
  state: DecisionState,
  actor: string,
  seq: number,
  reason: string,
): Promise<DecisionState> {
  const next = await append(host, state, actor, [{ type: 'erased', seq, reason }]);
  await host.database.db
    .updateTable('decision_event')
    .set({ payload_json: null, salt: null })
    .where('decision_id', '=', state.id)
    .where('seq', '=', seq)
    .execute();
  return next;
}

export async function verifyDecision(db: Kysely<Schema>, id: string) {
  return verifyChain(await readEvents(db, id));
}
