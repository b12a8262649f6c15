import { bumpSequence, transaction } from '@broadsheet/database';
import { z } from 'zod';
import { freeNumber } from '../editions/number.ts';
import type { Host } from '../host/index.ts';
import { commentLine, restoreComment } from './comments.ts';
import { importedReader } from './imported-reader.ts';
import { aliasRows } from './keys.ts';

/** Lines of an export that are no papers: closed editions, readers' votes and comments. `_` says which. */
const row = z.discriminatedUnion('_', [
  z.object({ _: z.literal('broadsheet'), format: z.literal(1) }),
  z.object({
    _: z.literal('edition'),
    day: z.string(),
    number: z.number().int(),
    closedAt: z.number().nullable(),
    entries: z.array(
      z.object({
        paper: z.string(),
        votes: z.number().int(),
        comments: z.number().int(),
        stars: z.number().int().nullable(),
      }),
    ),
  }),
  z.object({ _: z.literal('vote'), reader: z.string(), paper: z.string(), castAt: z.number() }),
  commentLine,
  z.object({
    _: z.literal('repository'),
    name: z.string(),
    stars: z.number().int().nullable(),
    starsPerDay: z.number().nullable(),
    days: z.array(z.object({ day: z.string(), stars: z.number().int() })),
  }),
]);

/**
 * Puts one such line back. Idempotent: an edition that is closed here already stays as it is.
 * @returns why it was skipped, or undefined when it was not.
 */
export async function restoreRow(host: Host, value: Record<string, unknown>): Promise<string | undefined> {
  const parsed = row.safeParse(value);
  if (!parsed.success) return `is a line of a kind that this version does not know ("_": ${JSON.stringify(value._)})`;
  const r = parsed.data;
  if (r._ === 'edition') return restoreEdition(host, r);
  if (r._ === 'vote') return restoreVote(host, r);
  if (r._ === 'comment') return restoreComment(host, r);
  if (r._ === 'repository') await restoreRepository(host, r);
  return undefined;
}

type Row<K> = Extract<z.output<typeof row>, { _: K }>;

async function restoreEdition(host: Host, edition: Row<'edition'>): Promise<string | undefined> {
  return transaction(host.database, async (db) => {
    const known = await db.selectFrom('edition').select('closed_at').where('day', '=', edition.day).executeTakeFirst();
    if (known?.closed_at) return undefined;
    const ids = await aliasRows(
      db,
      edition.entries.map((e) => e.paper),
    );
    const missing = edition.entries.find((e) => !ids.has(e.paper));
    if (missing) return `is an edition with the paper ${missing.paper}, which is not here`;
    // A day that is open here has its number already; one that is new takes its own where that is free.
    if (known)
      await db.updateTable('edition').set({ closed_at: edition.closedAt }).where('day', '=', edition.day).execute();
    else {
      const number = await freeNumber(db, edition.number);
      await db.insertInto('edition').values({ day: edition.day, number, closed_at: edition.closedAt }).execute();
    }
    for (const [index, e] of edition.entries.entries()) {
      await db
        .insertInto('edition_entry')
        .values({
          day: edition.day,
          rank: index + 1,
          paper_id: ids.get(e.paper) as number,
          votes: e.votes,
          comments: e.comments,
          stars: e.stars,
        })
        .execute();
    }
    await bumpSequence(db, 'change');
    return undefined;
  });
}

async function restoreVote(host: Host, vote: Row<'vote'>): Promise<string | undefined> {
  return transaction(host.database, async (db) => {
    const ids = await aliasRows(db, [vote.paper]);
    const paperId = ids.get(vote.paper);
    if (paperId === undefined) return `is a vote for the paper ${vote.paper}, which is not here`;
    const readerId = await importedReader(db, vote.reader, vote.castAt);
    const cast = await db
      .insertInto('vote')
      .values({ reader_id: readerId, paper_id: paperId, cast_at: vote.castAt })
      .onConflict((c) => c.doNothing())
      .executeTakeFirst();
    if (Number(cast.numInsertedOrUpdatedRows ?? 0) === 0) return undefined;
    const seq = await bumpSequence(db, 'change');
    await db
      .updateTable('paper')
      .set((e) => ({ reader_votes: e('reader_votes', '+', 1), changed_seq: seq }))
      .where('id', '=', paperId)
      .execute();
    return undefined;
  });
}

async function restoreRepository(host: Host, r: Row<'repository'>): Promise<void> {
  await transaction(host.database, async (db) => {
    const values = { stars: r.stars, stars_per_day: r.starsPerDay };
    await db
      .insertInto('repository')
      .values({ name: r.name, ...values, etag: null, checked_at: null, gone_at: null })
      .onConflict((c) => c.column('name').doUpdateSet(values))
      .execute();
    for (const d of r.days) {
      await db
        .insertInto('repository_stars')
        .values({ repository: r.name, day: d.day, stars: d.stars })
        .onConflict((c) => c.doNothing())
        .execute();
    }
  });
}
