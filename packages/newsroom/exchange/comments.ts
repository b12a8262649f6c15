import { bumpSequence, transaction } from '@broadsheet/database';
import { z } from 'zod';
import { cleanText, MAX_COMMENT_CHARS } from '../discussion/index.ts';
import type { Host } from '../host/index.ts';
import { importedReader } from './imported-reader.ts';
import { aliasRows } from './keys.ts';

const text = z.string().max(MAX_COMMENT_CHARS).transform(cleanText);

/** One comment of an export, with what it said before and what was thought of it. */
export const commentLine = z.object({
  _: z.literal('comment'),
  key: z.string().regex(/^[a-z2-9]{12}$/),
  paper: z.string(),
  reader: z.string().max(60),
  replyTo: z.string().optional(),
  text,
  createdAt: z.number(),
  editedAt: z.number().optional(),
  hiddenAt: z.number().optional(),
  removedAt: z.number().optional(),
  versions: z.array(z.object({ text, writtenAt: z.number() })).default([]),
  reactions: z
    .array(z.object({ reader: z.string().max(60), reaction: z.string().max(20), at: z.number() }))
    .default([]),
});

/**
 * Puts a comment back; one that is here already stays as it is.
 * @returns why it was skipped, or undefined when it was not.
 */
export async function restoreComment(host: Host, comment: z.output<typeof commentLine>): Promise<string | undefined> {
  return transaction(host.database, async (db) => {
    const seq = await bumpSequence(db, 'change');
    const known = await db.selectFrom('comment').select('id').where('key', '=', comment.key).executeTakeFirst();
    if (known) return undefined;
    const paperId = (await aliasRows(db, [comment.paper])).get(comment.paper);
    if (paperId === undefined) return `is a comment on the paper ${comment.paper}, which is not here`;
    const parent =
      comment.replyTo === undefined
        ? undefined
        : await db
            .selectFrom('comment')
            .select('id')
            .where('key', '=', comment.replyTo)
            .where('paper_id', '=', paperId)
            .executeTakeFirst();
    if (comment.replyTo !== undefined && !parent)
      return `is an answer to the comment ${comment.replyTo}, which is not here`;
    const { id } = await db
      .insertInto('comment')
      .values({
        key: comment.key,
        paper_id: paperId,
        reader_id: await importedReader(db, comment.reader, comment.createdAt),
        reply_to: parent?.id ?? null,
        text: comment.text,
        created_at: comment.createdAt,
        edited_at: comment.editedAt ?? null,
        hidden_at: comment.hiddenAt ?? null,
        removed_at: comment.removedAt ?? null,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    for (const [index, v] of comment.versions.entries())
      await db
        .insertInto('comment_version')
        .values({ comment_id: id, version: index + 1, text: v.text, written_at: v.writtenAt })
        .execute();
    for (const r of comment.reactions)
      await db
        .insertInto('comment_reaction')
        .values({
          comment_id: id,
          reader_id: await importedReader(db, r.reader, r.at),
          reaction: r.reaction,
          at: r.at,
        })
        .onConflict((c) => c.doNothing())
        .execute();
    if (comment.hiddenAt === undefined && comment.removedAt === undefined) {
      await db
        .updateTable('paper')
        .set((e) => ({ reader_comments: e('reader_comments', '+', 1), changed_seq: seq }))
        .where('id', '=', paperId)
        .execute();
    }
    return undefined;
  });
}
