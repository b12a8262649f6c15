import type { Schema } from '@broadsheet/database';
import type { Kysely } from 'kysely';
import { HOUR_MS, type Reader, takeOne } from '../accounts/index.ts';
import { audit } from '../audit/index.ts';
import type { Host } from '../host/index.ts';
import { LIMITS } from './limits.ts';
import { NOT_FOUND, type Refused } from './outcome.ts';
import { changing, findComment, recount } from './store.ts';
import { cleanText } from './text.ts';

const MAX_REASON_CHARS = 500;

/** Asks the editors to look at a comment; once a reader and comment. */
export async function reportComment(
  host: Host,
  { reader, key, reason: given }: { reader: Reader; key: string; reason: string },
): Promise<{ key: string } | Refused> {
  const reason = cleanText(given).slice(0, MAX_REASON_CHARS);
  if (!reason) return { refused: 'Say in a few words what is wrong with it.', reason: 'unusable' };
  return changing(host, async (db) => {
    const comment = await findComment(db, key);
    if (!comment || comment.removed_at !== null) return NOT_FOUND;
    const limit = { name: 'reports of', most: LIMITS.reportsPerHour, windowMs: HOUR_MS };
    const limited = await takeOne(db, limit, String(reader.id), host.now());
    if (limited) {
      const refused = 'You have reported many comments within an hour; the editors will look at those first.';
      return { refused, reason: 'too often', ...limited } satisfies Refused;
    }
    await db
      .insertInto('comment_report')
      .values({
        ...{ comment_id: comment.id, reader_id: reader.id, reason, at: host.now() },
        ...{ decided_at: null, decision: null },
      })
      .onConflict((c) => c.doNothing())
      .execute();
    return { key };
  });
}

/** Hides a comment from readers, or shows it again; by an editor. Answers to it stay where they are. */
export async function hideComment(
  host: Host,
  { actorId, key, on }: { actorId: number; key: string; on: boolean },
): Promise<{ key: string } | Refused> {
  return changing(host, async (db, change) => {
    const comment = await findComment(db, key);
    if (!comment || comment.removed_at !== null) return NOT_FOUND;
    await db
      .updateTable('comment')
      .set({ hidden_at: on ? host.now() : null })
      .where('id', '=', comment.id)
      .execute();
    if (on) await decide(db, comment.id, 'hidden', host.now());
    const action = on ? 'comment.hide' : 'comment.show';
    await audit(db, { actorId, action, subject: `comment ${key}` }, host.now());
    await recount(db, comment.paper_id, await change());
    return { key };
  });
}

/** Leaves a reported comment as it is; by an editor. */
export async function keepComment(
  host: Host,
  { actorId, key }: { actorId: number; key: string },
): Promise<{ key: string } | Refused> {
  return changing(host, async (db) => {
    const comment = await findComment(db, key);
    if (!comment) return NOT_FOUND;
    await decide(db, comment.id, 'kept', host.now());
    await audit(db, { actorId, action: 'comment.keep', subject: `comment ${key}` }, host.now());
    return { key };
  });
}

async function decide(db: Kysely<Schema>, commentId: number, decision: 'hidden' | 'kept', now: number) {
  await db
    .updateTable('comment_report')
    .set({ decision, decided_at: now })
    .where('comment_id', '=', commentId)
    .where('decision', 'is', null)
    .execute();
}

/** Closes the discussion of a paper to new words, or opens it again; by an editor. */
export async function lockDiscussion(
  host: Host,
  { actorId, paperKey, on }: { actorId: number; paperKey: string; on: boolean },
): Promise<{ paperKey: string } | Refused> {
  return changing(host, async (db) => {
    const paper = await db
      .selectFrom('paper')
      .select('id')
      .where((w) => w.or([w('arxiv_id', '=', paperKey), w('short_id', '=', paperKey)]))
      .executeTakeFirst();
    if (!paper) return { refused: `There is no paper ${paperKey} here.`, reason: 'not found' } satisfies Refused;
    if (on) {
      await db
        .insertInto('discussion_lock')
        .values({ paper_id: paper.id, locked_at: host.now() })
        .onConflict((c) => c.doNothing())
        .execute();
    } else await db.deleteFrom('discussion_lock').where('paper_id', '=', paper.id).execute();
    const action = on ? 'discussion.lock' : 'discussion.unlock';
    await audit(db, { actorId, action, subject: `paper ${paperKey}` }, host.now());
    return { paperKey };
  });
}

/** A comment that somebody asked the editors to look at. */
export interface ReportedComment {
  key: string;
  text: string;
  writtenBy: string;
  at: number;
  isHidden: boolean;
  paper: { key: string; title: string };
  reports: { by: string; reason: string; at: number }[];
}

/** What waits for an editor, the first reported first. */
export async function reportedComments(db: Kysely<Schema>): Promise<ReportedComment[]> {
  const rows = await db
    .selectFrom('comment_report as report')
    .innerJoin('comment as c', 'c.id', 'report.comment_id')
    .innerJoin('reader as writer', 'writer.id', 'c.reader_id')
    .innerJoin('reader as asker', 'asker.id', 'report.reader_id')
    .innerJoin('paper as p', 'p.id', 'c.paper_id')
    .select([
      ...(['c.key', 'c.text', 'c.created_at', 'c.hidden_at', 'p.arxiv_id', 'p.short_id', 'p.title'] as const),
      ...(['writer.name as written_by', 'asker.name as asked_by', 'report.reason', 'report.at'] as const),
    ])
    .where('report.decision', 'is', null)
    .where('c.removed_at', 'is', null)
    .orderBy('report.at')
    .limit(500)
    .execute();
  return [...Map.groupBy(rows, (row) => row.key).values()].map((reports) => {
    const [first] = reports;
    return {
      ...{ key: first.key, text: first.text, writtenBy: first.written_by, at: first.created_at },
      isHidden: first.hidden_at !== null,
      paper: { key: first.arxiv_id ?? first.short_id, title: first.title },
      reports: reports.map(({ asked_by: by, reason, at }) => ({ by, reason, at })),
    };
  });
}
