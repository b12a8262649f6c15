import type { Reader } from '../accounts/index.ts';
import type { Host } from '../host/index.ts';
import { NOT_FOUND, type Refused } from './outcome.ts';
import { changing, findComment } from './store.ts';

/** What one may think of a comment, in words that the one who wrote it can use. */
export const REACTIONS = ['helpful', 'agree', 'disagree', 'unclear'] as const;
export type Reaction = (typeof REACTIONS)[number];

/** Sets a reaction on or off; saying the same twice changes nothing. */
export async function setReaction(
  host: Host,
  { reader, key, reaction, on }: { reader: Reader; key: string; reaction: Reaction; on: boolean },
): Promise<{ key: string; count: number; on: boolean } | Refused> {
  return changing(host, async (db) => {
    const comment = await findComment(db, key);
    if (!comment || comment.removed_at !== null || comment.hidden_at !== null) return NOT_FOUND;
    if (on) {
      await db
        .insertInto('comment_reaction')
        .values({ comment_id: comment.id, reader_id: reader.id, reaction, at: host.now() })
        .onConflict((c) => c.doNothing())
        .execute();
    } else {
      await db
        .deleteFrom('comment_reaction')
        .where('comment_id', '=', comment.id)
        .where('reader_id', '=', reader.id)
        .where('reaction', '=', reaction)
        .execute();
    }
    const { count } = await db
      .selectFrom('comment_reaction')
      .select((s) => s.fn.countAll<number>().as('count'))
      .where('comment_id', '=', comment.id)
      .where('reaction', '=', reaction)
      .executeTakeFirstOrThrow();
    return { key, count: Number(count), on };
  });
}
