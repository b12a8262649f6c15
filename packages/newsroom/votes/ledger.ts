import {
  bumpSequence,
  type Database,
  insertMany,
  lockSequence,
  type Schema,
  type VoteCause,
} from '@broadsheet/database';
import { type Kysely, sql } from 'kysely';

/** One line of the audit: what a vote did to the count of its paper, and why. */
export interface VoteEvent {
  readerId: number;
  paperId: number;
  on: boolean;
  step: -1 | 0 | 1;
  cause: VoteCause;
}

/** The lock that everything which changes votes holds from its first read to its commit, inside the caller's transaction. */
export function lockVotes(database: Database, db: Kysely<Schema>): Promise<void> {
  return lockSequence(database, db, 'change');
}

/**
 * Writes the events and brings the papers' counts in step with them, under `lockVotes`: events become visible in the order
 * of their ids, which paging through a moving list relies on.
 */
export async function record(database: Database, db: Kysely<Schema>, events: VoteEvent[], at: number): Promise<void> {
  if (events.length === 0) return;
  const seq = await bumpSequence(db, 'change');
  await insertMany(
    database,
    db,
    'vote_event',
    events.map((e) => ({
      reader_id: e.readerId,
      paper_id: e.paperId,
      is_on: e.on ? 1 : 0,
      at,
      step: e.step,
      cause: e.cause,
    })),
  );
  const steps = new Map<number, number>();
  for (const { paperId, step } of events) steps.set(paperId, (steps.get(paperId) ?? 0) + step);
  // Papers that move alike are moved by one statement; most batches need one or two.
  for (const [step, paperIds] of Map.groupBy(steps.keys(), (id) => steps.get(id) as number)) {
    if (step === 0) continue;
    await db
      .updateTable('paper')
      .set({ reader_votes: sql`reader_votes + ${step}`, changed_seq: seq })
      .where('id', 'in', paperIds)
      .execute();
  }
}
