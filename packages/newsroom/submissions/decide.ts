import { bumpSequence, lockSequence, type Schema, transaction } from '@broadsheet/database';
import type { Kysely } from 'kysely';
import { findReader } from '../accounts/index.ts';
import { audit } from '../audit/index.ts';
import { cleanText, writeComment } from '../discussion/index.ts';
import { isClosed, longDay, papersDay } from '../editions/index.ts';
import type { Host } from '../host/index.ts';

/** A proposal, for the editors and for who made it. */
export interface SubmissionView {
  id: number;
  paper: { key: string; title: string; publishedAt?: number };
  by: string;
  comment: string;
  mediaUrl?: string;
  state: 'waiting' | 'accepted' | 'refused';
  submittedAt: number;
  decidedAt?: number;
  said?: string;
}

/** Proposals, the first first where they wait and the newest first otherwise. */
export async function listSubmissions(
  db: Kysely<Schema>,
  { state, readerId, limit = 100 }: { state?: SubmissionView['state']; readerId?: number; limit?: number } = {},
): Promise<SubmissionView[]> {
  let query = db
    .selectFrom('submission as s')
    .innerJoin('paper as p', 'p.id', 's.paper_id')
    .innerJoin('reader as r', 'r.id', 's.reader_id')
    .selectAll('s')
    .select(['p.arxiv_id', 'p.short_id', 'p.title', 'p.published_at', 'r.name']);
  if (state !== undefined) query = query.where('s.state', '=', state);
  if (readerId !== undefined) query = query.where('s.reader_id', '=', readerId);
  const rows = await query
    .orderBy('s.id', state === 'waiting' ? 'asc' : 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    ...{ id: row.id, by: row.name, comment: row.comment, state: row.state, submittedAt: row.submitted_at },
    paper: { key: row.arxiv_id ?? row.short_id, title: row.title, publishedAt: row.published_at ?? undefined },
    mediaUrl: row.media_url ?? undefined,
    decidedAt: row.decided_at ?? undefined,
    said: row.said ?? undefined,
  }));
}

/**
 * Takes a proposal into today's edition, or not; by an editor. Accepted, what the submitter said of it opens the
 * paper's discussion.
 * @returns the paper's key; undefined where it was decided before.
 */
export async function decideSubmission(
  host: Host,
  { id, actorId, accept, said: given = '' }: { id: number; actorId: number; accept: boolean; said?: string },
): Promise<string | undefined> {
  const said = cleanText(given).slice(0, 500) || null;
  const decided = await transaction(host.database, async (db) => {
    await lockSequence(host.database, db, 'change');
    const now = host.now();
    const row = await db
      .updateTable('submission')
      .set({ state: accept ? 'accepted' : 'refused', decided_at: now, decided_by: actorId, said })
      .where('id', '=', id)
      .where('state', '=', 'waiting')
      .returningAll()
      .executeTakeFirst();
    if (!row) return undefined;
    const seq = await bumpSequence(db, 'change');
    const paper = await db
      .selectFrom('paper')
      .select(['arxiv_id', 'short_id'])
      .where('id', '=', row.paper_id)
      .executeTakeFirstOrThrow();
    const key = paper.arxiv_id ?? paper.short_id;
    if (accept) {
      const day = papersDay(now, host.settings.zone);
      await db
        .insertInto('feature')
        .values({ paper_id: row.paper_id, day, by: 'editor', source: 'submission', featured_at: now })
        .onConflict((c) => c.column('paper_id').doNothing())
        .execute();
      await db.updateTable('paper').set({ changed_seq: seq }).where('id', '=', row.paper_id).execute();
    }
    const action = accept ? 'submission.accept' : 'submission.refuse';
    await audit(db, { actorId, action, subject: `paper ${key}`, detail: { submission: id } }, now);
    return { key, readerId: row.reader_id, comment: row.comment };
  });
  await host.contentChanged();
  if (decided && accept && decided.comment) {
    const reader = await findReader(host.database.db, decided.readerId);
    if (reader) await writeComment(host, { reader, paperKey: decided.key, text: decided.comment });
  }
  return decided?.key;
}

/**
 * Takes back what an editor decided: the proposal waits again, and the paper leaves the edition while that is open. What
 * the submitter said of it stays in the discussion.
 * @returns the paper's key, or why not.
 */
export async function undoDecision(
  host: Host,
  { id, actorId }: { id: number; actorId: number },
): Promise<{ paperKey: string } | { refused: string }> {
  const outcome = await transaction(host.database, async (db) => {
    await lockSequence(host.database, db, 'change');
    const row = await db
      .selectFrom('submission as s')
      .innerJoin('paper as p', 'p.id', 's.paper_id')
      .select(['s.paper_id', 's.state', 'p.arxiv_id', 'p.short_id'])
      .where('s.id', '=', id)
      .where('s.state', '!=', 'waiting')
      .executeTakeFirst();
    if (!row) return { refused: 'This waits for a decision already.' };
    const paperKey = row.arxiv_id ?? row.short_id;
    const feature = await db
      .selectFrom('feature')
      .select(['day', 'source'])
      .where('paper_id', '=', row.paper_id)
      .executeTakeFirst();
    if (row.state === 'accepted' && feature && (await isClosed(db, feature.day)))
      return { refused: `It is printed in the edition of ${longDay(feature.day)}, which is closed.` };
    const seq = await bumpSequence(db, 'change');
    // What a curated list picked as well stays in the edition.
    if (row.state === 'accepted' && feature?.source === 'submission') {
      await db.deleteFrom('feature').where('paper_id', '=', row.paper_id).execute();
      await db.updateTable('paper').set({ changed_seq: seq }).where('id', '=', row.paper_id).execute();
    }
    await db
      .updateTable('submission')
      .set({ state: 'waiting', decided_at: null, decided_by: null, said: null })
      .where('id', '=', id)
      .execute();
    const detail = { submission: id, was: row.state };
    await audit(db, { actorId, action: 'submission.undo', subject: `paper ${paperKey}`, detail }, host.now());
    return { paperKey };
  });
  if (!('refused' in outcome)) await host.contentChanged();
  return outcome;
}
