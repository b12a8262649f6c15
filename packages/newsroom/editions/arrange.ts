import { bumpSequence, lockSequence, type Schema, transaction } from '@broadsheet/database';
import { type Kysely, sql } from 'kysely';
import { audit, lastAudit } from '../audit/index.ts';
import type { Host } from '../host/index.ts';
import { longDay } from './calendar.ts';

/** So many stand at most before the order by votes: beyond them nobody's votes would order anything. */
export const MAX_PINNED = 20;
const ACTION = 'edition.arrange';

/** How the editors arranged an edition that is open. */
export interface Arrangement {
  day: string;
  /** All its papers, as they stand now. */
  papers: { key: string; title: string; votes: number; isPinned: boolean }[];
  /** The last change, and what stood first before it. */
  last?: { by?: string; at: number; before: string[] };
}

/** The days whose editions are open and feature papers, the newest first. */
export async function openDays({ database: { db } }: Host): Promise<string[]> {
  const rows = await db
    .selectFrom('feature as f')
    .leftJoin('edition as e', 'e.day', 'f.day')
    .select('f.day')
    .distinct()
    .where('f.by', '!=', 'edition-zero')
    .where('e.closed_at', 'is', null)
    .orderBy('f.day', 'desc')
    .limit(7)
    .execute();
  return rows.map((row) => row.day);
}

export async function arrangementOf({ database: { db } }: Host, day: string): Promise<Arrangement> {
  const papers = await members(db, day);
  const last = await lastAudit(db, { action: ACTION, subject: `edition ${day}` });
  return {
    day,
    papers: papers.map(({ key, title, votes, place }) => ({ key, title, votes, isPinned: place !== null })),
    last: last && { by: last.actorName, at: last.at, before: (last.detail as { from: string[] }).from },
  };
}

/**
 * Puts papers first in an open edition, in the given order; the others follow by votes. One call for pinning, unpinning,
 * moving and taking back: each says what is to stand first afterwards.
 * @param instead what stood first when the editor looked: of two editors at once, the second looks again.
 * @returns why not; undefined when it now is so.
 */
export async function arrangeEdition(
  host: Host,
  { actorId, day, first, instead }: { actorId: number; day: string; first: string[]; instead: string[] },
): Promise<string | undefined> {
  if (first.length > MAX_PINNED) return `At most ${MAX_PINNED} papers can stand before the order by votes.`;
  if (new Set(first).size !== first.length) return 'A paper can stand in one place only.';
  const refused = await transaction(host.database, async (db) => {
    // The lock that closing takes too: an edition is not arranged while it is being frozen.
    await lockSequence(host.database, db, 'change');
    if (await isClosed(db, day)) return `The edition of ${longDay(day)} is closed; its order is printed.`;
    const papers = await members(db, day);
    const now = papers.filter((paper) => paper.place !== null).map((paper) => paper.key);
    if (now.join() !== instead.join()) return 'Another editor has arranged this edition meanwhile; look again.';
    const byKey = new Map(papers.map((paper) => [paper.key, paper.id]));
    const missing = first.find((key) => !byKey.has(key));
    if (missing !== undefined) return `Paper ${missing} is not in the edition of ${longDay(day)}.`;
    const seq = await bumpSequence(db, 'change');
    await db
      .updateTable('feature')
      .set({ place: null })
      .where('day', '=', day)
      .where('place', 'is not', null)
      .execute();
    const ids = first.map((key) => byKey.get(key) as number);
    for (const [index, id] of ids.entries())
      await db
        .updateTable('feature')
        .set({ place: index + 1 })
        .where('paper_id', '=', id)
        .execute();
    if (ids.length > 0) await db.updateTable('paper').set({ changed_seq: seq }).where('id', 'in', ids).execute();
    const detail = { from: now, to: first };
    await audit(db, { actorId, action: ACTION, subject: `edition ${day}`, detail }, host.now());
    return undefined;
  });
  if (refused === undefined) await host.contentChanged();
  return refused;
}

export async function isClosed(db: Kysely<Schema>, day: string): Promise<boolean> {
  const row = await db.selectFrom('edition').select('closed_at').where('day', '=', day).executeTakeFirst();
  return row !== undefined && row.closed_at !== null;
}

async function members(db: Kysely<Schema>, day: string) {
  const rows = await db
    .selectFrom('feature as f')
    .innerJoin('paper as p', 'p.id', 'f.paper_id')
    .select(['p.id', 'p.arxiv_id', 'p.short_id', 'p.title', 'f.place'])
    .select(sql<number>`p.imported_votes + p.reader_votes`.as('votes'))
    .where('f.day', '=', day)
    .where('f.by', '!=', 'edition-zero')
    .orderBy(sql`f.place is null`)
    .orderBy('f.place')
    .orderBy('votes', 'desc')
    .orderBy('p.id')
    .limit(500)
    .execute();
  return rows.map(({ arxiv_id, short_id, ...row }) => ({ ...row, key: arxiv_id ?? short_id }));
}
