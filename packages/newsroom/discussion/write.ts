import { randomBytes } from 'node:crypto';
import type { Schema } from '@broadsheet/database';
import type { Kysely } from 'kysely';
import type { Reader } from '../accounts/index.ts';
import type { Host } from '../host/index.ts';
import { tellOfComment } from '../notifications/index.ts';
import { findPaper } from '../papers/index.ts';
import { limitComment, unusable } from './limits.ts';
import { renderMarkdown } from './markdown.ts';
import { LOCKED, NOT_FOUND, type Refused } from './outcome.ts';
import { type CommentRow, changing, findComment, isLocked, recount } from './store.ts';
import { cleanText } from './text.ts';

export interface NewComment {
  reader: Reader;
  paperKey: string;
  text: string;
  /** The key of the comment that it answers. */
  replyTo?: string;
}

export type Written = { key: string; paperKey: string };

/** Says something about a paper, or answers what was said; those whom it concerns are told in the same transaction. */
export async function writeComment(host: Host, given: NewComment): Promise<Written | Refused> {
  const { reader } = given;
  const text = cleanText(given.text);
  const refused = unusable(text) ?? unconfirmed(reader);
  if (refused) return refused;
  return changing(host, async (db, change): Promise<Written | Refused> => {
    const paper = PAPER_KEY.test(given.paperKey) ? await findPaper(db, given.paperKey) : undefined;
    if (!paper || 'movedTo' in paper)
      return { refused: `There is no paper ${given.paperKey} here.`, reason: 'not found' };
    if (await isLocked(db, paper.id)) return LOCKED;
    const parent = given.replyTo === undefined ? undefined : await findComment(db, given.replyTo);
    if (given.replyTo !== undefined && (!parent || parent.paper_id !== paper.id || parent.removed_at !== null))
      return NOT_FOUND;
    const limited = await limitComment(db, reader, text, host.now());
    if (limited) return limited;
    const row = await db
      .insertInto('comment')
      .values({
        ...{ key: newKey(), paper_id: paper.id, reader_id: reader.id, reply_to: parent?.id ?? null },
        ...{ text, created_at: host.now(), edited_at: null, hidden_at: null, removed_at: null },
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    await recount(db, paper.id, await change());
    await tellOfComment(host, db, { comment: row, writer: reader, paper, mentions: renderMarkdown(text).mentions });
    return { key: row.key, paperKey: paper.key };
  });
}

/** Changes one's own comment; what it said before is kept and can be read by everyone. */
export async function editComment(
  host: Host,
  { reader, key, text: given }: { reader: Reader; key: string; text: string },
): Promise<Written | Refused> {
  const text = cleanText(given);
  const refused = unusable(text);
  if (refused) return refused;
  return changing(host, async (db): Promise<Written | Refused> => {
    const own = await ownComment(db, reader, key);
    if ('refused' in own) return own;
    const { comment, paper } = own;
    if (comment.text === text) return { key, paperKey: paper.key };
    const limited = await limitComment(db, reader, text, host.now());
    if (limited) return limited;
    const { count } = await db
      .selectFrom('comment_version')
      .select((s) => s.fn.countAll<number>().as('count'))
      .where('comment_id', '=', comment.id)
      .executeTakeFirstOrThrow();
    await db
      .insertInto('comment_version')
      .values({
        comment_id: comment.id,
        version: Number(count) + 1,
        text: comment.text,
        written_at: comment.edited_at ?? comment.created_at,
      })
      .execute();
    await db.updateTable('comment').set({ text, edited_at: host.now() }).where('id', '=', comment.id).execute();
    const edited = { ...comment, text };
    await tellOfComment(host, db, { comment: edited, writer: reader, paper, mentions: renderMarkdown(text).mentions });
    return { key, paperKey: paper.key };
  });
}

/** Takes one's own comment away, words and history; where it was answered, its place stays. */
export async function removeComment(
  host: Host,
  { reader, key }: { reader: Reader; key: string },
): Promise<Written | Refused> {
  return changing(host, async (db, change): Promise<Written | Refused> => {
    const own = await ownComment(db, reader, key, { evenLocked: true });
    if ('refused' in own) return own;
    const { comment, paper } = own;
    await db.deleteFrom('comment_version').where('comment_id', '=', comment.id).execute();
    await db.updateTable('comment').set({ text: '', removed_at: host.now() }).where('id', '=', comment.id).execute();
    await recount(db, paper.id, await change());
    return { key, paperKey: paper.key };
  });
}

async function ownComment(
  db: Kysely<Schema>,
  reader: Reader,
  key: string,
  { evenLocked = false } = {},
): Promise<{ comment: CommentRow; paper: { id: number; key: string; title: string } } | Refused> {
  const comment = await findComment(db, key);
  if (!comment || comment.removed_at !== null) return NOT_FOUND;
  if (comment.reader_id !== reader.id)
    return { refused: 'Only who wrote a comment may change it.', reason: 'not yours' };
  if (!evenLocked && (comment.hidden_at !== null || (await isLocked(db, comment.paper_id)))) return LOCKED;
  const row = await db
    .selectFrom('paper')
    .select(['id', 'arxiv_id', 'short_id', 'title'])
    .where('id', '=', comment.paper_id)
    .executeTakeFirstOrThrow();
  return { comment, paper: { id: row.id, key: row.arxiv_id ?? row.short_id, title: row.title } };
}

function unconfirmed(reader: Reader): Refused | undefined {
  if (reader.kind === 'local' || reader.confirmedAt !== undefined) return undefined;
  return {
    refused: 'Confirm a mail address on your account page first; then you can write here.',
    reason: 'unconfirmed',
  };
}

const PAPER_KEY = /^[\w./-]{1,64}$/;
const ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789';

/** 60 random bits. */
function newKey(): string {
  return Array.from(randomBytes(12), (byte) => ALPHABET[byte % 32]).join('');
}
