import type { Schema } from '@broadsheet/database';
import { type Kysely, sql } from 'kysely';
import type { FeedFilters } from '../editions/index.ts';

const MAX_WORDS = 12;

/** Finds papers that hold all words as written, newest first: the answer while the index is being built. */
export async function searchStore(
  db: Kysely<Schema>,
  text: string,
  filters: FeedFilters,
  { offset, limit }: { offset: number; limit: number },
): Promise<number[]> {
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
  if (filters.hasCode) query = query.where('repository', 'is not', null);
  if (filters.hasExperiment) query = query.where('experiment', 'is not', null);
  if (filters.topic !== undefined) {
    const topic = filters.topic;
    query = query.where('id', 'in', (s) =>
      s.selectFrom('topic_assignment').select('paper_id').where('topic_id', '=', topic),
    );
  }
  if (filters.from) query = query.where('listed_on', '>=', filters.from);
  if (filters.until) query = query.where('listed_on', '<=', filters.until);
  const rows = await query.orderBy('listed_on', 'desc').orderBy('id', 'desc').limit(limit).offset(offset).execute();
  return rows.map((row) => row.id);
}
