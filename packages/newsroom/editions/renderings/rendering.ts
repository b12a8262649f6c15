import type { Suffix } from '../resolve.ts';
import type { Feed, FeedEntry } from '../types.ts';

/** More entries than a page shows, since a reader of feeds asks seldom and wants the whole day. */
export const FEED_LIMIT = 100;

/** What a rendering knows of the site. */
export interface RenderingContext {
  siteName: string;
  /** Without a trailing slash. */
  baseUrl: string;
  now: number;
}

/** One way to write a feed; adding one is one file and one line in the registry. */
export interface Rendering {
  suffix: Suffix;
  /** What a person calls it. */
  title: string;
  mediaType: string;
  render(feed: Feed, context: RenderingContext): string;
}

/** Where a paper is, and its lasting name in feeds: its address without version. */
export function entryUrl(entry: FeedEntry, { baseUrl }: RenderingContext): string {
  return `${baseUrl}/papers/${entry.key}`;
}

/** The address of a feed in one of its renderings, without the site. */
export function addressAs(address: string, suffix: Suffix): string {
  const [path, query] = address.split('?', 2);
  return `${path === '/' ? '/index' : path}.${suffix}${query ? `?${query}` : ''}`;
}

/** Where this page of a feed is in a rendering, and where the next one. */
export function linksOf(feed: Feed, suffix: Suffix, { baseUrl }: RenderingContext): { self: string; next?: string } {
  const self = `${baseUrl}${addressAs(feed.address, suffix)}`;
  if (feed.nextCursor === undefined) return { self };
  return { self, next: `${self}${self.includes('?') ? '&' : '?'}cursor=${feed.nextCursor}` };
}

/** When a paper entered the feed: its edition's day, else its listing. */
export function entryInstant(entry: FeedEntry): number {
  return Date.parse(entry.featuredOn ?? entry.listedOn);
}

/** Text for XML: escaped, and without the control characters that XML cannot hold. */
export function xml(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
      .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd')
      .replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)
  );
}

/** "12 votes · 3 comments · code ★ 340" */
export function factsOf(entry: FeedEntry): string {
  const facts = [`${entry.votes} ${entry.votes === 1 ? 'vote' : 'votes'}`];
  if (entry.comments > 0) facts.push(`${entry.comments} ${entry.comments === 1 ? 'comment' : 'comments'}`);
  if (entry.repository) facts.push(entry.repository.stars === undefined ? 'code' : `code ★ ${entry.repository.stars}`);
  if (entry.experiment) facts.push('runs here');
  return facts.join(' · ');
}
