import { type Database, insertMany, type Schema } from '@broadsheet/database';
import type { Kysely } from 'kysely';
import type { Merging } from './merge.ts';

/**
 * Puts papers into editions. A paper is featured once: the first day stays, except that a curated source's day replaces
 * a pick of the site's own. A closed edition never changes: a feature that comes late is kept on the paper alone.
 */
export async function recordFeatures(
  database: Database,
  db: Kysely<Schema>,
  merging: Merging[],
  { now }: { now: number },
): Promise<void> {
  const featuring = merging.filter((m) => m.record.feature);
  if (featuring.length === 0) return;
  const before = new Map<number, { day: string; by: string }>();
  const known = featuring.filter((m) => !m.isNew).map((m) => m.paper.id);
  if (known.length > 0) {
    const rows = await db
      .selectFrom('feature')
      .select(['paper_id', 'day', 'by'])
      .where('paper_id', 'in', known)
      .execute();
    for (const row of rows) before.set(row.paper_id, row);
  }
  const rows: {
    paper_id: number;
    day: string;
    by: 'source' | 'editor' | 'site' | 'edition-zero';
    source: string;
    featured_at: number;
    place: number | null;
  }[] = [];
  for (const m of featuring) {
    const feature = m.record.feature as NonNullable<typeof m.record.feature>;
    const old = before.get(m.paper.id);
    const replaces = old?.by === 'site' && feature.by !== 'site';
    if (old && !replaces) continue;
    if (replaces) await db.deleteFrom('feature').where('paper_id', '=', m.paper.id).execute();
    before.set(m.paper.id, feature);
    m.changed = true;
    rows.push({
      paper_id: m.paper.id,
      day: feature.day,
      by: feature.by,
      source: feature.source ?? m.record.source,
      featured_at: now,
      place: feature.place ?? null,
    });
  }
  await insertMany(database, db, 'feature', rows);
}
