import { bumpSequence, type Schema } from '@broadsheet/database';
import { type Kysely, sql } from 'kysely';
import type { Host } from '../host/index.ts';

/**
 * Gives days their numbers, in the order of the days, after all that were given before. A number is given once and
 * stays: days that are imported after later ones were numbered get later numbers.
 * To be called inside a transaction, which from here on holds the lock on numbers.
 */
export async function numberDays(db: Kysely<Schema>, days: string[]): Promise<void> {
  if (days.length === 0) return;
  await bumpSequence(db, 'edition');
  const numbered = await db.selectFrom('edition').select('day').where('day', 'in', days).execute();
  const known = new Set(numbered.map((row) => row.day));
  let number = await lastNumber(db);
  for (const day of days.filter((d) => !known.has(d)).sort()) {
    number += 1;
    await db.insertInto('edition').values({ day, number, closed_at: null }).execute();
  }
}

/** The number that was asked for where it is free, else the next one; under the same lock. */
export async function freeNumber(db: Kysely<Schema>, wanted: number): Promise<number> {
  await bumpSequence(db, 'edition');
  const taken = await db.selectFrom('edition').select('day').where('number', '=', wanted).executeTakeFirst();
  return taken ? (await lastNumber(db)) + 1 : wanted;
}

/** The number of an edition; of one that is so new that it has none yet, the one it will have. Undefined for a day without picks. */
export async function editionNumber({ database: { db } }: Host, day: string): Promise<number | undefined> {
  const given = await db.selectFrom('edition').select('number').where('day', '=', day).executeTakeFirst();
  if (given) return given.number;
  const waiting = await db
    .selectFrom('feature')
    .leftJoin('edition', 'edition.day', 'feature.day')
    .select(['feature.day'])
    .distinct()
    .where('feature.day', '<=', day)
    .where('feature.by', '!=', 'edition-zero')
    .where('edition.day', 'is', null)
    .execute();
  return waiting.some((row) => row.day === day) ? (await lastNumber(db)) + waiting.length : undefined;
}

async function lastNumber(db: Kysely<Schema>): Promise<number> {
  const { last } = await db
    .selectFrom('edition')
    .select(sql<number>`coalesce(max(number), 0)`.as('last'))
    .executeTakeFirstOrThrow();
  return Number(last);
}
