import type { Schema } from '@broadsheet/database';
import { type Kysely, sql } from 'kysely';
import { summaryOf } from '../papers/index.ts';
import type { FeedEntry } from './types.ts';

/** Paper rows with what a list shows beside them: stars, the feature's day, whether the reader voted. */
export function selectEntries(db: Kysely<Schema>, readerId?: number) {
  return db
    .selectFrom('paper as p')
    .leftJoin('repository as r', 'r.name', 'p.repository')
    .leftJoin('feature as f', 'f.paper_id', 'p.id')
    .leftJoin('vote as v', (join) => join.onRef('v.paper_id', '=', 'p.id').on('v.reader_id', '=', readerId ?? -1))
    .select([
      'p.id',
      'p.short_id',
      'p.arxiv_id',
      'p.title',
      'p.abstract',
      'p.summary',
      'p.summary_by',
      'p.authors_json',
      'p.organization',
      'p.organization_slug',
      'p.categories_json',
      'p.keywords_json',
      'p.doi',
      'p.venue',
      'p.repository',
      'p.project_url',
      'p.listed_on',
      'p.first_seen_at',
      'p.published_at',
      'p.updated_at',
      'p.withdrawn_at',
      'p.experiment',
      'p.imported_votes',
      'p.reader_votes',
      'p.imported_comments',
      'p.reader_comments',
      'r.stars',
      'r.stars_per_day',
      'f.day as featured_on',
      'f.featured_at',
      'v.cast_at as voted_at',
    ]);
}

export type EntryRow = Awaited<ReturnType<ReturnType<typeof selectEntries>['execute']>>[number];

/** The shown count of votes: what sources reported plus our readers'. */
export const shownVotes = sql<number>`(p.imported_votes + p.reader_votes)`;

export function entryOf(row: EntryRow, rank: number): FeedEntry {
  return {
    id: row.id,
    key: row.arxiv_id ?? row.short_id,
    arxivId: row.arxiv_id ?? undefined,
    title: row.title,
    abstract: row.abstract ?? undefined,
    summary: summaryOf(row),
    authors: JSON.parse(row.authors_json),
    organization: row.organization ? { name: row.organization, slug: row.organization_slug as string } : undefined,
    categories: JSON.parse(row.categories_json),
    keywords: JSON.parse(row.keywords_json),
    doi: row.doi ?? undefined,
    venue: row.venue ?? undefined,
    repository: row.repository
      ? { name: row.repository, stars: row.stars ?? undefined, starsPerDay: row.stars_per_day ?? undefined }
      : undefined,
    projectUrl: row.project_url ?? undefined,
    featuredOn: row.featured_on ?? undefined,
    listedOn: row.listed_on,
    arrivedAt: Math.max(row.first_seen_at, row.featured_at ?? 0),
    publishedAt: row.published_at ?? undefined,
    updatedAt: row.updated_at ?? undefined,
    withdrawnAt: row.withdrawn_at ?? undefined,
    votes: row.imported_votes + row.reader_votes,
    comments: row.imported_comments + row.reader_comments,
    voted: row.voted_at !== null,
    experiment: row.experiment ?? undefined,
    rank,
  };
}

/** Entries of given papers, in the given order; papers that are gone are left out. */
export async function entriesByIds(db: Kysely<Schema>, ids: number[], readerId?: number): Promise<FeedEntry[]> {
  if (ids.length === 0) return [];
  const rows = await selectEntries(db, readerId).where('p.id', 'in', ids).execute();
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => {
    const row = byId.get(id);
    return row ? [entryOf(row, 0)] : [];
  });
}

export type EntryQuery = ReturnType<typeof selectEntries>;
