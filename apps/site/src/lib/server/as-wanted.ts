import type { Acting } from '@broadsheet/newsroom/accounts';
import type { Feed, FeedQuery } from '@broadsheet/newsroom/editions';
import type { Host } from '@broadsheet/newsroom/host';
import { isProposedOnce, marksOf, proposedBefore, recordShown } from '@broadsheet/newsroom/library';

export interface Narrowed {
  feed: Feed;
  /** Papers that are not there because the reader said "not this". */
  leftOut: number;
  /** Those that are not there because they were proposed before, as the reader chose. */
  proposedBefore: number;
}

/**
 * A list as its reader wants it: without what they said "not this" to, and, where they chose that each paper be proposed
 * once, without what was proposed before; not so where they asked for just these papers. What is left has now been shown
 * to them. Only for who has signed in: everybody else gets one page, kept for all.
 */
export async function asWanted(
  host: Host,
  feed: Feed,
  { via, reader }: Acting,
  { isRead, isAllAsked = false }: { isRead: boolean; isAllAsked?: boolean },
): Promise<Narrowed> {
  if (via !== 'session' || !reader) return { feed, leftOut: 0, proposedBefore: 0 };
  const { db } = host.database;
  const paperIds = feed.entries.map((entry) => entry.id);
  const isSearch = feed.query.filters.text !== undefined;
  const { hidden } = isSearch ? { hidden: new Set<number>() } : await marksOf(db, reader.id, paperIds);
  const before =
    !isAllAsked && isProposal(feed.query) && (await isProposedOnce(db, reader.id))
      ? await proposedBefore(db, reader, paperIds, { now: host.now() })
      : new Set<number>();
  const entries = feed.entries.filter(({ id }) => !hidden.has(id) && !before.has(id));
  if (isRead) {
    const shown = { readerId: reader.id, paperIds: entries.map((entry) => entry.id), place: 'page' as const };
    // Reading must not fail where nothing can be written.
    await recordShown(host.database, shown, host.now()).catch((error) =>
      host.log.warn('what was shown could not be kept', { error }),
    );
  }
  return {
    feed: entries.length === feed.entries.length ? feed : { ...feed, entries },
    leftOut: hidden.size,
    proposedBefore: [...before].filter((id) => !hidden.has(id)).length,
  };
}

/** A list that puts papers before readers, and not one that they asked for: a day, a search, a person, a topic, a category. */
function isProposal({ window, filters }: FeedQuery): boolean {
  const { text, author, organization, topic, category, similarTo } = filters;
  const isAskedFor = [text, author, organization, topic, category, similarTo].some((bound) => bound !== undefined);
  return (window.kind === 'latest' || window.kind === 'all') && !isAskedFor;
}
