import { bumpSequence, transaction } from '@broadsheet/database';
import type { Host } from '../host/index.ts';

export type VoteOutcome = { votes: number; voted: boolean } | { notFound: true };

/**
 * Sets a reader's vote for a paper on or off. Saying the same twice changes nothing, so a retry or a double click is
 * safe. Votes count on the paper; an edition that is closed keeps the order it was printed in.
 */
export async function setVote(
  host: Host,
  { readerId, paperKey, on }: { readerId: number; paperKey: string; on: boolean },
): Promise<VoteOutcome> {
  // Also keeps from PostgreSQL what it refuses to be asked for, such as a NUL.
  if (!PAPER_KEY.test(paperKey)) return { notFound: true };
  const at = host.now();
  const outcome = await transaction(host.database, async (db): Promise<VoteOutcome> => {
    const paper = await db
      .selectFrom('paper')
      .select('id')
      .where((w) => w.or([w('arxiv_id', '=', paperKey), w('short_id', '=', paperKey)]))
      .executeTakeFirst();
    if (!paper) return { notFound: true };
    const changed = on
      ? await db
          .insertInto('vote')
          .values({ reader_id: readerId, paper_id: paper.id, cast_at: at })
          .onConflict((c) => c.doNothing())
          .executeTakeFirst()
          .then((result) => Number(result.numInsertedOrUpdatedRows ?? 0) > 0)
      : await db
          .deleteFrom('vote')
          .where('reader_id', '=', readerId)
          .where('paper_id', '=', paper.id)
          .executeTakeFirst()
          .then((result) => Number(result.numDeletedRows) > 0);
    if (!changed) {
      // Read only now: the first of two clicks at once may have counted while this one waited for it.
      const shown = await db
        .selectFrom('paper')
        .select(['imported_votes', 'reader_votes'])
        .where('id', '=', paper.id)
        .executeTakeFirstOrThrow();
      return { votes: shown.imported_votes + shown.reader_votes, voted: on };
    }
    const step = on ? 1 : -1;
    // Taken before the event is written: under its lock events become visible in the order of their ids, which paging
    // through a moving list relies on.
    const seq = await bumpSequence(db, 'change');
    await db
      .insertInto('vote_event')
      .values({ reader_id: readerId, paper_id: paper.id, is_on: on ? 1 : 0, at })
      .execute();
    const updated = await db
      .updateTable('paper')
      .set((e) => ({ reader_votes: e('reader_votes', '+', step), changed_seq: seq }))
      .where('id', '=', paper.id)
      .returning(['imported_votes', 'reader_votes'])
      .executeTakeFirstOrThrow();
    return { votes: updated.imported_votes + updated.reader_votes, voted: on };
  });
  await host.contentChanged();
  return outcome;
}

/** Anything that may be the last part of a paper's address. */
const PAPER_KEY = /^[\w./-]{1,64}$/;

/** The one reader of a site without accounts; there from the first vote on. */
export async function localReader(host: Host): Promise<number> {
  const known = await host.database.db.selectFrom('reader').select('id').where('kind', '=', 'local').executeTakeFirst();
  if (known) return known.id;
  return transaction(host.database, async (db) => {
    // The sequence row serves as the lock: two first requests at once must not make two readers.
    await bumpSequence(db, 'change');
    const again = await db.selectFrom('reader').select('id').where('kind', '=', 'local').executeTakeFirst();
    if (again) return again.id;
    const made = await db
      .insertInto('reader')
      .values({ kind: 'local', name: 'You', role: 'admin', created_at: host.now() })
      .returning('id')
      .executeTakeFirstOrThrow();
    return made.id;
  });
}

const localReaders = new WeakMap<Host, Promise<number>>();

/** Who acts when nobody has signed in: in mode `none` the one local reader. */
export async function actingReader(host: Host): Promise<number | undefined> {
  if (host.settings.mode !== 'none') return undefined;
  const known = localReaders.get(host);
  if (known) return known;
  const asked = localReader(host);
  localReaders.set(host, asked);
  // A store that is away for a moment must not be remembered as the answer.
  asked.catch(() => localReaders.delete(host));
  return asked;
}
