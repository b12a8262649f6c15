import { type Schema, transaction } from '@broadsheet/database';
import type { Kysely } from 'kysely';
import { cleanName } from '../accounts/index.ts';
import { entriesByIds, type FeedEntry } from '../editions/index.ts';
import type { Host } from '../host/index.ts';
import { type Place, writeEvent } from './events.ts';

/** Where papers go that are saved without saying where. */
export const FIRST_SHELF = 'Saved';
const MAX_SHELVES = 100;
const MAX_ON_SHELF = 10_000;

export interface Shelf {
  id: number;
  name: string;
  papers: number;
}

export type LibraryOutcome = { on: boolean } | { refused: string };

export interface Asked {
  readerId: number;
  paperKey: string;
  on: boolean;
  place: Place;
}

/** Puts a paper on a shelf or takes it off; saying the same twice changes nothing. Off without a shelf is off all. */
export async function setSaved(
  host: Host,
  { readerId, paperKey, on, place, shelf }: Asked & { shelf?: string },
): Promise<LibraryOutcome> {
  return transaction(host.database, async (db): Promise<LibraryOutcome> => {
    const paperId = await paperIdOf(db, paperKey);
    if (paperId === undefined) return { refused: `There is no paper ${paperKey} here.` };
    if (!on) {
      const mine = db.selectFrom('shelf').select('id').where('reader_id', '=', readerId);
      const from = shelf === undefined ? mine : mine.where('name', '=', shelf);
      const gone = await db
        .deleteFrom('shelved')
        .where('paper_id', '=', paperId)
        .where('shelf_id', 'in', from)
        .returning('shelf_id')
        .execute();
      if (gone.length > 0) await writeEvent(db, { readerId, paperId, kind: 'unsave', place }, host.now());
      return { on };
    }
    const where = await shelfOf(db, readerId, shelf ?? FIRST_SHELF, host.now());
    if ('refused' in where) return where;
    const { count } = await db
      .selectFrom('shelved')
      .select((s) => s.fn.countAll<number>().as('count'))
      .where('shelf_id', '=', where.id)
      .executeTakeFirstOrThrow();
    if (Number(count) >= MAX_ON_SHELF) return { refused: `A shelf holds ${MAX_ON_SHELF} papers; begin another.` };
    const added = await db
      .insertInto('shelved')
      .values({ shelf_id: where.id, paper_id: paperId, added_at: host.now() })
      .onConflict((c) => c.doNothing())
      .returning('paper_id')
      .executeTakeFirst();
    if (added) await writeEvent(db, { readerId, paperId, kind: 'save', place }, host.now());
    return { on };
  });
}

/** "Not this": the paper leaves the reader's lists, or comes back to them. */
export async function setHidden(host: Host, { readerId, paperKey, on, place }: Asked): Promise<LibraryOutcome> {
  return transaction(host.database, async (db): Promise<LibraryOutcome> => {
    const paperId = await paperIdOf(db, paperKey);
    if (paperId === undefined) return { refused: `There is no paper ${paperKey} here.` };
    const changed = on
      ? await db
          .insertInto('unwanted')
          .values({ reader_id: readerId, paper_id: paperId, at: host.now() })
          .onConflict((c) => c.doNothing())
          .returning('paper_id')
          .executeTakeFirst()
      : await db
          .deleteFrom('unwanted')
          .where('reader_id', '=', readerId)
          .where('paper_id', '=', paperId)
          .returning('paper_id')
          .executeTakeFirst();
    if (changed) await writeEvent(db, { readerId, paperId, kind: on ? 'hide' : 'unhide', place }, host.now());
    return { on };
  });
}

