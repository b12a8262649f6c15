import type { Schema } from '@broadsheet/database';
import type { IndexedPaper, SearchIndex } from '@broadsheet/search-index';
import type { Kysely } from 'kysely';

/** Papers read from the store at a time. */
const CHUNK = 500;

export interface FollowOptions {
  /** The change that the store had reached when it was asked to follow. */
  target: number;
  /** Told how many of the changed papers are read. */
  onProgress?: (done: number, total: number) => void;
  signal?: AbortSignal;
}

/** Brings an index up to date with the store: what changed since the index last looked, in the order of the changes. */
export async function followStore(
  db: Kysely<Schema>,
  index: SearchIndex,
  { target, onProgress, signal }: FollowOptions,
): Promise<void> {
  const since = index.changeSeq;
  const removed = await db.selectFrom('removed_paper').select('id').where('changed_seq', '>', since).execute();
  for (const { id } of removed) index.remove(id);
  const { total } = await db
    .selectFrom('paper')
    .select((s) => s.fn.countAll<number>().as('total'))
    .where('changed_seq', '>', since)
    .executeTakeFirstOrThrow();
  let done = 0;
  onProgress?.(0, Number(total));
  for await (const rows of changesSince(db, since)) {
    signal?.throwIfAborted();
    for (const row of rows) index.upsert(indexed(row));
    done += rows.length;
    index.changeSeq = Math.max(index.changeSeq, rows[rows.length - 1].changed_seq - 1);
    onProgress?.(done, Math.max(Number(total), done));
  }
  index.changeSeq = Math.max(target, index.changeSeq);
}

export type ChangedPaper = Awaited<ReturnType<typeof changedPapers>>[number];

/** Papers that changed after a change, in the order of the changes, some at a time. */
export async function* changesSince(db: Kysely<Schema>, since: number): AsyncGenerator<ChangedPaper[]> {
  let last = { seq: since, id: 0 };
  for (;;) {
    const rows = await changedPapers(db, last);
    const end = rows.at(-1);
    if (!end) return;
    yield rows;
    last = { seq: end.changed_seq, id: end.id };
  }
}

function changedPapers(db: Kysely<Schema>, after: { seq: number; id: number }) {
  return db
    .selectFrom('paper')
    .select([
      'id',
      'title',
      'abstract',
      'authors_json',
      'keywords_json',
      'categories_json',
      'organization',
      'listed_on',
      'imported_votes',
      'reader_votes',
      'repository',
      'experiment',
      'changed_seq',
    ])
    .where((w) =>
      w.or([w('changed_seq', '>', after.seq), w.and([w('changed_seq', '=', after.seq), w('id', '>', after.id)])]),
    )
    .orderBy('changed_seq')
    .orderBy('id')
    .limit(CHUNK)
    .execute();
}

function indexed(row: ChangedPaper): IndexedPaper {
  return {
    id: row.id,
    title: row.title,
    abstract: row.abstract ?? undefined,
    authors: JSON.parse(row.authors_json),
    keywords: JSON.parse(row.keywords_json),
    categories: JSON.parse(row.categories_json),
    organization: row.organization ?? undefined,
    listedOn: row.listed_on,
    votes: row.imported_votes + row.reader_votes,
    hasCode: row.repository !== null,
    hasExperiment: row.experiment !== null,
  };
}
