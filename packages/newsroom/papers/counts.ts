import { type CountKind, type Database, insertMany, type Schema } from '@broadsheet/database';
import type { Kysely } from 'kysely';
import type { Merging } from './merge.ts';
import type { SourceCounts } from './record.ts';

/**
 * Keeps what sources counted, apart from our own readers' votes, with its time: an older count never replaces a newer.
 * Each source's count is kept for itself; the paper shows their sum.
 */
export async function recordCounts(database: Database, db: Kysely<Schema>, merging: Merging[]): Promise<void> {
  const counting = merging.filter((m) => m.record.counts);
  if (counting.length > 0) await recordVotesAndComments(database, db, counting);
  await recordRepositories(database, db, merging);
}

async function recordVotesAndComments(database: Database, db: Kysely<Schema>, counting: Merging[]): Promise<void> {
  const known = counting.filter((m) => !m.isNew).map((m) => m.paper.id);
  const before = new Map<string, { value: number; as_of: number }>();
  if (known.length > 0) {
    const rows = await db.selectFrom('paper_count').selectAll().where('paper_id', 'in', known).execute();
    for (const row of rows) before.set(`${row.paper_id} ${row.source} ${row.kind}`, row);
  }
  const count = (m: Merging, counts: SourceCounts, kind: 'votes' | 'comments') => {
    const value = counts[kind];
    if (value === undefined) return;
    const source = counts.source ?? m.record.source;
    const key = `${m.paper.id} ${source} ${kind}`;
    const old = before.get(key);
    if (old && old.as_of >= counts.asOf) return;
    const difference = value - (old?.value ?? 0);
    // A new paper's row was written with its counts.
    if (difference !== 0 && !m.isNew) {
      if (kind === 'votes') m.paper.imported_votes += difference;
      else m.paper.imported_comments += difference;
      m.changed = true;
    }
    before.set(key, { value, as_of: counts.asOf });
    added.set(key, { paper_id: m.paper.id, source, kind, value, as_of: counts.asOf });
  };
  const added = new Map<string, { paper_id: number; source: string; kind: CountKind; value: number; as_of: number }>();
  for (const m of counting) {
    for (const counts of m.record.counts ?? []) {
      for (const kind of ['votes', 'comments'] as const) count(m, counts, kind);
    }
  }
  const rows = [...added.values()];
  for (const row of rows) {
    const isKnown = known.includes(row.paper_id);
    if (isKnown) {
      await db
        .deleteFrom('paper_count')
        .where('paper_id', '=', row.paper_id)
        .where('source', '=', row.source)
        .where('kind', '=', row.kind)
        .execute();
    }
  }
  await insertMany(database, db, 'paper_count', rows);
}

/** Repositories that papers name, with the stars a source reported until we count ourselves. */
async function recordRepositories(database: Database, db: Kysely<Schema>, merging: Merging[]): Promise<void> {
  const stars = new Map<string, number | null>();
  for (const { record } of merging) {
    if (!record.repository) continue;
    const counted = record.counts?.find((counts) => counts.stars !== undefined)?.stars;
    stars.set(record.repository, counted ?? stars.get(record.repository) ?? null);
  }
  if (stars.size === 0) return;
  const rows = [...stars].map(([name, count]) => ({
    name,
    stars: count,
    stars_per_day: null,
    etag: null,
    checked_at: null,
    gone_at: null,
  }));
  await insertMany(database, db, 'repository', rows, { ignoreConflicts: true });
  for (const [name, count] of stars) {
    if (count === null) continue;
    await db
      .updateTable('repository')
      .set({ stars: count })
      .where('name', '=', name)
      .where('checked_at', 'is', null)
      .where((w) => w.or([w('stars', 'is', null), w('stars', '<', count)]))
      .execute();
  }
}
