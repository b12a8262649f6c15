import { sql } from 'kysely';
import type { Host } from '../host/index.ts';
import type { EntryQuery } from './entries.ts';
import type { FeedFilters, FeedQuery } from './types.ts';

/** Narrows a list to what its filters let through; words are the search's affair. */
export function filtered(query: EntryQuery, filters: FeedFilters): EntryQuery {
  let q = query;
  if (filters.hasCode) q = q.where('p.repository', 'is not', null);
  if (filters.hasExperiment) q = q.where('p.experiment', 'is not', null);
  if (filters.organization) q = q.where('p.organization_slug', '=', filters.organization);
  if (filters.topic !== undefined) {
    const topic = filters.topic;
    q = q.where('p.id', 'in', (s) => s.selectFrom('topic_assignment').select('paper_id').where('topic_id', '=', topic));
  }
  if (filters.category) {
    const category = filters.category;
    q = q.where((w) =>
      w.exists(
        w
          .selectFrom('paper_category as c')
          .select('c.paper_id')
          .whereRef('c.paper_id', '=', 'p.id')
          // Not a plain column: SQLite would walk the whole category for every paper instead of asking the paper's few.
          .where(sql<boolean>`c.category || '' = ${category}`),
      ),
    );
  }
  if (filters.author) {
    const author = filters.author;
    q = q.where('p.id', 'in', (s) =>
      s
        .selectFrom('paper_author as pa')
        .innerJoin('author as a', 'a.id', 'pa.author_id')
        .select('pa.paper_id')
        .where('a.slug', '=', author),
    );
  }
  return q;
}

export function hasFilters(filters: FeedFilters): boolean {
  return Object.values(filters).some((value) => value !== undefined);
}

/** Papers of the site's own categories; one without any category is not held against it. */
export function inCategories(host: Host, query: EntryQuery): EntryQuery {
  const { categories } = host.settings;
  if (categories.length === 0) return query;
  return query.where((w) =>
    w.or([
      w('p.categories_json', '=', '[]'),
      w.exists(
        w
          .selectFrom('paper_category as c')
          .select('c.paper_id')
          .whereRef('c.paper_id', '=', 'p.id')
          .where('c.category', 'in', categories),
      ),
    ]),
  );
}

/** The address of a list with the filters and the order that are not in its path, always in one sequence. */
export function addressWith(address: string, { window, order, filters, mode }: FeedQuery): string {
  const [path, query = ''] = address.split('?', 2);
  const params = new URLSearchParams(query);
  const isFound = params.has('q') || filters.similarTo !== undefined;
  if (filters.category && path !== `/categories/${filters.category}`) params.set('category', filters.category);
  if (filters.topic !== undefined && path !== `/topics/${filters.topic}`) params.set('topic', String(filters.topic));
  const isUsual = path === '/papers/trending' || order === (window.kind === 'all' && !isFound ? 'newest' : 'top');
  params.delete('order');
  params.delete('has');
  if (mode) params.set('mode', mode);
  if (!isUsual) params.set('order', order);
  if (filters.from) params.set('from', filters.from);
  if (filters.until) params.set('until', filters.until);
  if (filters.minVotes) params.set('votes', String(filters.minVotes));
  if (filters.hasCode) params.append('has', 'code');
  if (filters.hasExperiment) params.append('has', 'experiment');
  const text = params.toString();
  return text ? `${path}?${text}` : path;
}
