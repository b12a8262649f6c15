import { readCursor, writeCursor } from '../editions/cursor.ts';
import { addressWith, type Feed, type FeedQuery, type LoadOptions } from '../editions/index.ts';
import type { Host } from '../host/index.ts';
import { findPaper, plainText } from '../papers/index.ts';
import { MOST_SIMILAR, sharedInWords, similarPapers } from './similar.ts';
import { siteIndex } from './site-index.ts';

const PAGE = 20;

/** What is similar to a paper, as a feed; empty, with a word of why, where the paper or the index is not there. */
export async function similarFeed(
  host: Host,
  query: FeedQuery,
  key: string,
  { limit = PAGE, cursor, readerId }: LoadOptions,
): Promise<Feed> {
  const { db } = host.database;
  const found = await findPaper(db, key);
  const paper = found && 'movedTo' in found ? await findPaper(db, found.movedTo) : found;
  const address = query.name?.address ?? addressWith(`/papers/${key}/similar`, query);
  const about = { query, address, changedAt: host.now() };
  if (!paper || 'movedTo' in paper)
    return { ...about, title: 'Similar papers', entries: [], notes: [`There is no paper ${key} here.`] };
  const { isReady } = siteIndex(host);
  const offset = readCursor(cursor, 'n')?.after ?? 0;
  const size = Math.min(limit, MOST_SIMILAR - offset);
  const { order, filters } = query;
  // One more than is shown tells whether there is another page.
  const similar = await similarPapers(host, paper, { limit: size + 1, offset, order, filters, readerId });
  return {
    ...about,
    title: query.name?.title ?? `Similar to “${plainText(paper.title)}”`,
    entries: similar.slice(0, size).map(({ sharedWords, sharedSigns, similarity, ...entry }) => ({
      ...entry,
      why: sharedInWords({ ...entry, sharedWords, sharedSigns, similarity }),
    })),
    nextCursor: similar.length > size ? writeCursor({ k: 'n', after: offset + size }) : undefined,
    notes: isReady ? [] : ['The search index is being built; what is similar is known when it is done.'],
  };
}
