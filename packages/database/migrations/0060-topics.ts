import { type Kysely, sql } from 'kysely';
import { identity, textType } from '../dialects/columns.ts';

/** Topics found in the stream of papers: stages, ids that only grow, names by version, assignments, what editors did. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const s = db.schema;
  const text = textType(db);
  await s
    .createTable('topic_stage')
    .addColumn('id', 'bigint', (c) => c.primaryKey())
    .addColumn('kind', text, (c) => c.notNull())
    .addColumn('from_day', text, (c) => c.notNull())
    .addColumn('to_day', text, (c) => c.notNull())
    .addColumn('origin', text, (c) => c.notNull())
    .addColumn('state', text, (c) => c.notNull())
    .addColumn('papers', 'integer', (c) => c.notNull())
    .addColumn('candidates', 'integer', (c) => c.notNull())
    .addColumn('statistic', 'double precision', (c) => c.notNull())
    .addColumn('share', 'double precision', (c) => c.notNull())
    .addColumn('usual_share', 'double precision', (c) => c.notNull())
    .addColumn('born', 'integer', (c) => c.notNull())
    .addColumn('verdict', text, (c) => c.notNull())
    .addColumn('report_json', text)
    .addColumn('input_hash', text, (c) => c.notNull())
    .addColumn('model', text, (c) => c.notNull())
    .addColumn('started_at', 'bigint', (c) => c.notNull())
    .addColumn('finished_at', 'bigint', (c) => c.notNull())
    .addCheckConstraint('topic_stage_kind', sql`kind in ('month', 'week')`)
    .addCheckConstraint('topic_stage_origin', sql`origin in ('almanac', 'site')`)
    .addCheckConstraint('topic_stage_state', sql`state in ('done', 'rolled-back')`)
    .addCheckConstraint('topic_stage_verdict', sql`verdict in ('first', 'empty', 'nothing-new', 'born')`)
    .execute();
  // Ids are never used twice, so the store does not number them: a stage that is run again brings back the ids it had.
  await s
    .createTable('topic')
    .addColumn('id', 'bigint', (c) => c.primaryKey())
    .addColumn('born_stage_id', 'bigint', (c) => c.notNull().references('topic_stage.id'))
    .addColumn('born_from_json', text)
    .addColumn('name_by_editor', text)
    // No reference: a backup is read in the order of ids, and a topic may be filed under a later one.
    .addColumn('merged_into', 'bigint')
    .addColumn('hidden_at', 'bigint')
    .addColumn('withdrawn_at', 'bigint')
    .addColumn('last_seen_stage_id', 'bigint', (c) => c.notNull())
    .addColumn('prototype_b64', text, (c) => c.notNull())
    .addColumn('head_b64', text, (c) => c.notNull())
    .addColumn('threshold', 'double precision', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addCheckConstraint('topic_not_in_itself', sql`merged_into is null or merged_into <> id`)
    .execute();
  await s
    .createTable('topic_name')
    .addColumn('topic_id', 'bigint', (c) => c.notNull().references('topic.id'))
    .addColumn('version', 'integer', (c) => c.notNull())
    .addColumn('stage_id', 'bigint', (c) => c.notNull().references('topic_stage.id'))
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('words_json', text, (c) => c.notNull())
    .addColumn('why', text, (c) => c.notNull())
    .addPrimaryKeyConstraint('topic_name_pk', ['topic_id', 'version'])
    .addCheckConstraint('topic_name_why', sql`why in ('birth', 'drift')`)
    .execute();
  await s
    .createTable('topic_assignment')
    .addColumn('paper_id', 'bigint', (c) => c.primaryKey().references('paper.id').onDelete('cascade'))
    // Which head won; null where no topic is near enough. The topic is the one under which the head's is filed.
    .addColumn('head_id', 'bigint', (c) => c.references('topic.id'))
    .addColumn('topic_id', 'bigint', (c) => c.references('topic.id'))
    .addColumn('runner_up_id', 'bigint', (c) => c.references('topic.id'))
    .addColumn('probability', 'double precision', (c) => c.notNull())
    .addColumn('margin', 'double precision', (c) => c.notNull())
    .addColumn('words_json', text, (c) => c.notNull())
    .addColumn('had_abstract', 'integer', (c) => c.notNull())
    // Null for what came since the last stage.
    .addColumn('stage_id', 'bigint', (c) => c.references('topic_stage.id'))
    .addColumn('assigned_at', 'bigint', (c) => c.notNull())
    .addCheckConstraint('topic_assignment_head_has_topic', sql`(head_id is null) = (topic_id is null)`)
    .execute();
  await s.createIndex('topic_assignment_by_topic').on('topic_assignment').columns(['topic_id', 'paper_id']).execute();
  await s.createIndex('topic_assignment_by_head').on('topic_assignment').columns(['head_id', 'paper_id']).execute();
  await s.createIndex('topic_assignment_by_stage').on('topic_assignment').column('stage_id').execute();
  await s
    .createTable('topic_count')
    .addColumn('topic_id', 'bigint', (c) => c.notNull().references('topic.id'))
    .addColumn('stage_id', 'bigint', (c) => c.notNull().references('topic_stage.id'))
    .addColumn('papers', 'integer', (c) => c.notNull())
    // The words that told its papers of this stage from others', for the drift of names.
    .addColumn('words_json', text, (c) => c.notNull())
    .addPrimaryKeyConstraint('topic_count_pk', ['topic_id', 'stage_id'])
    .execute();
  await s.createIndex('topic_count_by_stage').on('topic_count').column('stage_id').execute();
  await identity(s.createTable('topic_action'), db)
    .addColumn('topic_id', 'bigint', (c) => c.notNull().references('topic.id'))
    .addColumn('kind', text, (c) => c.notNull())
    .addColumn('detail_json', text, (c) => c.notNull())
    .addColumn('reader_id', 'bigint', (c) => c.references('reader.id').onDelete('set null'))
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('undone_at', 'bigint')
    .addCheckConstraint('topic_action_kind', sql`kind in ('rename', 'merge', 'split', 'hide')`)
    .execute();
  // What a stage starts from beside the topics: the centring vector, word counts of all topics, how far papers are read.
  await s
    .createTable('topic_model')
    .addColumn('name', text, (c) => c.primaryKey())
    .addColumn('value_json', text, (c) => c.notNull())
    .execute();
}
