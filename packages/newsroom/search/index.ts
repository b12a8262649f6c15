export { highlight } from '@broadsheet/search-index';
export { loadSearchOrFeed, searchAddress } from './load.ts';
export { forgetSearch, resolveAddress, type SavedSearch, savedSearches, saveSearch } from './saved.ts';
export { type SimilarPaper, similarPapers } from './similar.ts';
export { readySiteIndex, type SiteIndex, siteIndex } from './site-index.ts';
