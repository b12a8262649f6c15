export { highlight } from '@broadsheet/search-index';
export { houseEncoder } from './encoders/house.ts';
export { stopIndexer } from './indexer.ts';
export { isFromIndex, loadSearchOrFeed, searchAddress } from './load.ts';
export { forgetSearch, resolveAddress, type SavedSearch, savedSearches, saveSearch } from './saved.ts';
export { type SimilarPaper, sharedInWords, similarPapers } from './similar.ts';
export { readySiteIndex, readyWords, type SiteIndex, siteIndex } from './site-index.ts';
export { type TrainEncoderOptions, trainEncoder } from './train-encoder.ts';
