import type { Schema } from '@broadsheet/database';
import { type SelectQueryBuilder, sql } from 'kysely';
import type { Host } from '../host/index.ts';
import { longDay, weekOf } from './calendar.ts';
import { newestDay } from './newest-day.ts';
import { editionNumber } from './number.ts';

/** What the masthead says of the newest edition. */
export interface NewestEdition {
  day: string;
  week: string;
  title: string;
  number: number;
  papers: number;
  /** How many papers of the whole site have an experiment that runs. */
  running: number;
}

export async function newestEdition(host: Host): Promise<NewestEdition> {
  const { db } = host.database;
  const day = await newestDay(host);
  const [number, featured, listed, running] = await Promise.all([
    editionNumber(host, day),
    counted(db.selectFrom('feature').where('day', '=', day).where('by', '!=', 'edition-zero')),
    counted(db.selectFrom('paper').where('listed_on', '=', day)),
    counted(db.selectFrom('paper').where('experiment', 'is not', null)),
  ]);
  return {
    day,
    week: weekOf(day),
    title: longDay(day),
    number,
    papers: featured || listed,
    running,
  };
}

async function counted(query: SelectQueryBuilder<Schema, 'feature' | 'paper', object>): Promise<number> {
  const row = await query.select(sql<number>`count(*)`.as('count')).executeTakeFirstOrThrow();
  return Number(row.count);
}
