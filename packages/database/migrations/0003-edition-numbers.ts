import { type Kysely, sql } from 'kysely';

/**
 * No two editions share a number. Days that were imported after later ones had closed could get one that was given out;
 * where that happened, all closed editions are numbered anew in the order of their days.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    update edition set number = (select count(*) from edition as earlier where earlier.day <= edition.day)
    where exists (select 1 from edition group by number having count(*) > 1)
  `.execute(db);
  await db.schema.createIndex('edition_number').unique().on('edition').column('number').execute();
}
