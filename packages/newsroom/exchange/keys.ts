import type { Schema } from '@broadsheet/database';
import type { Kysely } from 'kysely';

/** Row ids of papers by the key of their address: an arXiv id or a short id. */
export async function aliasRows(db: Kysely<Schema>, keys: string[]): Promise<Map<string, number>> {
  if (keys.length === 0) return new Map();
  const rows = await db
    .selectFrom('paper')
    .select(['id', 'arxiv_id', 'short_id'])
    .where((w) => w.or([w('arxiv_id', 'in', keys), w('short_id', 'in', keys)]))
    .execute();
  return new Map(rows.map((row) => [row.arxiv_id ?? row.short_id, row.id]));
}
