import type { Database, Schema } from '@broadsheet/database';
import type { Kysely } from 'kysely';
import { watchBursts } from './bursts.ts';
import { lockVotes, record, type VoteEvent } from './ledger.ts';

/**
 * Counts the votes that a reader cast before the account was confirmed, as if they were cast now: the rule on bursts
 * holds for them too. Inside the caller's transaction, which confirms the account.
 */
export async function countWaitingVotes(
  database: Database,
  db: Kysely<Schema>,
  reader: { id: number; createdAt: number },
  now: number,
): Promise<void> {
  await lockVotes(database, db);
  const waiting = await db
    .selectFrom('vote')
    .select('paper_id')
    .where('reader_id', '=', reader.id)
    .where('standing', '=', 'waiting')
    .execute();
  if (waiting.length === 0) return;
  const bursts = watchBursts(db, now);
  const events: VoteEvent[] = [];
  for (const { paper_id: paperId } of waiting) {
    const standing = await bursts.judge(paperId, reader);
    await db
      .updateTable('vote')
      .set({ standing, cast_at: now })
      .where('reader_id', '=', reader.id)
      .where('paper_id', '=', paperId)
      .execute();
    events.push({ readerId: reader.id, paperId, on: true, step: standing === 'counted' ? 1 : 0, cause: 'confirmed' });
  }
  await record(database, db, [...events, ...(await bursts.holdBeginnings())], now);
}

/**
 * Takes a reader's votes out of the counts of open days, inside the caller's transaction. Those for papers of closed
 * editions stay, as votes of a reader who has left: what was printed does not change.
 */
export async function forgetVotes(
  database: Database,
  db: Kysely<Schema>,
  readerId: number,
  now: number,
): Promise<void> {
  await lockVotes(database, db);
  const printed = db.selectFrom('edition_entry').select('paper_id');
  const gone = await db
    .deleteFrom('vote')
    .where('reader_id', '=', readerId)
    .where('paper_id', 'not in', printed)
    .returning(['paper_id', 'standing'])
    .execute();
  const events = gone.map(
    ({ paper_id, standing }): VoteEvent => ({
      readerId,
      paperId: paper_id,
      on: false,
      step: standing === 'counted' ? -1 : 0,
      cause: 'deleted',
    }),
  );
  await record(database, db, events, now);
}

/** What a reader is given of their own votes: those that stand, and every change ever made. */
export async function exportVotes(db: Kysely<Schema>, readerId: number) {
  const votes = await db
    .selectFrom('vote as v')
    .innerJoin('paper as p', 'p.id', 'v.paper_id')
    .select(['p.arxiv_id', 'p.short_id', 'p.title', 'v.cast_at', 'v.standing'])
    .where('v.reader_id', '=', readerId)
    .orderBy('v.cast_at')
    .execute();
  const events = await db
    .selectFrom('vote_event as e')
    .leftJoin('paper as p', 'p.id', 'e.paper_id')
    .select(['p.arxiv_id', 'p.short_id', 'e.is_on', 'e.at', 'e.cause'])
    .where('e.reader_id', '=', readerId)
    .orderBy('e.id')
    .execute();
  return {
    votes: votes.map((v) => ({
      paper: v.arxiv_id ?? v.short_id,
      title: v.title,
      castAt: new Date(v.cast_at).toISOString(),
      standing: v.standing,
    })),
    history: events.map((e) => ({
      paper: e.arxiv_id ?? e.short_id,
      on: e.is_on === 1,
      at: new Date(e.at).toISOString(),
      cause: e.cause,
    })),
  };
}
