import { createHash, randomBytes } from 'node:crypto';
import type { Schema } from '@broadsheet/database';
import {
  type ChainVerdict,
  chainEvent,
  type Json,
  type StoredEvent,
  verifyChain,
} from '@broadsheet/methods/five-layer';
import type { Kysely } from 'kysely';
import type { Host } from '../host/index.ts';
import { spentOn } from './budget.ts';
import type { DecisionEvent } from './events.ts';
import { proposalEvents, proposalsDue } from './proposals.ts';
import { leftOfErased, replay, replayEvent } from './replay.ts';
import { Rides } from './rides.ts';
import type { DecisionState } from './state.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** Somebody else wrote in between; what was to be written is not in the record. */
export class StaleDecision extends Error {
  override name = 'StaleDecision';
}

/** @param after only what came after this event */
export async function readEvents(db: Kysely<Schema>, id: string, after = 0): Promise<StoredEvent[]> {
  const rows = await db
    .selectFrom('decision_event')
    .select(['seq', 'type', 'actor', 'at', 'payload_json', 'salt', 'payload_hash', 'prev_hash', 'hash'])
    .where('decision_id', '=', id)
    .where('seq', '>', after)
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

export interface Appended {
  readonly events: readonly StoredEvent[];
  readonly next: DecisionState;
}

/** The events as the chain holds them, and the state that they lead to. Nothing is written yet. */
export async function chained(
  state: DecisionState,
  actor: string,
  events: readonly DecisionEvent[],
  now: number,
): Promise<Appended> {
  const at = new Date(now).toISOString();
  const stored: StoredEvent[] = [];
  let prev: { seq: number; hash: string } | null = state.head.seq === 0 ? null : state.head;
  for (const event of events) {
    // As it will be read back: what JSON leaves out must not be in the hash.
    const payload = JSON.parse(JSON.stringify(event)) as Json;
    const salt = randomBytes(16).toString('hex');
    const next = await chainEvent(prev, { type: event.type, actor, at, payload, salt }, sha256);
    stored.push(next);
    prev = next;
  }
  return { events: stored, next: stored.reduce((before, event) => replayEvent(before, event), state) };
}

/**
 * Writes what was chained to `state`, inside the caller's transaction.
 * @throws {StaleDecision} when the record has grown since `state` was read
 */
export async function writeChained(
  db: Kysely<Schema>,
  state: DecisionState,
  { events, next }: Appended,
  now: number,
): Promise<void> {
  const row = {
    owner_id: next.ownerId,
    title: next.title,
    phase: next.machine.phase,
    review_on: next.signatures.at(-1)?.reviewOn ?? next.dissolution?.reviewOn ?? null,
    updated_at: now,
    head_seq: next.head.seq,
    head_hash: next.head.hash,
  };
  if (state.head.seq === 0) {
    const paperId = await paperOf(db, next.paperId);
    await db
      .insertInto('decision')
      .values({ id: next.id, paper_id: paperId, created_at: now, ...row })
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
      events.map((event) => ({
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
}

/** A proposal to stop is on record together with what has set it off. */
async function withProposals(host: Host, appended: Appended, now: number, rides: Rides): Promise<Appended> {
  const due = proposalsDue(appended.next);
  if (due.length === 0) return appended;
  // They say what was spent by then, the newest calls included.
  await rides.flush(host);
  const more = await chained(
    appended.next,
    'system',
    proposalEvents(appended.next, due, await spentOn(host, appended.next.id)),
    now,
  );
  return { events: [...appended.events, ...more.events], next: more.next };
}

async function paperOf(db: Kysely<Schema>, key: string | null): Promise<number | null> {
  if (key === null) return null;
  const paper = await db
    .selectFrom('paper')
    .select('id')
    .where((e) => e.or([e('arxiv_id', '=', key), e('short_id', '=', key)]))
    .executeTakeFirst();
  return paper?.id ?? null;
}

/** What is written with events, or not at all. */
export interface Together {
  /** Before them: what may refuse it all. */
  readonly first?: (db: Kysely<Schema>) => Promise<void>;
  /** After them. @param next the state that they lead to */
  readonly also?: (db: Kysely<Schema>, next: DecisionState) => Promise<void>;
  /** What waits for a commit. */
  readonly rides?: Rides;
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
  { first, also, rides = new Rides() }: Together = {},
): Promise<DecisionState> {
  if (events.length === 0) return state;
  const now = host.now();
  const appended = await withProposals(host, await chained(state, actor, events, now), now, rides);
  await rides.commit(host, async (db) => {
    await first?.(db);
    await writeChained(db, state, appended, now);
    await also?.(db, appended.next);
  });
  return appended.next;
}

/**
 * Appends what long work found to what stands now: people go on writing meanwhile, and nothing is lost to somebody who
 * was quicker.
 * @param isMoot whether what was found says nothing of what stands now; then nothing is written
 */
export async function appendLate(
  host: Host,
  state: DecisionState,
  actor: string,
  events: (now: DecisionState) => readonly DecisionEvent[],
  isMoot: (now: DecisionState) => boolean,
  together: Together = {},
): Promise<DecisionState> {
  for (let now = state; ; ) {
    try {
      return await append(host, now, actor, events(now), together);
    } catch (error) {
      if (!(error instanceof StaleDecision)) throw error;
    }
    now = (await readDecision(host.database.db, state.id)) as DecisionState;
    if (isMoot(now)) return now;
  }
}

/** Recomputes the chain of a record. */
export async function verifyDecision(db: Kysely<Schema>, id: string): Promise<ChainVerdict> {
  return verifyEvents(await readEvents(db, id));
}

/** Every hash, and that nothing is gone but what an event says was erased. */
export async function verifyEvents(events: readonly StoredEvent[]): Promise<ChainVerdict> {
  const verdict = await verifyChain(events, sha256);
  if (!verdict.valid) return verdict;
  const erased = leftOfErased(events);
  const gone = events.find(({ seq, payload }) => payload === null && !erased.has(seq));
  return gone
    ? { valid: false, seq: gone.seq, why: 'its content is gone, and no event says that it was erased' }
    : verdict;
}
