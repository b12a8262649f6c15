import type { Schema } from '@broadsheet/database';
import type { Kysely } from 'kysely';
import { entriesByIds, type FeedEntry } from '../editions/index.ts';
import { isProposedOnce } from './once.ts';

/** What the reader does not want, the last first. */
export async function hiddenBy(db: Kysely<Schema>, readerId: number, limit = 200): Promise<FeedEntry[]> {
  const rows = await db
    .selectFrom('unwanted')
    .select('paper_id')
    .where('reader_id', '=', readerId)
    .orderBy('at', 'desc')
    .limit(limit)
    .execute();
  return entriesByIds(
    db,
    rows.map((row) => row.paper_id),
    readerId,
  );
}

/** What was put before the reader, the last first. */
export async function historyOf(db: Kysely<Schema>, readerId: number, limit = 100) {
  const rows = await db
    .selectFrom('shown_paper as s')
    .innerJoin('paper as p', 'p.id', 's.paper_id')
    .select(['p.arxiv_id', 'p.short_id', 'p.title', 's.place', 's.at'])
    .where('s.reader_id', '=', readerId)
    .orderBy('s.at', 'desc')
    .orderBy('s.paper_id')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ key: row.arxiv_id ?? row.short_id, title: row.title, place: row.place, at: row.at }));
}

export async function exportLibrary(db: Kysely<Schema>, readerId: number) {
  const shelves = await db
    .selectFrom('shelved as on')
    .innerJoin('shelf as s', 's.id', 'on.shelf_id')
    .innerJoin('paper as p', 'p.id', 'on.paper_id')
    .select(['s.name', 'p.arxiv_id', 'p.short_id', 'on.added_at'])
    .where('s.reader_id', '=', readerId)
    .orderBy('on.added_at')
    .execute();
  const events = await db
    .selectFrom('reading_event as e')
    .innerJoin('paper as p', 'p.id', 'e.paper_id')
    .select(['p.arxiv_id', 'p.short_id', 'e.kind', 'e.place', 'e.at'])
    .where('e.reader_id', '=', readerId)
    .orderBy('e.id')
    .execute();
  return {
    proposedOnce: await isProposedOnce(db, readerId),
    saved: shelves.map((row) => ({ shelf: row.name, paper: row.arxiv_id ?? row.short_id, at: iso(row.added_at) })),
    unwanted: (await hiddenBy(db, readerId, 100_000)).map((entry) => entry.key),
    shown: (await historyOf(db, readerId, 100_000)).map(({ key, place, at }) => ({ paper: key, place, at: iso(at) })),
    events: events.map((e) => ({ paper: e.arxiv_id ?? e.short_id, kind: e.kind, place: e.place, at: iso(e.at) })),
  };
}

export async function forgetLibrary(db: Kysely<Schema>, readerId: number): Promise<void> {
  for (const table of ['shelf', 'unwanted', 'proposed_once', 'shown_paper', 'reading_event'] as const)
    await db.deleteFrom(table).where('reader_id', '=', readerId).execute();
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
