export { highlight } from '@broadsheet/search-index';
export type { SearchMode } from './find.ts';
export { stopIndexer } from './indexer.ts';
export { loadSearchOrFeed, searchAddress } from './load.ts';
export { forgetSearch, resolveAddress, type SavedSearch, savedSearches, saveSearch } from './saved.ts';
export { type SimilarPaper, similarPapers } from './similar.ts';
export { readySiteIndex, type SiteIndex, siteIndex } from './site-index.ts';
export { type TrainEncoderOptions, trainEncoder } from './train-encoder.ts';
