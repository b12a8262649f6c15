import type { Schema } from '@broadsheet/database';
import type { Kysely } from 'kysely';
import { listSubmissions } from './decide.ts';

export async function exportSubmissions(db: Kysely<Schema>, readerId: number) {
  const submissions = await listSubmissions(db, { readerId, limit: 10_000 });
  const claims = await db
    .selectFrom('authorship as a')
    .innerJoin('paper as p', 'p.id', 'a.paper_id')
    .select(['p.arxiv_id', 'p.short_id', 'a.state', 'a.by', 'a.asked_at'])
    .where('a.reader_id', '=', readerId)
    .execute();
  return {
    submissions: submissions.map(({ by: _by, id: _id, paper, ...rest }) => ({ paper: paper.key, ...rest })),
    authorOf: claims.map((c) => ({ paper: c.arxiv_id ?? c.short_id, state: c.state, by: c.by, askedAt: c.asked_at })),
  };
}

/** What was proposed stays with the paper, without words; claims go with the account. */
export async function forgetSubmissions(db: Kysely<Schema>, readerId: number): Promise<void> {
  await db.deleteFrom('submission').where('reader_id', '=', readerId).where('state', '=', 'waiting').execute();
  await db.updateTable('submission').set({ comment: '', media_url: null }).where('reader_id', '=', readerId).execute();
  await db.deleteFrom('authorship').where('reader_id', '=', readerId).execute();
}
