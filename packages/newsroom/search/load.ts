import { guessNote, snippet } from '@broadsheet/search-index';
import { readCursor, writeCursor } from '../editions/cursor.ts';
import {
  addressWith,
  entriesByIds,
  type Feed,
  type FeedQuery,
  type LoadOptions,
  loadFeed,
  withCurrentTopic,
  withTopics,
} from '../editions/index.ts';
import type { Host } from '../host/index.ts';
import { plainText } from '../papers/index.ts';
import { find } from './find.ts';
import { similarFeed } from './similar-feed.ts';
import { whyFound } from './why.ts';

const PAGE = 50;
/** Beyond the first thousand nobody pages. */
const MAX_FOUND = 1_000;

export interface SearchLoadOptions extends LoadOptions {
  /** The last word is still being typed. */
  typing?: boolean;
  /** Papers alone: nobody is told how many there are and of what kinds, nor shown where in an abstract the words stand. */
  isBare?: boolean;
}

/** A feed by its query: what words or another paper find is a search's, any other comes from the editions. */
export async function loadSearchOrFeed(host: Host, asked: FeedQuery, options: SearchLoadOptions = {}): Promise<Feed> {
  const query = await withCurrentTopic(host, asked);
  const { text, similarTo } = query.filters;
  if (text !== undefined) return searchFeed(host, query, text, options);
  if (similarTo !== undefined) return similarFeed(host, query, similarTo, options);
  return loadFeed(host, query, options);
}

/** Whether a list comes from the index, and is another one once that is built. */
export function isFromIndex({ filters }: FeedQuery): boolean {
  return filters.text !== undefined || filters.similarTo !== undefined;
}

async function searchFeed(
  host: Host,
  query: FeedQuery,
  text: string,
  { limit = PAGE, cursor, readerId, typing, isBare = false }: SearchLoadOptions,
): Promise<Feed> {
  const after = readCursor(cursor, 'n')?.after ?? 0;
  const size = Math.min(limit, MAX_FOUND - after);
  // One more than is shown tells whether there is another page.
  const asked = { text, offset: after, limit: size + 1, typing, isCounted: !isBare };
  const { hits, total, notes, guesses, ...search } = await find(host, query, asked);
  const page = hits.slice(0, size);
  const hitOf = new Map(page.map(({ id, ...facts }) => [id, facts]));
  const bare = await entriesByIds(
    host.database.db,
    page.map((hit) => hit.id),
    readerId,
  );
  const texts = (await withTopics(host, bare)).map((entry) => ({
    entry,
    title: plainText(entry.title),
    abstract: plainText(entry.abstract ?? ''),
  }));
  const all = texts.flatMap(({ title, abstract }) => [title, abstract]);
  return {
    query,
    title: query.name?.title ?? (text ? `“${text}”` : 'Search'),
    address: query.name?.address ?? searchAddress(query),
    entries: texts.map(({ entry, title, abstract }, index) => {
      const { isByMeaning, ...hit } = hitOf.get(entry.id) ?? { reasons: [] };
      return {
        ...entry,
        why: whyFound(hit, [title, abstract]),
        ...(isByMeaning ? { isByMeaning } : {}),
        rank: after + index + 1,
        snippet: abstract && !isBare ? snippet(abstract, search.matched) : undefined,
      };
    }),
    total,
    nextCursor: hits.length > size ? writeCursor({ k: 'n', after: after + size }) : undefined,
    notes: [...guesses.map((guess) => guessNote(guess, all)), ...notes],
    search,
    changedAt: host.now(),
  };
}

/** Where a search is found, with all that narrows it. */
export function searchAddress(query: FeedQuery): string {
  return addressWith(`/papers?q=${encodeURIComponent(query.filters.text ?? '')}`, query);
}
