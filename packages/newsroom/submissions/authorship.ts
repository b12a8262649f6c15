import { bumpSequence, lockSequence, type Schema, transaction } from '@broadsheet/database';
import type { Kysely } from 'kysely';
import { HOUR_MS, orcidOf, type Reader, takeOne } from '../accounts/index.ts';
import { audit } from '../audit/index.ts';
import type { Host } from '../host/index.ts';

export interface ClaimView {
  paper: { key: string; title: string; authors: string[] };
  reader: { id: number; name: string; handle?: string };
  askedAt: number;
  state: 'asked' | 'confirmed' | 'refused';
  /** By whom it stands: an editor, or an ORCID iD that the paper's record carries. */
  by?: 'editor' | 'orcid';
}

/** Says that one is an author of a paper. Where the record carries the ORCID iD that one has signed in with, that is enough; else an editor looks. */
export async function claimAuthorship(
  host: Host,
  { reader, paperKey }: { reader: Reader; paperKey: string },
): Promise<{ state: ClaimView['state'] } | { refused: string }> {
  const outcome = await transaction(host.database, async (db) => {
    await lockSequence(host.database, db, 'change');
    const paper = await paperOf(db, paperKey);
    if (!paper) return { refused: `There is no paper ${paperKey} here.` };
    const known = await db
      .selectFrom('authorship')
      .select('state')
      .where('paper_id', '=', paper.id)
      .where('reader_id', '=', reader.id)
      .executeTakeFirst();
    if (known) return { state: known.state };
    const limit = { name: 'claims of', most: 20, windowMs: 24 * HOUR_MS };
    if (await takeOne(db, limit, String(reader.id), host.now()))
      return { refused: 'Twenty papers within a day are enough for now.' };
    const orcid = await orcidOf(host, db, reader.id);
    const carried = orcid
      ? await db
          .selectFrom('paper_orcid')
          .select('orcid')
          .where('paper_id', '=', paper.id)
          .where('orcid', '=', orcid)
          .executeTakeFirst()
      : undefined;
    const now = host.now();
    const state = carried ? 'confirmed' : 'asked';
    await db
      .insertInto('authorship')
      .values({
        ...{ paper_id: paper.id, reader_id: reader.id, state, by: carried ? 'orcid' : null },
        ...{ asked_at: now, decided_at: carried ? now : null },
      })
      .execute();
    await bumpSequence(db, 'change');
    if (carried) await audit(db, { actorId: reader.id, action: 'authorship.orcid', subject: `paper ${paperKey}` }, now);
    return { state } as const;
  });
  await host.contentChanged();
  return outcome;
}

/** Confirms a claim or not; by an editor. @returns whether it was still open. */
export async function decideClaim(
  host: Host,
  { actorId, readerId, paperKey, accept }: { actorId: number; readerId: number; paperKey: string; accept: boolean },
): Promise<boolean> {
  const isDone = await transaction(host.database, async (db) => {
    await bumpSequence(db, 'change');
    const paper = await paperOf(db, paperKey);
    if (!paper) return false;
    const changed = await db
      .updateTable('authorship')
      .set({ state: accept ? 'confirmed' : 'refused', by: 'editor', decided_at: host.now() })
      .where('paper_id', '=', paper.id)
      .where('reader_id', '=', readerId)
      .where('state', '=', 'asked')
      .returning('reader_id')
      .executeTakeFirst();
    if (!changed) return false;
    const action = accept ? 'authorship.confirm' : 'authorship.refuse';
    await audit(db, { actorId, action, subject: `paper ${paperKey}`, detail: { reader: readerId } }, host.now());
    return true;
  });
  await host.contentChanged();
  return isDone;
}

/** Claims that wait for an editor. */
export async function openClaims(db: Kysely<Schema>): Promise<ClaimView[]> {
  const rows = await db
    .selectFrom('authorship as a')
    .innerJoin('paper as p', 'p.id', 'a.paper_id')
    .innerJoin('reader as r', 'r.id', 'a.reader_id')
    .select(['p.arxiv_id', 'p.short_id', 'p.title', 'p.authors_json', 'r.id', 'r.name', 'r.handle', 'a.asked_at'])
    .where('a.state', '=', 'asked')
    .orderBy('a.asked_at')
    .limit(200)
    .execute();
  return rows.map((row) => ({
    paper: { key: row.arxiv_id ?? row.short_id, title: row.title, authors: JSON.parse(row.authors_json) },
    reader: { id: row.id, name: row.name, handle: row.handle ?? undefined },
    askedAt: row.asked_at,
    state: 'asked',
  }));
}

/** How a reader's own claim on a paper stands; undefined where there is none. */
export async function claimOf(
  db: Kysely<Schema>,
  paperId: number,
  readerId: number | undefined,
): Promise<ClaimView['state'] | undefined> {
  if (readerId === undefined) return undefined;
  const row = await db
    .selectFrom('authorship')
    .select('state')
    .where('paper_id', '=', paperId)
    .where('reader_id', '=', readerId)
    .executeTakeFirst();
  return row?.state;
}

async function paperOf(db: Kysely<Schema>, key: string): Promise<{ id: number } | undefined> {
  if (!/^[\w./-]{1,64}$/.test(key)) return undefined;
  return db
    .selectFrom('paper')
    .select('id')
    .where((w) => w.or([w('arxiv_id', '=', key), w('short_id', '=', key)]))
    .executeTakeFirst();
}
