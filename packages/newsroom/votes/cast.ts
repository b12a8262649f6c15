import { insertMany, type Schema, StoreError, transaction, type VoteStanding } from '@broadsheet/database';
import { type Kysely, sql } from 'kysely';
import type { Host } from '../host/index.ts';
import { watchBursts } from './bursts.ts';
import { lockVotes, record, type VoteEvent } from './ledger.ts';

/** A reader's word on a paper: the state that it is to have, so that saying it again changes nothing. */
export interface Vote {
  readerId: number;
  paperKey: string;
  on: boolean;
}

export type VoteOutcome =
  /** `standing` is there where the vote, or the one that was taken back, is kept apart and moves no count. */
  | { votes: number; voted: boolean; standing?: 'waiting' | 'held' }
  | { notFound: true }
  /** It was part of a burst that an administrator set aside; it stays so. */
  | { discarded: true };

/** Votes counted in one transaction; those that come meanwhile make the next one. */
const MAX_BATCH = 200;

interface Waiting {
  vote: Vote;
  resolve(outcome: VoteOutcome): void;
  reject(error: unknown): void;
}

const queues = new WeakMap<Host, Waiting[]>();

/**
 * Sets a reader's vote for a paper on or off, and answers when it is stored. Saying the same twice changes nothing, so a
 * retry or a double click is safe. Votes count on the paper; a closed edition keeps the order it was printed in.
 *
 * Votes that come while others are being stored share the next transaction: every vote changes the site's one change
 * sequence, so they can only be stored one after the other, and a commit costs more than a vote.
 */
export function setVote(host: Host, vote: Vote): Promise<VoteOutcome> {
  // Also keeps from PostgreSQL what it refuses to be asked for, such as a NUL.
  if (!PAPER_KEY.test(vote.paperKey)) return Promise.resolve({ notFound: true });
  return new Promise((resolve, reject) => {
    const queue = queues.get(host);
    if (queue) return void queue.push({ vote, resolve, reject });
    const started: Waiting[] = [{ vote, resolve, reject }];
    queues.set(host, started);
    void drain(host, started);
  });
}

/** Anything that may be the last part of a paper's address. */
const PAPER_KEY = /^[\w./-]{1,64}$/;

async function drain(host: Host, queue: Waiting[]): Promise<void> {
  while (queue.length > 0) {
    // One turn of the event loop: on SQLite a transaction runs without one, and each vote would have a commit of its own.
    await new Promise((resolve) => setImmediate(resolve));
    const batch = queue.splice(0, MAX_BATCH);
    try {
      await settle(host, batch);
    } catch (error) {
      // What the store cannot do for one it cannot do for the others; a fault of one vote must not cost the rest.
      if (batch.length === 1 || error instanceof StoreError) for (const { reject } of batch) reject(error);
      else for (const one of batch) await settle(host, [one]).catch((fault) => one.reject(fault));
    }
  }
  queues.delete(host);
}

async function settle(host: Host, batch: Waiting[]): Promise<void> {
  const at = host.now();
  const outcomes = await transaction(host.database, (db) =>
    castAll(
      host,
      db,
      batch.map((waiting) => waiting.vote),
      at,
    ),
  );
  await host.contentChanged();
  batch.forEach((waiting, i) => {
    waiting.resolve(outcomes[i]);
  });
}

interface Ballot {
  readerId: number;
  paperId: number;
  before: VoteStanding | undefined;
  after: VoteStanding | undefined;
}

