import type { Schema } from '@broadsheet/database';
import type { Kysely } from 'kysely';

/** The row of a reader of another site, who is known here by a number alone; made when it is first named. */
export async function importedReader(db: Kysely<Schema>, numbered: string, at: number): Promise<number> {
  const name = `imported ${numbered}`;
  const known = await db
    .selectFrom('reader')
    .select('id')
    .where('kind', '=', 'imported')
    .where('name', '=', name)
    .executeTakeFirst();
  if (known) return known.id;
  const made = await db
    .insertInto('reader')
    .values({ kind: 'imported', name, role: 'reader', created_at: at, confirmed_at: at })
    .returning('id')
    .executeTakeFirstOrThrow();
  return made.id;
}
