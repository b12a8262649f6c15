import type { Host } from '../host/index.ts';
import { longDay, weekOf } from './calendar.ts';
import { editionNumber, newestDay } from './load.ts';

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
  const count = (s: { fn: { countAll<T>(): { as(name: 'count'): unknown } } }) =>
    s.fn.countAll<number>().as('count') as never;
  const [number, featured, listed, running] = await Promise.all([
    editionNumber(host, day),
    db.selectFrom('feature').select(count).where('day', '=', day).executeTakeFirst(),
    db.selectFrom('paper').select(count).where('listed_on', '=', day).executeTakeFirst(),
    db.selectFrom('paper').select(count).where('experiment', 'is not', null).executeTakeFirst(),
  ]);
  const of = (row: unknown) => Number((row as { count?: number } | undefined)?.count ?? 0);
  return {
    day,
    week: weekOf(day),
    title: longDay(day),
    number,
    papers: of(featured) || of(listed),
    running: of(running),
  };
}
