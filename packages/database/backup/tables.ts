import type { Schema } from '../schema.ts';

/** Tables of a backup, parents before children. Leases and jobs are of a running process and stay behind. */
export const TABLES: { name: keyof Schema & string; order: string[]; hasIdentity?: boolean }[] = [
  { name: 'setting', order: ['key'] },
  { name: 'sequence', order: ['name'] },
  { name: 'paper', order: ['id'], hasIdentity: true },
  { name: 'paper_alias', order: ['kind', 'value'] },
  { name: 'removed_paper', order: ['id'] },
  { name: 'paper_version', order: ['paper_id', 'version'] },
  { name: 'author', order: ['id'], hasIdentity: true },
  { name: 'paper_author', order: ['paper_id', 'position'] },
  { name: 'paper_category', order: ['category', 'listed_on', 'paper_id'] },
  { name: 'paper_count', order: ['paper_id', 'source', 'kind'] },
  { name: 'repository', order: ['name'] },
  { name: 'repository_stars', order: ['repository', 'day'] },
  { name: 'edition', order: ['day'] },
  { name: 'feature', order: ['paper_id'] },
  { name: 'edition_entry', order: ['day', 'rank'] },
  { name: 'reader', order: ['id'], hasIdentity: true },
  { name: 'vote', order: ['reader_id', 'paper_id'] },
  { name: 'vote_event', order: ['id'], hasIdentity: true },
  { name: 'source_state', order: ['source'] },
  { name: 'fetch_cache', order: ['url'] },
];
