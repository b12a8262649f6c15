import type { Schema } from '@broadsheet/database';
import type { Kysely } from 'kysely';
import type { Host } from '../host/index.ts';

/**
 * How long a paper that was shown on a page still counts as being looked at: who turns back to a list within it finds
 * everything where it was.
 */
export const SITTING_HOURS = 4;
const SITTING_MS = SITTING_HOURS * 3_600_000;

/** Whether the reader chose to have each paper proposed once, across pages, lists and letters. */
export async function isProposedOnce(db: Kysely<Schema>, readerId: number): Promise<boolean> {
  const row = await db.selectFrom('proposed_once').select('since').where('reader_id', '=', readerId).executeTakeFirst();
  return row !== undefined;
}

export async function setProposedOnce(host: Host, readerId: number, on: boolean): Promise<void> {
  const { db } = host.database;
  if (!on) await db.deleteFrom('proposed_once').where('reader_id', '=', readerId).execute();
  else {
    const chosen = { reader_id: readerId, since: host.now() };
    await db
      .insertInto('proposed_once')
      .values(chosen)
      .onConflict((c) => c.doNothing())
      .execute();
  }
}

/**
 * Which of these papers were proposed to the reader before: by a page or an assistant longer ago than a sitting, or by a
 * letter that went to their address.
 * @param exceptIssue the issue whose letter is being written: it does not count against itself.
 */
export async function proposedBefore(
  db: Kysely<Schema>,
  reader: { id: number; email?: string },
  paperIds: number[],
  { now, exceptIssue = -1, sittingMs = SITTING_MS }: { now: number; exceptIssue?: number; sittingMs?: number },
): Promise<Set<number>> {
  if (paperIds.length === 0) return new Set();
  const shown = await db
    .selectFrom('shown_paper')
    .select('paper_id')
    .where('reader_id', '=', reader.id)
    .where('paper_id', 'in', paperIds)
    .where('at', '<=', now - sittingMs)
    .execute();
  const mailed =
    reader.email === undefined
      ? []
      : await db
          .selectFrom('letter as l')
          .innerJoin('issue_paper as i', 'i.issue_id', 'l.issue_id')
          .select('i.paper_id')
          .where('l.to_address', '=', reader.email)
          .where('l.state', 'in', ['sent', 'unknown'])
          .where('l.issue_id', '!=', exceptIssue)
          .where('i.paper_id', 'in', paperIds)
          .where('i.rank', 'is not', null)
          .execute();
  return new Set([...shown, ...mailed].map((row) => row.paper_id));
}
