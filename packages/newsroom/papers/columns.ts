import type { Alias } from './identity.ts';
import type { PaperRow } from './merge.ts';
import type { PaperRecord } from './record.ts';
import { slugOf } from './slug.ts';

/** A paper's row before the store has numbered it. */
export type PaperColumns = Omit<PaperRow, 'id' | 'changed_seq'>;

/** Sources that speak for arXiv itself: what they say of the text of a paper wins over what others repeat. */
const isArxiv = (source: string) => source.startsWith('arxiv');

/** The row of a paper that nobody has told us of before. */
export function newColumns(
  record: PaperRecord,
  aliases: Alias[],
  { shortId, now, today }: { shortId: string; now: number; today: string },
): PaperColumns {
  const empty: PaperColumns = {
    short_id: shortId,
    arxiv_id: null,
    title: record.title,
    abstract: null,
    authors_json: '[]',
    author_count: 0,
    categories_json: '[]',
    primary_category: null,
    keywords_json: '[]',
    comment: null,
    journal_ref: null,
    venue: null,
    doi: null,
    openreview_id: null,
    license: null,
    summary: null,
    summary_by: null,
    project_url: null,
    repository: null,
    organization: null,
    organization_slug: null,
    latest_version: null,
    published_at: null,
    updated_at: null,
    listed_on: record.listedOn ?? record.feature?.day ?? dayOf(record.publishedAt) ?? today,
    first_seen_at: now,
    withdrawn_at: null,
    withdrawn_reason: null,
    imported_votes: sumOf(record, 'votes'),
    reader_votes: 0,
    imported_comments: sumOf(record, 'comments'),
    reader_comments: 0,
    experiment: null,
  };
  return { ...empty, ...said(record, aliases, { now }) };
}

/** The columns that a record changes in a paper we have; undefined when it says nothing new. */
export function changedColumns(
  paper: PaperRow,
  record: PaperRecord,
  aliases: Alias[],
): Partial<PaperColumns> | undefined {
  const isOlder =
    record.version !== undefined && paper.latest_version !== null && record.version < paper.latest_version;
  const mayRewrite = isArxiv(record.source) && !isOlder;
  const changed: Partial<PaperColumns> = {};
  for (const [name, value] of Object.entries(said(record, aliases, { now: paper.first_seen_at }))) {
    const column = name as keyof PaperColumns;
    const before = paper[column];
    if (before === value) continue;
    const isMissing = before === null || before === '[]';
    if (isMissing || mayReplace(column, { mayRewrite, paper, record })) Object.assign(changed, { [column]: value });
  }
  if ('authors_json' in changed) changed.author_count = record.authors?.length ?? 0;
  else delete changed.author_count;
  return Object.keys(changed).length > 0 ? changed : undefined;
}

const TEXT_OF_THE_PAPER = new Set([
  'title',
  'abstract',
  'authors_json',
  'categories_json',
  'primary_category',
  'comment',
  'journal_ref',
  'doi',
  'license',
  'updated_at',
  'withdrawn_at',
  'withdrawn_reason',
]);
const SAID_BY_COMMUNITIES = new Set([
  'keywords_json',
  'project_url',
  'repository',
  'organization',
  'organization_slug',
  'venue',
]);
/** Whose summaries stay: ours. */
const OURS = 'Broadsheet';

function mayReplace(
  column: string,
  { mayRewrite, paper, record }: { mayRewrite: boolean; paper: PaperRow; record: PaperRecord },
): boolean {
  if (column === 'latest_version') return (record.version ?? 0) > (paper.latest_version ?? 0);
  if (column === 'summary' || column === 'summary_by') return paper.summary_by !== OURS || record.summary?.by === OURS;
  if (column === 'experiment') return true;
  if (SAID_BY_COMMUNITIES.has(column)) return true;
  return mayRewrite && TEXT_OF_THE_PAPER.has(column);
}

/** What a record says, as columns; what it leaves out is absent. */
function said(record: PaperRecord, aliases: Alias[], { now }: { now: number }): Partial<PaperColumns> {
  const columns: Partial<PaperColumns> = { title: record.title };
  const set = <K extends keyof PaperColumns>(name: K, value: PaperColumns[K] | undefined) => {
    if (value !== undefined && value !== null) columns[name] = value;
  };
  set('arxiv_id', aliases.find((a) => a.kind === 'arxiv')?.value);
  set('abstract', record.abstract);
  if (record.authors && record.authors.length > 0) {
    set('authors_json', JSON.stringify(record.authors));
    set('author_count', record.authors.length);
  }
  if (record.categories && record.categories.length > 0) {
    set('categories_json', JSON.stringify(record.categories));
    set('primary_category', record.primaryCategory ?? record.categories[0]);
  }
  if (record.keywords && record.keywords.length > 0) set('keywords_json', JSON.stringify(record.keywords));
  set('comment', record.comment);
  set('journal_ref', record.journalRef);
  set('venue', record.venue);
  set('doi', record.doi?.startsWith('10.48550/') ? undefined : record.doi);
  set('openreview_id', record.openreviewId);
  set('license', record.license);
  if (record.summary) {
    set('summary', record.summary.text);
    set('summary_by', record.summary.by);
  }
  set('project_url', record.projectUrl);
  set('repository', record.repository);
  if (record.organization) {
    set('organization', record.organization);
    set('organization_slug', slugOf(record.organization));
  }
  set('latest_version', record.version ?? record.versions?.at(-1)?.version);
  set('published_at', record.publishedAt);
  set('updated_at', record.updatedAt);
  if (record.withdrawn) {
    set('withdrawn_at', record.withdrawn.at ?? now);
    set('withdrawn_reason', record.withdrawn.reason);
  }
  set('experiment', record.experiment);
  return columns;
}

function dayOf(at?: number): string | undefined {
  return at === undefined ? undefined : new Date(at).toISOString().slice(0, 10);
}

function sumOf(record: PaperRecord, kind: 'votes' | 'comments'): number {
  return (record.counts ?? []).reduce((sum, counts) => sum + (counts[kind] ?? 0), 0);
}
