import { type Database, insertMany, type Schema } from '@broadsheet/database';
import type { Kysely } from 'kysely';

/** What a reader did with a paper. */
export type ReadingKind = 'save' | 'unsave' | 'hide' | 'unhide';
/** Where: a page of ours, a feed reader, a letter, a program, an assistant. */
export type Place = 'page' | 'feed' | 'mail' | 'api' | 'mcp';

export async function writeEvent(
  db: Kysely<Schema>,
  event: { readerId: number; paperId: number; kind: ReadingKind; place: Place },
  now: number,
): Promise<void> {
  const { readerId, paperId, kind, place } = event;
  await db
    .insertInto('reading_event')
    .values({ reader_id: readerId, paper_id: paperId, kind, place, at: now })
    .execute();
}

/** Keeps that papers were put before a reader; the first time and place of each stays. */
export async function recordShown(
  database: Database,
  { readerId, paperIds, place }: { readerId: number; paperIds: number[]; place: Place },
  now: number,
): Promise<void> {
  const { db } = database;
  if (paperIds.length === 0) return;
  const known = await db
    .selectFrom('shown_paper')
    .select('paper_id')
    .where('reader_id', '=', readerId)
    .where('paper_id', 'in', paperIds)
    .execute();
  const before = new Set(known.map((row) => row.paper_id));
  const rows = paperIds
    .filter((id) => !before.has(id))
    .map((paper_id) => ({ reader_id: readerId, paper_id, place, at: now }));
  // Most pages show nothing new, and then nothing is written.
  await insertMany(database, db, 'shown_paper', rows, { ignoreConflicts: true });
}
