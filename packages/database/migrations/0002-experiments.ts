import { type Kysely, sql } from 'kysely';

/**
 * The few papers with an experiment, in the order of lists. Every page counts them, and a list may show them alone;
 * without this, both read all papers (72 ms among 100,000).
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createIndex('paper_with_experiment')
    .on('paper')
    .columns(['listed_on', 'id'])
    .where(sql.ref('experiment'), 'is not', null)
    .execute();
}
