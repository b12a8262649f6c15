export {
  type Arrangement,
  arrangeEdition,
  arrangementOf,
  isClosed,
  openDays,
} from './arrange.ts';
export { foldEditionZero, isEditionZeroFolded } from './band.ts';
export { type Beside, besideEdition } from './beside.ts';
export * from './calendar.ts';
export { closeDueEditions } from './close.ts';
export { CursorError } from './cursor.ts';
export { entriesByIds } from './entries.ts';
export { addressWith } from './filters.ts';
export { type LoadOptions, loadFeed } from './load.ts';
export { type NewestEdition, newestEdition } from './newest.ts';
export {
  addressAs,
  FEED_LIMIT,
  paperMarkdown,
  type Rendering,
  renderings,
  UNTRUSTED,
  xml,
} from './renderings/index.ts';
export { MAX_QUERY_CHARS, type Resolved, resolveFeed, SUFFIXES, type Suffix } from './resolve.ts';
export { withCurrentTopic, withTopics } from './topics.ts';
export { trendingScore } from './trending.ts';
export type { Feed, FeedEntry, FeedFilters, FeedQuery, SearchFacts, SearchMode } from './types.ts';
