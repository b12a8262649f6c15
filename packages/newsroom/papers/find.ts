import type { Schema } from '@broadsheet/database';
import type { Kysely } from 'kysely';
import { parseArxivId } from './identity.ts';
import type { PaperRow } from './merge.ts';
import { firstSentence } from './text/index.ts';

/** Everything that a paper's page, the API and citations show of one paper. */
export interface Paper {
  id: number;
  key: string;
  arxivId?: string;
  title: string;
  abstract?: string;
  summary?: { text: string; by?: string };
  authors: string[];
  authorSlugs: string[];
  categories: string[];
  keywords: string[];
  organization?: { name: string; slug: string };
  comment?: string;
  journalRef?: string;
  venue?: string;
  doi?: string;
  openreviewId?: string;
  license?: string;
  projectUrl?: string;
  repository?: { name: string; stars?: number; starsPerDay?: number; checkedAt?: number };
  latestVersion?: number;
  versions: { version: number; submittedAt?: number; size?: string; comment?: string; isWithdrawal: boolean }[];
  publishedAt?: number;
  updatedAt?: number;
  listedOn: string;
  featured?: { day: string; by: string; source: string };
  withdrawn?: { at: number; reason?: string };
  /** Sum of what sources reported and our readers' own; told apart beside it. */
  votes: number;
  readerVotes: number;
  comments: number;
  counted: { source: string; kind: string; value: number; asOf: number }[];
  experiment?: string;
}

/**
 * Finds a paper by the last part of its address: an arXiv id (with or without version) or a short id.
 * @returns the paper; where it moved to when two papers became one; undefined when there is none.
 */
export async function findPaper(db: Kysely<Schema>, key: string): Promise<Paper | { movedTo: string } | undefined> {
  const arxiv = parseArxivId(key);
  const row = await db
    .selectFrom('paper')
    .selectAll()
    .where(arxiv ? 'arxiv_id' : 'short_id', '=', arxiv ? arxiv.id : key)
    .executeTakeFirst();
  if (row) return row.arxiv_id && row.arxiv_id !== key ? { movedTo: row.arxiv_id } : describe(db, row);
  const moved = await db
    .selectFrom('removed_paper')
    .innerJoin('paper', 'paper.id', 'removed_paper.merged_into')
    .select(['paper.arxiv_id', 'paper.short_id'])
    .where('removed_paper.short_id', '=', key)
    .executeTakeFirst();
  return moved ? { movedTo: moved.arxiv_id ?? moved.short_id } : undefined;
}

async function describe(db: Kysely<Schema>, row: PaperRow): Promise<Paper> {
  const [authors, versions, counted, feature, repository] = await Promise.all([
    db
      .selectFrom('paper_author')
      .innerJoin('author', 'author.id', 'paper_author.author_id')
      .select('author.slug')
      .where('paper_author.paper_id', '=', row.id)
      .orderBy('paper_author.position')
      .execute(),
    db.selectFrom('paper_version').selectAll().where('paper_id', '=', row.id).orderBy('version').execute(),
    db.selectFrom('paper_count').selectAll().where('paper_id', '=', row.id).orderBy('source').orderBy('kind').execute(),
    db.selectFrom('feature').select(['day', 'by', 'source']).where('paper_id', '=', row.id).executeTakeFirst(),
    row.repository
      ? db.selectFrom('repository').selectAll().where('name', '=', row.repository).executeTakeFirst()
      : undefined,
  ]);
  return {
    id: row.id,
    key: row.arxiv_id ?? row.short_id,
    arxivId: row.arxiv_id ?? undefined,
    title: row.title,
    abstract: row.abstract ?? undefined,
    summary: summaryOf(row),
    authors: JSON.parse(row.authors_json),
    authorSlugs: authors.map((a) => a.slug),
    categories: JSON.parse(row.categories_json),
    keywords: JSON.parse(row.keywords_json),
    organization: row.organization ? { name: row.organization, slug: row.organization_slug as string } : undefined,
    comment: row.comment ?? undefined,
    journalRef: row.journal_ref ?? undefined,
    venue: row.venue ?? undefined,
    doi: row.doi ?? undefined,
    openreviewId: row.openreview_id ?? undefined,
    license: row.license ?? undefined,
    projectUrl: row.project_url ?? undefined,
    repository: row.repository
      ? {
          name: row.repository,
          stars: repository?.stars ?? undefined,
          starsPerDay: repository?.stars_per_day ?? undefined,
          checkedAt: repository?.checked_at ?? undefined,
        }
      : undefined,
    latestVersion: row.latest_version ?? undefined,
    versions: versions.map((v) => ({
      version: v.version,
      submittedAt: v.submitted_at ?? undefined,
      size: v.size ?? undefined,
      comment: v.comment ?? undefined,
      isWithdrawal: v.is_withdrawal === 1,
    })),
    publishedAt: row.published_at ?? undefined,
    updatedAt: row.updated_at ?? undefined,
    listedOn: row.listed_on,
    featured: feature,
    withdrawn:
      row.withdrawn_at === null ? undefined : { at: row.withdrawn_at, reason: row.withdrawn_reason ?? undefined },
    votes: row.imported_votes + row.reader_votes,
    readerVotes: row.reader_votes,
    comments: row.imported_comments + row.reader_comments,
    counted: counted.map((c) => ({ source: c.source, kind: c.kind, value: c.value, asOf: c.as_of })),
    experiment: row.experiment ?? undefined,
  };
}

/** The line under a title: ours, the source's with its name, or the abstract's first sentence. */
export function summaryOf(
  row: Pick<PaperRow, 'summary' | 'summary_by' | 'abstract'>,
): { text: string; by?: string } | undefined {
  if (row.summary) return { text: row.summary, by: row.summary_by ?? undefined };
  return row.abstract ? { text: firstSentence(row.abstract) } : undefined;
}
