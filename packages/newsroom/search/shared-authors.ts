import type { Host } from '../host/index.ts';
import type { Shared, SharedSign } from './similar-signs.ts';

/** Of a collaboration of thousands the first say enough. */
const MOST_AUTHORS = 40;
/** A name that so many papers bear is that of several people. */
const MOST_PAPERS = 60;
const NAMED = 2;

/** People who wrote both. The weight is a judgement, not measured (docs/decisions/0206). */
export const sharedAuthors: SharedSign = {
  weight: 0.4,
  of: byAuthors,
};

/** What a shared author says: the more papers bear the name, the less. */
export function rarityOf(papers: number): number {
  return 1 / Math.log2(1 + papers);
}

/** What several shared authors say together: 1 is reached by none of them alone. */
export function shareOf(rarities: readonly number[]): number {
  return 1 - rarities.reduce((rest, rarity) => rest * (1 - rarity), 1);
}

async function byAuthors(host: Host, paperId: number): Promise<Map<number, Shared>> {
  const { db } = host.database;
  const authors = await db
    .selectFrom('paper_author as pa')
    .innerJoin('author as a', 'a.id', 'pa.author_id')
    .select((s) => [
      'a.id',
      'a.name',
      s
        .selectFrom('paper_author as all')
        .select((c) => c.fn.countAll<number>().as('papers'))
        .whereRef('all.author_id', '=', 'a.id')
        .as('papers'),
    ])
    .where('pa.paper_id', '=', paperId)
    .orderBy('pa.position')
    .limit(MOST_AUTHORS)
    .execute();
  const telling = new Map(
    authors
      .map(({ id, name, papers }) => ({ id, name, papers: Number(papers) }))
      .filter(({ papers }) => papers > 1 && papers <= MOST_PAPERS)
      .map((author) => [author.id, author]),
  );
  if (telling.size === 0) return new Map();
  const rows = await db
    .selectFrom('paper_author')
    .select(['paper_id', 'author_id'])
    .where('author_id', 'in', [...telling.keys()])
    .where('paper_id', '!=', paperId)
    .execute();
  const sharedBy = new Map<number, Set<number>>();
  for (const row of rows) sharedBy.set(row.paper_id, (sharedBy.get(row.paper_id) ?? new Set()).add(row.author_id));
  return new Map(
    [...sharedBy].map(([id, shared]) => {
      const people = [...telling.values()].filter((author) => shared.has(author.id));
      return [id, { share: shareOf(people.map((p) => rarityOf(p.papers))), words: inWords(people.map((p) => p.name)) }];
    }),
  );
}

function inWords(names: string[]): string {
  const more = names.length - NAMED;
  const named = names.slice(0, NAMED).join(more > 0 ? ', ' : ' and ');
  return `written by ${named}${more > 0 ? ` and ${more} more` : ''} too`;
}
