import type { Kysely } from 'kysely';

/** The search holds the topics of all papers in memory, and asks for what was assigned since it last looked. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createIndex('topic_assignment_by_time')
    .on('topic_assignment')
    .columns(['assigned_at', 'paper_id', 'topic_id'])
    .execute();
}
