import type { Schema } from '@broadsheet/database';
import type { Kysely, Selectable } from 'kysely';
import { HOUR_MS, type Reader, takeOne } from '../accounts/index.ts';
import { siteAddress } from '../digest/index.ts';
import type { Host } from '../host/index.ts';
import { type Letter, parseAddress, postLetter } from '../mail/index.ts';
import { plainText } from '../papers/index.ts';
import { KINDS, type NotificationKind } from './kinds.ts';
import { offLink, switchesOf } from './switches.ts';

/** Nobody's mailbox is filled by a quarrel. */
const LETTERS_A_DAY = { name: 'notices to', most: 20, windowMs: 24 * HOUR_MS };
const MAX_QUOTED_CHARS = 1_500;

interface Said {
  comment: Selectable<Schema['comment']>;
  writer: Reader;
  paper: { id: number; key: string; title: string };
  /** Handles. */
  mentions: string[];
}

/** Tells those whom a comment concerns, inside the transaction that stores it; each once, however often it is edited. */
export async function tellOfComment(host: Host, db: Kysely<Schema>, said: Said): Promise<void> {
  const concerned = await concernedBy(db, said);
  if (concerned.size === 0) return;
  const readers = await db
    .selectFrom('reader')
    .select(['id', 'name', 'email'])
    .where('id', 'in', [...concerned.keys()])
    .where('kind', 'in', ['account', 'local'])
    .where('deleted_at', 'is', null)
    .where('locked_at', 'is', null)
    .execute();
  const switches = await switchesOf(
    db,
    readers.map((reader) => reader.id),
  );
  for (const { id, email } of readers) {
    const kind = concerned.get(id) as NotificationKind;
    const wanted = switches(id)[kind];
    if (!wanted.page && !wanted.mail) continue;
    const told = await db
      .insertInto('notification')
      .values({
        ...{ reader_id: id, kind, comment_id: said.comment.id, at: host.now() },
        // A reader who only wants mail finds nothing new on the page.
        seen_at: wanted.page ? null : host.now(),
      })
      .onConflict((c) => c.columns(['reader_id', 'comment_id']).doNothing())
      .returning('id')
      .executeTakeFirst();
    const to = email === null ? undefined : parseAddress(email);
    if (!told || !wanted.mail || !to) continue;
    if (await takeOne(db, LETTERS_A_DAY, String(id), host.now())) continue;
    await postLetter(db, letter(host, said, { readerId: id, kind, to }), host.now());
  }
}

/** Who is concerned, and how. Never who wrote it. */
async function concernedBy(db: Kysely<Schema>, said: Said): Promise<Map<number, NotificationKind>> {
  const { comment, mentions } = said;
  const by: Record<NotificationKind, number[]> = { reply: [], mention: [], paper: [], author: [] };
  if (comment.reply_to !== null) {
    const parent = await db
      .selectFrom('comment')
      .select('reader_id')
      .where('id', '=', comment.reply_to)
      .executeTakeFirst();
    if (parent) by.reply.push(parent.reader_id);
  }
  if (mentions.length > 0) {
    // More than these is a crowd, and nobody in it is meant.
    const named = await db.selectFrom('reader').select('id').where('handle', 'in', mentions.slice(0, 10)).execute();
    by.mention.push(...named.map((row) => row.id));
  }
  const authors = await db
    .selectFrom('authorship')
    .select('reader_id')
    .where('paper_id', '=', comment.paper_id)
    .where('state', '=', 'confirmed')
    .execute();
  by.paper.push(...authors.map((row) => row.reader_id));
  if (by.paper.includes(comment.reader_id)) {
    const others = db.selectFrom('comment').select('reader_id').distinct().where('paper_id', '=', comment.paper_id);
    by.author.push(...(await others.where('removed_at', 'is', null).execute()).map((row) => row.reader_id));
  }
  const concerned = new Map<number, NotificationKind>();
  for (const kind of KINDS) for (const id of by[kind]) if (!concerned.has(id)) concerned.set(id, kind);
  concerned.delete(comment.reader_id);
  return concerned;
}

const SUBJECTS: Record<NotificationKind, (writer: string, title: string) => string> = {
  reply: (writer, title) => `${writer} answered you: ${title}`,
  mention: (writer, title) => `${writer} named you: ${title}`,
  paper: (writer, title) => `${writer} commented on your paper: ${title}`,
  author: (writer, title) => `${writer}, an author, joined: ${title}`,
};

function letter(
  host: Host,
  { comment, writer, paper }: Said,
  { readerId, kind, to }: { readerId: number; kind: NotificationKind; to: string },
): Letter {
  const { settings } = host;
  const off = offLink(settings, readerId, kind);
  const quoted = comment.text.length > MAX_QUOTED_CHARS ? `${comment.text.slice(0, MAX_QUOTED_CHARS)} …` : comment.text;
  return {
    kind: 'reply',
    to,
    subject: SUBJECTS[kind](writer.name, plainText(paper.title)).slice(0, 180),
    text: `${writer.name} wrote on ${settings.siteName}, about “${plainText(paper.title)}”:

${quoted
  .split('\n')
  .map((line) => `> ${line}`)
  .join('\n')}

Answer, or read the whole thread:

  ${siteAddress(settings)}/comments/${comment.key}

No more letters of this kind, with one press and without signing in:

  ${off}
`,
    headers: { 'List-Unsubscribe': `<${off}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' },
    key: `comment ${comment.key} to ${readerId}`,
  };
}
