import type { Schema } from '@broadsheet/database';
import type { Kysely } from 'kysely';
import type { Host } from '../host/index.ts';

/** Editions are numbered in the order of their days, from the first that the site has. */
export async function editionNumber(host: Host, day: string): Promise<number> {
  return (await editionsBefore(host.database.db, day)) + 1;
}

/** How many days before this one feature papers. */
export async function editionsBefore(db: Kysely<Schema>, day: string): Promise<number> {
  const before = await db
    .selectFrom('feature')
    .select((s) => s.fn.count<number>('day').distinct().as('count'))
    .where('day', '<', day)
    .where('by', '!=', 'edition-zero')
    .executeTakeFirstOrThrow();
  return Number(before.count);
}
