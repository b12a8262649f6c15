import { type Kysely, sql } from 'kysely';
import { identity, textType } from '../dialects/columns.ts';

/** The record: papers, their aliases, versions, people and categories; counts; editions; readers' votes; work to do. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const s = db.schema;
  const text = textType(db);
  await s
    .createTable('setting')
    .addColumn('key', text, (c) => c.primaryKey())
    .addColumn('value_json', text, (c) => c.notNull())
    .execute();
  await s
    .createTable('sequence')
    .addColumn('name', text, (c) => c.primaryKey())
    .addColumn('value', 'bigint', (c) => c.notNull())
    .addCheckConstraint('sequence_counts_up', sql`value >= 0`)
    .execute();
  await s
    .createTable('lease')
    .addColumn('name', text, (c) => c.primaryKey())
    .addColumn('owner', text, (c) => c.notNull())
    .addColumn('until_at', 'bigint', (c) => c.notNull())
    .execute();

  await identity(s.createTable('paper'), db)
    .addColumn('short_id', text, (c) => c.notNull().unique())
    .addColumn('arxiv_id', text, (c) => c.unique())
    .addColumn('title', text, (c) => c.notNull())
    .addColumn('abstract', text)
    .addColumn('authors_json', text, (c) => c.notNull().defaultTo('[]'))
    .addColumn('author_count', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('categories_json', text, (c) => c.notNull().defaultTo('[]'))
    .addColumn('primary_category', text)
    .addColumn('keywords_json', text, (c) => c.notNull().defaultTo('[]'))
    .addColumn('comment', text)
    .addColumn('journal_ref', text)
    .addColumn('venue', text)
    .addColumn('doi', text)
    .addColumn('openreview_id', text)
    .addColumn('license', text)
    .addColumn('summary', text)
    .addColumn('summary_by', text)
    .addColumn('project_url', text)
    .addColumn('repository', text)
    .addColumn('organization', text)
    .addColumn('organization_slug', text)
    .addColumn('latest_version', 'integer')
    .addColumn('published_at', 'bigint')
    .addColumn('updated_at', 'bigint')
    .addColumn('listed_on', text, (c) => c.notNull())
    .addColumn('first_seen_at', 'bigint', (c) => c.notNull())
    .addColumn('withdrawn_at', 'bigint')
    .addColumn('withdrawn_reason', text)
    .addColumn('imported_votes', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('reader_votes', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('imported_comments', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('reader_comments', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('experiment', text)
    .addColumn('changed_seq', 'bigint', (c) => c.notNull())
    .addCheckConstraint('paper_listed_on_is_a_day', sql`listed_on like '____-__-__'`)
    .addCheckConstraint(
      'paper_counts_are_not_negative',
      sql`reader_votes >= 0 and reader_comments >= 0 and imported_votes >= 0 and imported_comments >= 0`,
    )
    .execute();
  await s.createIndex('paper_by_listing').on('paper').columns(['listed_on', 'id']).execute();
  await s.createIndex('paper_by_change').on('paper').column('changed_seq').execute();
  await s.createIndex('paper_by_organization').on('paper').columns(['organization_slug', 'listed_on', 'id']).execute();
  await s.createIndex('paper_by_repository').on('paper').column('repository').execute();

  await s
    .createTable('paper_alias')
    .addColumn('kind', text, (c) => c.notNull())
    .addColumn('value', text, (c) => c.notNull())
    .addColumn('paper_id', 'bigint', (c) => c.notNull().references('paper.id').onDelete('cascade'))
    .addPrimaryKeyConstraint('paper_alias_pk', ['kind', 'value'])
    .addCheckConstraint('paper_alias_kind', sql`kind in ('arxiv', 'doi', 'openreview', 'title')`)
    .execute();
  await s.createIndex('paper_alias_by_paper').on('paper_alias').column('paper_id').execute();
  await s
    .createTable('removed_paper')
    .addColumn('id', 'bigint', (c) => c.primaryKey())
    .addColumn('short_id', text, (c) => c.notNull())
    .addColumn('merged_into', 'bigint')
    .addColumn('changed_seq', 'bigint', (c) => c.notNull())
    .execute();
  await s
    .createTable('paper_version')
    .addColumn('paper_id', 'bigint', (c) => c.notNull().references('paper.id').onDelete('cascade'))
    .addColumn('version', 'integer', (c) => c.notNull())
    .addColumn('submitted_at', 'bigint')
    .addColumn('size', text)
    .addColumn('comment', text)
    .addColumn('is_withdrawal', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('seen_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('paper_version_pk', ['paper_id', 'version'])
    .addCheckConstraint('paper_version_counts_from_one', sql`version >= 1`)
    .addCheckConstraint('paper_version_flag', sql`is_withdrawal in (0, 1)`)
    .execute();
  await identity(s.createTable('author'), db)
    .addColumn('slug', text, (c) => c.notNull().unique())
    .addColumn('name', text, (c) => c.notNull())
    .execute();
  await s
    .createTable('paper_author')
    .addColumn('paper_id', 'bigint', (c) => c.notNull().references('paper.id').onDelete('cascade'))
    .addColumn('position', 'integer', (c) => c.notNull())
    .addColumn('author_id', 'bigint', (c) => c.notNull().references('author.id'))
    .addPrimaryKeyConstraint('paper_author_pk', ['paper_id', 'position'])
    .execute();
  await s.createIndex('paper_author_by_author').on('paper_author').columns(['author_id', 'paper_id']).execute();
  await s
    .createTable('paper_category')
    .addColumn('category', text, (c) => c.notNull())
    .addColumn('listed_on', text, (c) => c.notNull())
    .addColumn('paper_id', 'bigint', (c) => c.notNull().references('paper.id').onDelete('cascade'))
    .addPrimaryKeyConstraint('paper_category_pk', ['category', 'listed_on', 'paper_id'])
    .execute();
  await s.createIndex('paper_category_by_paper').on('paper_category').column('paper_id').execute();
  await s
    .createTable('paper_count')
    .addColumn('paper_id', 'bigint', (c) => c.notNull().references('paper.id').onDelete('cascade'))
    .addColumn('source', text, (c) => c.notNull())
    .addColumn('kind', text, (c) => c.notNull())
    .addColumn('value', 'integer', (c) => c.notNull())
    .addColumn('as_of', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('paper_count_pk', ['paper_id', 'source', 'kind'])
    .addCheckConstraint('paper_count_kind', sql`kind in ('votes', 'comments', 'stars')`)
    .addCheckConstraint('paper_count_is_not_negative', sql`value >= 0`)
    .execute();

  await s
    .createTable('repository')
    .addColumn('name', text, (c) => c.primaryKey())
    .addColumn('stars', 'integer')
    .addColumn('stars_per_day', 'double precision')
    .addColumn('etag', text)
    .addColumn('checked_at', 'bigint')
    .addColumn('gone_at', 'bigint')
    .execute();
  await s
    .createTable('repository_stars')
    .addColumn('repository', text, (c) => c.notNull().references('repository.name').onDelete('cascade'))
    .addColumn('day', text, (c) => c.notNull())
    .addColumn('stars', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('repository_stars_pk', ['repository', 'day'])
    .addCheckConstraint('repository_stars_day', sql`day like '____-__-__'`)
    .execute();

  await s
    .createTable('edition')
    .addColumn('day', text, (c) => c.primaryKey())
    .addColumn('number', 'integer', (c) => c.notNull())
    .addColumn('closed_at', 'bigint')
    .addCheckConstraint('edition_day', sql`day like '____-__-__'`)
    .execute();
  await s
    .createTable('feature')
    .addColumn('paper_id', 'bigint', (c) => c.primaryKey().references('paper.id').onDelete('cascade'))
    .addColumn('day', text, (c) => c.notNull())
    .addColumn('by', text, (c) => c.notNull())
    .addColumn('source', text, (c) => c.notNull())
    .addColumn('featured_at', 'bigint', (c) => c.notNull())
    .addCheckConstraint('feature_day', sql`day like '____-__-__'`)
    .addCheckConstraint('feature_by', sql`"by" in ('source', 'editor', 'site', 'edition-zero')`)
    .execute();
  await s.createIndex('feature_by_day').on('feature').columns(['day', 'paper_id']).execute();
  await s
    .createTable('edition_entry')
    .addColumn('day', text, (c) => c.notNull().references('edition.day').onDelete('cascade'))
    .addColumn('rank', 'integer', (c) => c.notNull())
    .addColumn('paper_id', 'bigint', (c) => c.notNull().references('paper.id'))
    .addColumn('votes', 'integer', (c) => c.notNull())
    .addColumn('comments', 'integer', (c) => c.notNull())
    .addColumn('stars', 'integer')
    .addPrimaryKeyConstraint('edition_entry_pk', ['day', 'rank'])
    .addCheckConstraint('edition_entry_counts_from_one', sql`rank >= 1`)
    .execute();
  await s.createIndex('edition_entry_by_paper').on('edition_entry').column('paper_id').execute();

  await identity(s.createTable('reader'), db)
    .addColumn('kind', text, (c) => c.notNull())
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('role', text, (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute();
  await s
    .createTable('vote')
    .addColumn('reader_id', 'bigint', (c) => c.notNull().references('reader.id').onDelete('cascade'))
    .addColumn('paper_id', 'bigint', (c) => c.notNull().references('paper.id').onDelete('cascade'))
    .addColumn('cast_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('vote_pk', ['reader_id', 'paper_id'])
    .execute();
  await s.createIndex('vote_by_paper').on('vote').column('paper_id').execute();
  await identity(s.createTable('vote_event'), db)
    .addColumn('reader_id', 'bigint', (c) => c.notNull())
    .addColumn('paper_id', 'bigint', (c) => c.notNull())
    .addColumn('is_on', 'integer', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addCheckConstraint('vote_event_flag', sql`is_on in (0, 1)`)
    .execute();

  await s
    .createTable('source_state')
    .addColumn('source', text, (c) => c.primaryKey())
    .addColumn('cursor_json', text)
    .addColumn('last_success_at', 'bigint')
    .addColumn('last_failure_at', 'bigint')
    .addColumn('last_error', text)
    .addColumn('failures_in_a_row', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('records_read', 'bigint', (c) => c.notNull().defaultTo(0))
    .addColumn('papers_new', 'bigint', (c) => c.notNull().defaultTo(0))
    .addColumn('next_at', 'bigint')
    .execute();
  await s
    .createTable('fetch_cache')
    .addColumn('url', text, (c) => c.primaryKey())
    .addColumn('etag', text)
    .addColumn('last_modified', text)
    .addColumn('fetched_at', 'bigint', (c) => c.notNull())
    .addColumn('body', text)
    .execute();
  await identity(s.createTable('job'), db)
    .addColumn('queue', text, (c) => c.notNull())
    .addColumn('payload_json', text, (c) => c.notNull())
    .addColumn('singleton_key', text)
    .addColumn('state', text, (c) => c.notNull().defaultTo('queued'))
    .addColumn('run_at', 'bigint', (c) => c.notNull())
    .addColumn('attempts', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('max_attempts', 'integer', (c) => c.notNull().defaultTo(5))
    .addColumn('lease_owner', text)
    .addColumn('leased_until', 'bigint')
    .addColumn('last_error', text)
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('finished_at', 'bigint')
    .addCheckConstraint('job_state', sql`state in ('queued', 'running', 'done', 'failed')`)
    .execute();
  await s.createIndex('job_due').on('job').columns(['queue', 'state', 'run_at']).execute();
  await s
    .createIndex('job_singleton')
    .unique()
    .on('job')
    .columns(['queue', 'singleton_key'])
    .where(sql.ref('state'), 'in', ['queued', 'running'])
    .execute();
}
