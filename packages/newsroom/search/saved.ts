import { randomInt } from 'node:crypto';
import { type Resolved, resolveFeed, type Suffix } from '../editions/index.ts';
import type { Host } from '../host/index.ts';
import { findPaper } from '../papers/index.ts';
import { filedTopic } from '../topics/index.ts';

/** A question that a reader has named. */
export interface SavedSearch {
  id: string;
  name: string;
  address: string;
  query: string;
}

const MAX_NAME_CHARS = 80;
/** More are no use to a person, and a table is not for sale. */
const MOST_OF_ONE_READER = 100;
/** Without letters and digits that look alike. */
const LETTERS = 'abcdefghijkmnpqrstuvwxyz23456789';
const ID = /^\/searches\/([a-km-np-z2-9]{12})(\..+)?$/;

/**
 * The one place where an address becomes a feed, saved searches included.
 * @param pathname decoded path, with or without a rendering's suffix
 * @returns undefined when the address is no feed's
 */
export async function resolveAddress(
  host: Host,
  pathname: string,
  params: URLSearchParams,
): Promise<Resolved | undefined> {
  const [, id, suffix = ''] = ID.exec(pathname) ?? [];
  if (!id) return asFiledToday(host, await ofPaper(host, resolveFeed(pathname, params)), params);
  const saved = await host.database.db
    .selectFrom('saved_search')
    .select(['id', 'name', 'query'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (!saved) return undefined;
  const wanted = new URLSearchParams(saved.query);
  const cursor = params.get('cursor');
  if (cursor) wanted.set('cursor', cursor);
  const found = resolveFeed(`/papers${suffix}`, wanted);
  if (found?.kind !== 'feed') return found;
  const address = `/searches/${saved.id}`;
  return { ...found, address: pathname, query: { ...found.query, name: { title: saved.name, address } } };
}

/** A list of what is similar to a paper is there as long as the paper is, and goes where it goes. */
async function ofPaper(host: Host, found: Resolved | undefined): Promise<Resolved | undefined> {
  const key = found?.kind === 'feed' ? found.query.filters.similarTo : undefined;
  if (found?.kind !== 'feed' || key === undefined) return found;
  const paper = await findPaper(host.database.db, key);
  if (paper && 'movedTo' in paper) return { kind: 'redirect', to: similarAddress(paper.movedTo, found.suffix) };
  return paper && found;
}

function similarAddress(key: string, suffix?: Suffix): string {
  return `/papers/${key}/similar${suffix ? `.${suffix}` : ''}`;
}

/** A topic's own list leads to where it is filed today; one that is hidden, or that never was, is no list. */
async function asFiledToday(
  host: Host,
  found: Resolved | undefined,
  params: URLSearchParams,
): Promise<Resolved | undefined> {
  if (found?.kind !== 'feed' || !found.address.startsWith('/topics/')) return found;
  const asked = found.query.filters.topic as number;
  const topic = await filedTopic(host, asked);
  if (!topic || topic.state === 'hidden') return undefined;
  if (topic.id === asked) return found;
  const suffix = found.suffix ? `.${found.suffix}` : '';
  return { kind: 'redirect', to: `/topics/${topic.id}${suffix}${params.size > 0 ? `?${params}` : ''}` };
}

/** A reader's saved searches, by name. */
export async function savedSearches(host: Host, readerId: number): Promise<SavedSearch[]> {
  const rows = await host.database.db
    .selectFrom('saved_search')
    .select(['id', 'name', 'query'])
    .where('reader_id', '=', readerId)
    .orderBy('name')
    .execute();
  return rows.map((row) => ({ ...row, address: `/searches/${row.id}` }));
}

export type SaveOutcome = { saved: SavedSearch } | { refused: string };

/** Gives a search a name. The same name again replaces what it stood for. */
export async function saveSearch(
  host: Host,
  { readerId, name, query }: { readerId: number; name: string; query: string },
): Promise<SaveOutcome> {
  const title = name.replace(/\p{C}/gu, ' ').replace(/\s+/g, ' ').trim().slice(0, MAX_NAME_CHARS).toWellFormed();
  if (title === '') return { refused: 'A saved search needs a name.' };
  const params = new URLSearchParams(query);
  params.delete('cursor');
  params.delete('typing');
  const found = resolveFeed('/papers', params);
  if (found?.kind === 'problem') return { refused: found.detail };
  if (found?.kind !== 'feed' || !found.query.filters.text?.trim())
    return { refused: 'Only a search with words can be saved.' };
  const { db } = host.database;
  const mine = await savedSearches(host, readerId);
  const known = mine.find((search) => search.name === title);
  if (!known && mine.length >= MOST_OF_ONE_READER)
    return { refused: `You have ${MOST_OF_ONE_READER} saved searches; forget one before you save another.` };
  const id = known?.id ?? Array.from({ length: 12 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
  const row = { id, reader_id: readerId, name: title, query: params.toString(), created_at: host.now() };
  const stored = await db
    .insertInto('saved_search')
    .values(row)
    .onConflict((c) => c.columns(['reader_id', 'name']).doUpdateSet({ query: row.query }))
    .returning('id')
    .executeTakeFirstOrThrow();
  return { saved: { id: stored.id, name: title, query: row.query, address: `/searches/${stored.id}` } };
}

/** @returns whether the reader had it */
export async function forgetSearch(host: Host, { readerId, id }: { readerId: number; id: string }): Promise<boolean> {
  const result = await host.database.db
    .deleteFrom('saved_search')
    .where('id', '=', id)
    .where('reader_id', '=', readerId)
    .executeTakeFirst();
  return Number(result.numDeletedRows) > 0;
}
