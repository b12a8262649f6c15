import type { Schema } from '@broadsheet/database';
import { type Kysely, sql } from 'kysely';

/** Finds papers that hold all words as written, newest first: the answer while the index is being built. */
export async function searchStore(db: Kysely<Schema>, text: string, limit: number): Promise<number[]> {
  const words = (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).slice(0, MAX_WORDS);
  if (words.length === 0) return [];
  let query = db.selectFrom('paper').select('id');
  for (const word of words) {
    // Words hold letters and digits only, so nothing of a pattern can be in them.
    const pattern = `%${word}%`;
    query = query.where(
      sql<boolean>`(lower(title) like ${pattern} or lower(coalesce(abstract, '')) like ${pattern} or lower(authors_json) like ${pattern})`,
    );
  }
  const rows = await query.orderBy('listed_on', 'desc').orderBy('id', 'desc').limit(limit).execute();
  return rows.map((row) => row.id);
}

const MAX_WORDS = 12;