export async function shelvesOf(db: Kysely<Schema>, readerId: number): Promise<Shelf[]> {
  const rows = await db
    .selectFrom('shelf as s')
    .leftJoin('shelved as on', 'on.shelf_id', 's.id')
    .select((e) => ['s.id', 's.name', e.fn.count<number>('on.paper_id').as('papers')])
    .where('s.reader_id', '=', readerId)
    .groupBy(['s.id', 's.name'])
    .orderBy('s.id')
    .execute();
  return rows.map((row) => ({ id: row.id, name: row.name, papers: Number(row.papers) }));
}

/** The papers of one of the reader's own shelves, the last added first; undefined where it is not theirs. */
export async function papersOnShelf(
  db: Kysely<Schema>,
  readerId: number,
  shelfId: number,
  { limit = 200 }: { limit?: number } = {},
): Promise<FeedEntry[] | undefined> {
  const own = await db
    .selectFrom('shelf')
    .select('id')
    .where('id', '=', shelfId)
    .where('reader_id', '=', readerId)
    .executeTakeFirst();
  if (!own) return undefined;
  const rows = await db
    .selectFrom('shelved')
    .select('paper_id')
    .where('shelf_id', '=', shelfId)
    .orderBy('added_at', 'desc')
    .orderBy('paper_id', 'desc')
    .limit(limit)
    .execute();
  return entriesByIds(
    db,
    rows.map((row) => row.paper_id),
    readerId,
  );
}

/** Takes a shelf away with what stands on it. @returns whether it was the reader's. */
export async function removeShelf(host: Host, readerId: number, shelfId: number): Promise<boolean> {
  const gone = await host.database.db
    .deleteFrom('shelf')
    .where('id', '=', shelfId)
    .where('reader_id', '=', readerId)
    .returning('id')
    .executeTakeFirst();
  return gone !== undefined;
}

/** Which of these papers the reader does not want, and which are saved. */
export async function marksOf(
  db: Kysely<Schema>,
  readerId: number,
  paperIds: number[],
): Promise<{ hidden: Set<number>; saved: Set<number> }> {
  if (paperIds.length === 0) return { hidden: new Set(), saved: new Set() };
  const hidden = await db
    .selectFrom('unwanted')
    .select('paper_id')
    .where('reader_id', '=', readerId)
    .where('paper_id', 'in', paperIds)
    .execute();
  const saved = await db
    .selectFrom('shelved as on')
    .innerJoin('shelf as s', 's.id', 'on.shelf_id')
    .select('on.paper_id')
    .where('s.reader_id', '=', readerId)
    .where('on.paper_id', 'in', paperIds)
    .execute();
  return {
    hidden: new Set(hidden.map((row) => row.paper_id)),
    saved: new Set(saved.map((row) => row.paper_id)),
  };
}

async function shelfOf(
  db: Kysely<Schema>,
  readerId: number,
  given: string,
  now: number,
): Promise<{ id: number } | { refused: string }> {
  const name = cleanName(given);
  if (!name) return { refused: 'A shelf needs a name.' };
  const known = await db
    .selectFrom('shelf')
    .select('id')
    .where('reader_id', '=', readerId)
    .where('name', '=', name)
    .executeTakeFirst();
  if (known) return known;
  if ((await shelvesOf(db, readerId)).length >= MAX_SHELVES)
    return { refused: `${MAX_SHELVES} shelves are the most; take one away first.` };
  const made = await db
    .insertInto('shelf')
    .values({ reader_id: readerId, name, created_at: now })
    // Two first papers at once find the same shelf.
    .onConflict((c) => c.columns(['reader_id', 'name']).doUpdateSet({ name }))
    .returning('id')
    .executeTakeFirstOrThrow();
  return made;
}

async function paperIdOf(db: Kysely<Schema>, key: string): Promise<number | undefined> {
  if (!/^[\w./-]{1,64}$/.test(key)) return undefined;
  const row = await db
    .selectFrom('paper')
    .select('id')
    .where((w) => w.or([w('arxiv_id', '=', key), w('short_id', '=', key)]))
    .executeTakeFirst();
  return row?.id;
}
