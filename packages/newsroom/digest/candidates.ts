import type { Pace } from '@broadsheet/database';
import { addDays, type FeedEntry, type FeedQuery, isPapersDay, loadFeed, longDay } from '../editions/index.ts';
import type { Host } from '../host/index.ts';
import { loadSearchOrFeed, readyWords } from '../search/index.ts';
import { filedTopic } from '../topics/index.ts';
import type { Period } from './periods.ts';

/** What a feed has for an issue, best first. */
export interface Candidates {
  feedTitle: string;
  /** The page of the same list. */
  address: string;
  entries: FeedEntry[];
  notice?: string;
}

/** Papers looked at for one issue; beyond them a list is read on its page. */
const MAX_LOOKED_AT = 1_000;
/** Of trending, the top: what stands below has no news in it. */
const TRENDING_TOP = 50;
/** After a long sleep an issue looks back no further than this beyond its own period. */
const MAX_CATCH_UP_DAYS = 31;

/** The issue before this one of the same feed and pace. */
export interface Previous {
  covers_until: string;
}

/**
 * What a feed shows of a period, and of the days before it that no issue has told: those on which the site slept, and
 * papers that came to a day when its issue had gone out. The caller takes off what earlier issues had.
 */
export async function candidatesFor(
  host: Host,
  query: FeedQuery,
  address: string,
  period: Period,
  previous: Previous | undefined,
): Promise<Candidates> {
  const from = sinceDay(period, previous);
  const { window, order, filters } = query;
  if (window.kind === 'latest') {
    const feed = await loadFeed(
      host,
      { window: { kind: 'range', from, until: period.until }, order, filters },
      { limit: MAX_LOOKED_AT },
    );
    return {
      feedTitle: await namedFilters(host, query),
      address: withQuery(period.address, address),
      entries: feed.entries,
      notice: noticeOf(period, previous, feed.notice),
    };
  }
  if (filters.text !== undefined || filters.similarTo !== undefined) await readyWords(host);
  const isTrending = order === 'trending';
  const feed = await loadSearchOrFeed(host, isTrending ? query : { ...query, order: 'newest' }, {
    limit: isTrending ? TRENDING_TOP : MAX_LOOKED_AT,
  });
  const entries = isTrending
    ? feed.entries
    : feed.entries
        .filter((entry) => entry.listedOn >= from && entry.listedOn <= period.until)
        .sort((a, b) => b.votes - a.votes);
  return { feedTitle: feed.title, address, entries };
}

function sinceDay(period: Period, previous: Previous | undefined): string {
  const since = previous?.covers_until ?? period.from;
  const earliest = addDays(period.from, -MAX_CATCH_UP_DAYS);
  // Days are strings: Math.min knows none.
  const [, middle] = [earliest, since, period.from].sort();
  return middle;
}

/** Says so when papers-days before this period had no issue. */
function noticeOf(period: Period, previous: Previous | undefined, notice: string | undefined): string | undefined {
  if (!previous) return notice;
  let missed = addDays(previous.covers_until, 1);
  while (missed < period.from && !isPapersDay(missed)) missed = addDays(missed, 1);
  const told = missed < period.from ? `With the papers since ${longDay(missed)}, which no issue told of.` : undefined;
  return [told, notice].filter(Boolean).join(' ') || undefined;
}

const PACE_NAMES: Record<Pace, string> = { daily: 'day', weekly: 'week', monthly: 'month' };

export function frontName(pace: Pace): string {
  return `The papers of the ${PACE_NAMES[pace]}`;
}

/** What narrows the front page, in words; empty for the whole of it. */
async function namedFilters(host: Host, { filters }: FeedQuery): Promise<string> {
  const topic = filters.topic === undefined ? undefined : await filedTopic(host, filters.topic);
  return [
    topic?.name,
    filters.category,
    filters.hasCode ? 'with code' : '',
    filters.hasExperiment ? 'that run here' : '',
  ]
    .filter(Boolean)
    .join(', ');
}

function withQuery(address: string, feed: string): string {
  const query = feed.split('?', 2)[1];
  return query ? `${address}?${query}` : address;
}
