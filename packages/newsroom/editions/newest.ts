import type { Schema } from '@broadsheet/database';
import { type SelectQueryBuilder, sql } from 'kysely';
import type { Host } from '../host/index.ts';
import { longDay, weekOf } from './calendar.ts';
import { selectEntries } from './entries.ts';
import { inCategories } from './filters.ts';
import { frontDay } from './newest-day.ts';
import { editionNumber } from './number.ts';

/** What the masthead says of the newest edition. */
export interface NewestEdition {
  day: string;
  week: string;
  title: string;
  /** None for a day that nobody has picked from. */
  number?: number;
  papers: number;
  /** How many papers of the whole site have an experiment that runs. */
  running: number;
}

export async function newestEdition(host: Host): Promise<NewestEdition> {
  const { db } = host.database;
  const { day } = await frontDay(host);
  const [number, featured, listed, running] = await Promise.all([
    editionNumber(host, day),
    counted(db.selectFrom('feature').where('day', '=', day).where('by', '!=', 'edition-zero')),
    inCategories(host, selectEntries(db, undefined).where('p.listed_on', '=', day))
      .clearSelect()
      .select((s) => s.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow(),
    counted(db.selectFrom('paper').where('experiment', 'is not', null)),
  ]);
  return {
    day,
    week: weekOf(day),
    title: longDay(day),
    number,
    papers: featured || Number(listed.count),
    running,
  };
}

async function counted(query: SelectQueryBuilder<Schema, 'feature' | 'paper', object>): Promise<number> {
  const row = await query.select(sql<number>`count(*)`.as('count')).executeTakeFirstOrThrow();
  return Number(row.count);
}
