import { type Schema, transaction } from '@broadsheet/database';
import type { Kysely } from 'kysely';
import { audit } from '../audit/index.ts';
import type { Host } from '../host/index.ts';
import { lockVotes, record, type VoteEvent } from './ledger.ts';
import { readVoteRule, type VoteRule } from './rule.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** What the rule says of the votes of one transaction; asks the store only about papers that new accounts vote for. */
export interface BurstWatch {
  /** How a vote that is cast now stands. */
  judge(paperId: number, reader: { id: number; createdAt: number }): Promise<'counted' | 'held'>;
  /** To be called when the judged votes are stored: holds those that turned out to be the beginning of a burst. */
  holdBeginnings(): Promise<VoteEvent[]>;
}

export function watchBursts(db: Kysely<Schema>, now: number): BurstWatch {
  let rule: VoteRule | undefined;
  const papers = new Map<number, { isOpen: boolean; isOpenedNow?: boolean; young: Set<number> }>();
  return {
    async judge(paperId, reader) {
      rule ??= await readVoteRule(db);
      if (now - reader.createdAt >= rule.youngDays * DAY_MS) return 'counted';
      let paper = papers.get(paperId);
      if (!paper) {
        paper = await readPaper(db, paperId, rule, now);
        papers.set(paperId, paper);
      }
      if (paper.isOpen) return 'held';
      paper.young.add(reader.id);
      if (paper.young.size < rule.most) return 'counted';
      paper.isOpen = true;
      paper.isOpenedNow = true;
      await db.insertInto('vote_burst').values({ paper_id: paperId, opened_at: now }).execute();
      return 'held';
    },
    async holdBeginnings() {
      const events: VoteEvent[] = [];
      for (const [paperId, paper] of papers)
        if (paper.isOpenedNow) events.push(...(await holdYoung(db, paperId, [...paper.young])));
      return events;
    },
  };
}

/** The new accounts whose votes for a paper came within the window and since the last decision. */
async function readPaper(db: Kysely<Schema>, paperId: number, rule: VoteRule, now: number) {
  const bursts = await db
    .selectFrom('vote_burst')
    .select(['decision', 'decided_at'])
    .where('paper_id', '=', paperId)
    .execute();
  const isOpen = bursts.some((burst) => burst.decision === null);
  const since = Math.max(now - rule.windowMinutes * MINUTE_MS, ...bursts.map((burst) => (burst.decided_at ?? -1) + 1));
  const rows = await db
    .selectFrom('vote as v')
    .innerJoin('reader as r', 'r.id', 'v.reader_id')
    .select('v.reader_id')
    .where('v.paper_id', '=', paperId)
    .where('v.cast_at', '>=', since)
    .where('v.standing', '=', 'counted')
    .where('r.created_at', '>', now - rule.youngDays * DAY_MS)
    .execute();
  return { isOpen, young: new Set(rows.map((row) => row.reader_id)) };
}

async function holdYoung(db: Kysely<Schema>, paperId: number, readerIds: number[]): Promise<VoteEvent[]> {
  const held = await db
    .updateTable('vote')
    .set({ standing: 'held' })
    .where('paper_id', '=', paperId)
    .where('reader_id', 'in', readerIds)
    .where('standing', '=', 'counted')
    .returning('reader_id')
    .execute();
  return held.map((row) => ({ readerId: row.reader_id, paperId, on: true, step: -1, cause: 'burst' }));
}

/** A burst that waits for a decision. */
export interface BurstView {
  id: number;
  paper: { key: string; title: string };
  openedAt: number;
  votes: { name: string; readerId: number; accountCreatedAt: number; castAt: number }[];
}

export async function openBursts(db: Kysely<Schema>): Promise<BurstView[]> {
  const rows = await db
    .selectFrom('vote_burst as b')
    .innerJoin('paper as p', 'p.id', 'b.paper_id')
    .select(['b.id', 'b.paper_id', 'b.opened_at', 'p.arxiv_id', 'p.short_id', 'p.title'])
    .where('b.decision', 'is', null)
    .orderBy('b.id')
    .execute();
  if (rows.length === 0) return [];
  const votes = await db
    .selectFrom('vote as v')
    .innerJoin('reader as r', 'r.id', 'v.reader_id')
    .select(['v.paper_id', 'r.id', 'r.name', 'r.created_at', 'v.cast_at'])
    .where('v.standing', '=', 'held')
    .where(
      'v.paper_id',
      'in',
      rows.map((row) => row.paper_id),
    )
    .orderBy('v.cast_at')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    paper: { key: row.arxiv_id ?? row.short_id, title: row.title },
    openedAt: row.opened_at,
    votes: votes
      .filter((vote) => vote.paper_id === row.paper_id)
      .map((v) => ({ name: v.name, readerId: v.id, accountCreatedAt: v.created_at, castAt: v.cast_at })),
  }));
}

/**
 * Lets the held votes of a burst count from now on, or sets them aside for good.
 * @returns how many votes it was about; undefined for a burst that is not here or was decided before.
 */
export async function decideBurst(
  host: Host,
  { burstId, actorId, decision }: { burstId: number; actorId: number; decision: 'released' | 'discarded' },
): Promise<number | undefined> {
  const now = host.now();
  const decided = await transaction(host.database, async (db) => {
    await lockVotes(host.database, db);
    const burst = await db
      .updateTable('vote_burst')
      .set({ decision, decided_at: now, decided_by: actorId })
      .where('id', '=', burstId)
      .where('decision', 'is', null)
      .returning('paper_id')
      .executeTakeFirst();
    if (!burst) return undefined;
    const votes = await db
      .updateTable('vote')
      .set({ standing: decision === 'released' ? 'counted' : 'discarded' })
      .where('paper_id', '=', burst.paper_id)
      .where('standing', '=', 'held')
      .returning('reader_id')
      .execute();
    const events = votes.map(
      (vote): VoteEvent => ({
        readerId: vote.reader_id,
        paperId: burst.paper_id,
        on: true,
        step: decision === 'released' ? 1 : 0,
        cause: decision,
      }),
    );
    await record(host.database, db, events, now);
    const detail = { paperId: burst.paper_id, votes: votes.length };
    await audit(db, { actorId, action: `burst.${decision}`, subject: `burst ${burstId}`, detail }, now);
    return votes.length;
  });
  await host.contentChanged();
  return decided;
}
