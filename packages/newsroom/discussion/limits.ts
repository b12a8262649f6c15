import type { Schema } from '@broadsheet/database';
import type { Kysely } from 'kysely';
import { HOUR_MS, type Reader, takeOne } from '../accounts/index.ts';
import { renderMarkdown } from './markdown.ts';
import type { Refused } from './outcome.ts';
import { MAX_COMMENT_CHARS } from './text.ts';

const DAY_MS = 24 * HOUR_MS;
/** docs/guides/discussion.md tells readers and operators the same numbers. */
export const LIMITS = {
  /** Until it is so old, an account is a new one. */
  youngDays: 3,
  perHour: 30,
  perHourYoung: 5,
  linksYoung: 2,
  reportsPerHour: 20,
  /** The reader of a site without accounts may be a whole group. */
  perHourLocal: 300,
} as const;

/** Why somebody may not say this now; undefined where they may. Counts the try, so it is asked last. */
export async function limitComment(
  db: Kysely<Schema>,
  reader: Reader,
  text: string,
  now: number,
): Promise<Refused | undefined> {
  const isYoung =
    reader.kind === 'account' && reader.role === 'reader' && now - reader.createdAt < LIMITS.youngDays * DAY_MS;
  if (isYoung && renderMarkdown(text).links > LIMITS.linksYoung) {
    return {
      refused: `An account younger than ${LIMITS.youngDays} days may put at most ${LIMITS.linksYoung} links into a comment.`,
      reason: 'unusable',
    };
  }
  const repeated = await db
    .selectFrom('comment')
    .select('id')
    .where('reader_id', '=', reader.id)
    .where('created_at', '>', now - DAY_MS)
    .where('text', '=', text)
    .executeTakeFirst();
  if (repeated) return { refused: 'You have said this before, word for word, within a day.', reason: 'repeated' };
  const most = reader.kind === 'local' ? LIMITS.perHourLocal : isYoung ? LIMITS.perHourYoung : LIMITS.perHour;
  const limited = await takeOne(db, { name: 'comments of', most, windowMs: HOUR_MS }, String(reader.id), now);
  if (!limited) return undefined;
  return {
    refused: `You have written ${most} comments within an hour; the next one is taken later.`,
    reason: 'too often',
    retryAt: limited.retryAt,
  };
}

/** Why a text is no comment; undefined where it is one. */
export function unusable(text: string): Refused | undefined {
  if (text === '') return { refused: 'There is nothing in it yet; write something first.', reason: 'unusable' };
  if (text.length <= MAX_COMMENT_CHARS) return undefined;
  return {
    refused: `It has ${text.length} characters; a comment may have ${MAX_COMMENT_CHARS}.`,
    reason: 'unusable',
  };
}
