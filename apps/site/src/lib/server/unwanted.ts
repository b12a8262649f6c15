import type { Acting } from '@broadsheet/newsroom/accounts';
import type { Feed } from '@broadsheet/newsroom/editions';
import type { Host } from '@broadsheet/newsroom/host';
import { marksOf, recordShown } from '@broadsheet/newsroom/library';

/**
 * A list as its reader wants it: without what they said "not this" to, unless they asked for words that it has. What is
 * left has now been shown to them. Only for who has signed in: everybody else gets one page, kept for all.
 */
export async function withoutUnwanted(
  host: Host,
  feed: Feed,
  { via, reader }: Acting,
  { isSearch, isRead }: { isSearch: boolean; isRead: boolean },
): Promise<{ feed: Feed; leftOut: number }> {
  if (via !== 'session' || !reader) return { feed, leftOut: 0 };
  const paperIds = feed.entries.map((entry) => entry.id);
  const { hidden } = isSearch ? { hidden: new Set<number>() } : await marksOf(host.database.db, reader.id, paperIds);
  if (isRead) {
    const shown = { readerId: reader.id, paperIds: paperIds.filter((id) => !hidden.has(id)), place: 'page' as const };
    // Reading must not fail where nothing can be written.
    await recordShown(host.database, shown, host.now()).catch((error) =>
      host.log.warn('what was shown could not be kept', { error }),
    );
  }
  if (hidden.size === 0) return { feed, leftOut: 0 };
  return { feed: { ...feed, entries: feed.entries.filter((entry) => !hidden.has(entry.id)) }, leftOut: hidden.size };
}
