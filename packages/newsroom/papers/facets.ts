import { type Database, insertMany, type Schema } from '@broadsheet/database';
import type { Kysely } from 'kysely';
import { allNames } from './category-names.ts';
import type { Merging, PaperRow } from './merge.ts';
import { slugOf } from './slug.ts';

/** How many values one `in (…)` list may hold on both stores. */
const LIST_LIMIT = 5_000;

/** Keeps the people of papers whose author list is new or changed. */
export async function writePeople(database: Database, db: Kysely<Schema>, merging: Merging[]): Promise<void> {
  const papers = touched(merging, 'authors');
  if (papers.length === 0) return;
  const names = new Map<string, string>();
  const lists = papers.map(({ paper, isNew }) => {
    const slugs = (JSON.parse(paper.authors_json) as string[]).map((name) => {
      const slug = slugOf(name);
      if (!names.has(slug)) names.set(slug, name);
      return slug;
    });
    return { paper, isNew, slugs };
  });
  const idOf = await authorIds(database, db, names);
  await deleteOf(db, 'paper_author', lists);
  const rows = lists.flatMap(({ paper, slugs }) =>
    slugs.map((slug, position) => ({ paper_id: paper.id, position, author_id: idOf.get(slug) as number })),
  );
  await insertMany(database, db, 'paper_author', rows);
}

/** Keeps the categories of papers whose list is new or changed. */
export async function writeCategories(database: Database, db: Kysely<Schema>, merging: Merging[]): Promise<void> {
  const papers = touched(merging, 'categories');
  await deleteOf(db, 'paper_category', papers);
  const rows = papers.flatMap(({ paper }) =>
    allNames(JSON.parse(paper.categories_json)).map((category) => ({
      category,
      listed_on: paper.listed_on,
      paper_id: paper.id,
    })),
  );
  await insertMany(database, db, 'paper_category', rows);
}

async function authorIds(
  database: Database,
  db: Kysely<Schema>,
  names: Map<string, string>,
): Promise<Map<string, number>> {
  const idOf = new Map<string, number>();
  const look = async (slugs: string[]) => {
    for (let at = 0; at < slugs.length; at += LIST_LIMIT) {
      const part = slugs.slice(at, at + LIST_LIMIT);
      const rows = await db.selectFrom('author').select(['id', 'slug']).where('slug', 'in', part).execute();
      for (const row of rows) idOf.set(row.slug, row.id);
    }
  };
  await look([...names.keys()]);
  const missing = [...names.keys()].filter((slug) => !idOf.has(slug)).sort();
  await insertMany(
    database,
    db,
    'author',
    missing.map((slug) => ({ slug, name: names.get(slug) as string })),
    { ignoreConflicts: true },
  );
  await look(missing);
  return idOf;
}

function touched(merging: Merging[], field: 'authors' | 'categories'): { paper: PaperRow; isNew: boolean }[] {
  const papers = new Map<PaperRow, boolean>();
  for (const m of merging) {
    if (m.record[field] === undefined || !m.changed) continue;
    papers.set(m.paper, (papers.get(m.paper) ?? true) && m.isNew);
  }
  return [...papers].map(([paper, isNew]) => ({ paper, isNew }));
}

async function deleteOf(
  db: Kysely<Schema>,
  table: 'paper_author' | 'paper_category',
  papers: { paper: PaperRow; isNew: boolean }[],
): Promise<void> {
  const ids = papers.filter((p) => !p.isNew).map((p) => p.paper.id);
  if (ids.length > 0) await db.deleteFrom(table).where('paper_id', 'in', ids).execute();
}
