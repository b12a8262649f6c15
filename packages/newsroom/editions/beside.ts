import { sql } from 'kysely';
import type { Host } from '../host/index.ts';

/** What stands beside the newest edition: the last ones, and what its papers are about. */
export interface Beside {
  editions: { day: string; number: number; papers: number }[];
  categories: { category: string; papers: number }[];
}

const EDITIONS = 6;
const CATEGORIES = 8;

/** @param day the day that is shown; the editions are those before it. */
export async function besideEdition(host: Host, day: string): Promise<Beside> {
  const { db } = host.database;
  const [editions, picked] = await Promise.all([
    db
      .selectFrom('edition')
      .innerJoin('edition_entry as e', 'e.day', 'edition.day')
      .select(['edition.day', 'edition.number', (s) => s.fn.countAll<number>().as('papers')])
      .where('edition.day', 'in', (s) =>
        s
          .selectFrom('edition')
          .select('day')
          .where('day', '<', day)
          .where('closed_at', 'is not', null)
          .orderBy('day', 'desc')
          .limit(EDITIONS),
      )
      .groupBy(['edition.day', 'edition.number'])
      .orderBy('edition.day', 'desc')
      .execute(),
    categoriesOf(host, day, 'picked'),
  ]);
  return {
    editions: editions.map((row) => ({ ...row, papers: Number(row.papers) })),
    categories: picked.length > 0 ? picked : await categoriesOf(host, day, 'listed'),
  };
}

/** The primary categories of a day's papers, those with the most papers first. */
async function categoriesOf(host: Host, day: string, which: 'picked' | 'listed'): Promise<Beside['categories']> {
  const papers = host.database.db.selectFrom('paper as p');
  const rows = await (which === 'picked'
    ? papers.where('p.id', 'in', (s) =>
        s.selectFrom('feature').select('paper_id').where('day', '=', day).where('by', '!=', 'edition-zero'),
      )
    : papers.where('p.listed_on', '=', day).where('p.primary_category', 'in', host.settings.categories)
  )
    .select(['p.primary_category', sql<number>`count(*)`.as('papers')])
    .where('p.primary_category', 'is not', null)
    .groupBy('p.primary_category')
    .orderBy('papers', 'desc')
    .orderBy('p.primary_category')
    .limit(CATEGORIES)
    .execute();
  return rows.map((row) => ({ category: row.primary_category as string, papers: Number(row.papers) }));
}