/** Casts votes in their order, inside the caller's transaction. */
async function castAll(host: Host, db: Kysely<Schema>, votes: Vote[], at: number): Promise<VoteOutcome[]> {
  await lockVotes(host.database, db);
  const papers = await papersOf(db, votes);
  const readers = await readersOf(db, votes);
  const ballots = await ballotsOf(db, [...readers.keys()], [...new Set(papers.values())]);
  const bursts = watchBursts(db, at);
  const events: VoteEvent[] = [];
  const asked: ({ ballot: Ballot; was: VoteStanding | undefined } | 'discarded' | undefined)[] = [];
  for (const { readerId, paperKey, on } of votes) {
    const paperId = papers.get(paperKey);
    const reader = readers.get(readerId);
    if (paperId === undefined) {
      asked.push(undefined);
      continue;
    }
    if (!reader) throw new Error(`There is no reader ${readerId} here who could vote for ${paperKey}.`);
    const ballot = ballots(readerId, paperId);
    const was = ballot.after;
    asked.push(was === 'discarded' ? 'discarded' : { ballot, was });
    if (was === 'discarded' || on === (was !== undefined)) continue;
    ballot.after = !on ? undefined : reader.isConfirmed ? await bursts.judge(paperId, reader) : 'waiting';
    const step = on ? (ballot.after === 'counted' ? 1 : 0) : was === 'counted' ? -1 : 0;
    events.push({ readerId, paperId, on, step, cause: 'reader' });
  }
  const changed = asked.flatMap((a) => (typeof a === 'object' && a.ballot.before !== a.ballot.after ? [a.ballot] : []));
  await store(host, db, [...new Set(changed)], at);
  const held = await bursts.holdBeginnings();
  for (const { readerId, paperId } of held) ballots(readerId, paperId).after = 'held';
  await record(host.database, db, [...events, ...held], at);
  const counts = await countsOf(db, [...new Set(papers.values())]);
  return votes.map((vote, i): VoteOutcome => {
    const answer = asked[i];
    if (answer === undefined) return { notFound: true };
    if (answer === 'discarded') return { discarded: true };
    const { ballot, was } = answer;
    const standing = vote.on ? ballot.after : was;
    const isApart = standing === 'waiting' || standing === 'held';
    return { votes: counts.get(ballot.paperId) ?? 0, voted: vote.on, ...(isApart ? { standing } : {}) };
  });
}

async function papersOf(db: Kysely<Schema>, votes: Vote[]): Promise<Map<string, number>> {
  const keys = [...new Set(votes.map((vote) => vote.paperKey))];
  const rows = await db
    .selectFrom('paper')
    .select(['id', 'arxiv_id', 'short_id'])
    .where((w) => w.or([w('arxiv_id', 'in', keys), w('short_id', 'in', keys)]))
    .execute();
  return new Map(rows.flatMap((row) => [row.arxiv_id, row.short_id].filter((k) => k !== null).map((k) => [k, row.id])));
}

async function readersOf(db: Kysely<Schema>, votes: Vote[]) {
  const rows = await db
    .selectFrom('reader')
    .select(['id', 'created_at', 'confirmed_at'])
    .where('id', 'in', [...new Set(votes.map((vote) => vote.readerId))])
    .where('deleted_at', 'is', null)
    .execute();
  return new Map(
    rows.map((row) => [row.id, { id: row.id, createdAt: row.created_at, isConfirmed: row.confirmed_at !== null }]),
  );
}

/** Finds or begins the ballot of a reader for a paper. */
async function ballotsOf(db: Kysely<Schema>, readerIds: number[], paperIds: number[]) {
  const rows =
    readerIds.length === 0 || paperIds.length === 0
      ? []
      : await db
          .selectFrom('vote')
          .select(['reader_id', 'paper_id', 'standing'])
          .where('reader_id', 'in', readerIds)
          .where('paper_id', 'in', paperIds)
          .execute();
  const known = new Map<string, Ballot>();
  for (const { reader_id: readerId, paper_id: paperId, standing } of rows)
    known.set(`${readerId} ${paperId}`, { readerId, paperId, before: standing, after: standing });
  return (readerId: number, paperId: number): Ballot => {
    const key = `${readerId} ${paperId}`;
    const ballot = known.get(key) ?? { readerId, paperId, before: undefined, after: undefined };
    known.set(key, ballot);
    return ballot;
  };
}

async function store(host: Host, db: Kysely<Schema>, changed: Ballot[], at: number): Promise<void> {
  const gone = changed.filter((ballot) => ballot.before !== undefined);
  if (gone.length > 0) {
    // PostgreSQL takes a bare parameter in a list of values for text.
    const pairs = sql.join(gone.map((b) => sql`(cast(${b.readerId} as bigint), cast(${b.paperId} as bigint))`));
    await sql`delete from vote where (reader_id, paper_id) in (values ${pairs})`.execute(db);
  }
  await insertMany(
    host.database,
    db,
    'vote',
    changed
      .filter((ballot) => ballot.after !== undefined)
      .map((b) => ({ reader_id: b.readerId, paper_id: b.paperId, cast_at: at, standing: b.after })),
  );
}

async function countsOf(db: Kysely<Schema>, paperIds: number[]): Promise<Map<number, number>> {
  if (paperIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('paper')
    .select(['id', 'imported_votes', 'reader_votes'])
    .where('id', 'in', paperIds)
    .execute();
  return new Map(rows.map((row) => [row.id, row.imported_votes + row.reader_votes]));
}
