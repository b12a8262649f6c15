import { type Database, insertMany, type Schema } from '@broadsheet/database';
import type { Kysely } from 'kysely';
import type { Merging } from './merge.ts';

/** Keeps every version that a record names; a withdrawal is a version too. What is known of a version is not rewritten. */
export async function recordVersions(
  database: Database,
  db: Kysely<Schema>,
  merging: Merging[],
  now: number,
): Promise<void> {
  const rows = merging.flatMap(({ record, paper }) => {
    const versions =
      record.versions ?? (record.version ? [{ version: record.version, submittedAt: record.updatedAt }] : []);
    return versions.map((v) => ({
      paper_id: paper.id,
      version: v.version,
      submitted_at: v.submittedAt ?? null,
      size: 'size' in v ? (v.size ?? null) : null,
      comment: 'comment' in v ? (v.comment ?? null) : null,
      is_withdrawal: 'isWithdrawal' in v && v.isWithdrawal ? 1 : 0,
      seen_at: now,
    }));
  });
  await insertMany(database, db, 'paper_version', rows, { ignoreConflicts: true });
}
