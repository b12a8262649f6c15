import {
  addressAs,
  type Feed,
  type FeedEntry,
  type FeedQuery,
  longDay,
  renderings,
} from '@broadsheet/newsroom/editions';
import { type Host, perVersion } from '@broadsheet/newsroom/host';
import { abstractHtml, plainText } from '@broadsheet/newsroom/papers';
import { filedTopic } from '@broadsheet/newsroom/topics';
import { drawPaper } from './drawing.ts';
import { loadEditionZero } from './edition-zero.ts';
import { loadRail } from './rail.ts';
import { rowHtml, rowOf } from './rows.ts';
import { searchView } from './search-view.ts';

/** Where the card of a list is, by the list's own address. */
function cardAddress(address: string): string {
  const [path, query] = address.split('?');
  return `/cards${path === '/' ? '/front' : path}.png${query ? `?${query}` : ''}`;
}

/** A feed as its page shows it. */
export async function pageOf(host: Host, feed: Feed, url: URL) {
  const { window, filters } = feed.query;
  const isFirst = !url.searchParams.has('cursor');
  const [first, ...others] = feed.entries;
  const lead = first && isFirst && hasLead(feed.query, filters) ? leadOf(first) : undefined;
  const isFront = window.kind === 'latest' && isFirst;
  return {
    title: feed.title,
    heading: headingOf(feed),
    card: `${url.origin}${cardAddress(feed.address)}`,
    isFront,
    question: filters.text,
    search: searchView(feed),
    description: feed.entries
      .slice(0, 3)
      .map((entry) => plainText(entry.title))
      .join('; '),
    lead,
    rows: (lead ? others : feed.entries).map((entry) => ({ key: entry.key, html: rowHtml(entry) })),
    total: feed.total,
    notice: feed.notice,
    lastPicked: feed.lastPicked && { ...feed.lastPicked, title: longDay(feed.lastPicked.day) },
    notes: feed.notes ?? [],
    edition: feed.edition,
    previous: feed.previous,
    next: feed.next,
    nextPage: feed.nextCursor ? withCursor(url, feed.nextCursor) : undefined,
    filters: [...filterLinks(url, feed.query), ...(await topicLink(host, url, feed.query))],
    alternates: renderings.map((r) => ({
      title: r.title,
      mediaType: r.mediaType,
      href: addressAs(feed.address, r.suffix),
    })),
    editionZero: isFront ? await perVersion(host, 'edition zero', () => loadEditionZero(host)) : undefined,
    rail: isFront && feed.entries.length > 0 ? await loadRail(host, feed) : undefined,
    zone: host.settings.zone,
    byMail: byMailOf(feed),
    isEditionZero: window.kind === 'edition-zero',
    /** The time was over before anything was found: that nothing is there is not known. */
    isCut: feed.search?.isCut ?? false,
    /** Of a list of what is like one paper: where that is. */
    similarTo: filters.similarTo && `/papers/${filters.similarTo}`,
  };
}

/** Where this list can be had by mail; days that are over cannot. */
function byMailOf(feed: Feed): string | undefined {
  const { window, filters } = feed.query;
  if (window.kind !== 'all' || filters.text === '') return undefined;
  return `/digest?feed=${encodeURIComponent(feed.address)}`;
}

/** Lists that open with a lead story: days and spans in their own order, not search results or people's papers. */
function hasLead(query: FeedQuery, filters: Feed['query']['filters']): boolean {
  return query.window.kind !== 'all' && Object.values(filters).every((value) => value === undefined);
}

function leadOf(entry: FeedEntry) {
  const { abstract } = entry;
  const row = rowOf(entry);
  const own = row.summary?.by === 'Broadsheet' ? row.summary.text : undefined;
  return {
    ...row,
    textHtml: own ? undefined : abstract ? abstractHtml(abstract) : undefined,
    text: own ?? row.summary?.text,
    drawing: drawPaper(row),
  };
}

function headingOf(feed: Feed): string | undefined {
  if (feed.query.window.kind === 'latest') return undefined;
  return feed.query.filters.text !== undefined && !feed.query.name ? undefined : feed.title;
}

function withCursor(url: URL, cursor: string): string {
  const next = new URL(url);
  next.searchParams.set('cursor', cursor);
  return `${next.pathname}${next.search}`;
}

/** The filters as links that switch each on or off, so that they work without a script. */
function filterLinks(url: URL, query: FeedQuery) {
  // A search has choices of its own.
  if (query.window.kind === 'edition-zero' || query.filters.text !== undefined) return [];
  const link = (label: string, value: string, isOn: boolean) => {
    const params = new URLSearchParams(url.searchParams);
    params.delete('cursor');
    const others = params.getAll('has').filter((has) => has !== value);
    params.delete('has');
    for (const has of isOn ? others : [...others, value]) params.append('has', has);
    const search = params.toString();
    return { label, isOn, href: `${url.pathname}${search ? `?${search}` : ''}` };
  };
  return [
    link('with code', 'code', query.filters.hasCode === true),
    link('runs here', 'experiment', query.filters.hasExperiment === true),
  ];
}

/** The topic that a list is narrowed to, as a link that takes it back; on the topic's own page there is no way back. */
async function topicLink(host: Host, url: URL, { window, filters }: FeedQuery) {
  if (filters.topic === undefined || !url.searchParams.has('topic') || filters.text !== undefined) return [];
  if (window.kind === 'edition-zero') return [];
  const params = new URLSearchParams(url.searchParams);
  params.delete('cursor');
  params.delete('topic');
  const label = (await filedTopic(host, filters.topic))?.name ?? `topic ${filters.topic}`;
  return [{ label, isOn: true, href: `${url.pathname}${params.size > 0 ? `?${params}` : ''}` }];
}
