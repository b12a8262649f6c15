export { highlight, type Stretch } from './highlight.ts';
export { MAX_QUERY_CHARS, parseQuery, type Query, QueryTooLong } from './query.ts';
export { DamagedIndex, WrongVersion } from './saved-form.ts';
export { type Hit, type IndexedPaper, type SearchAnswer, SearchIndex, type SearchOptions } from './search-index.ts';
