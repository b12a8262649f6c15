export { highlight } from '@broadsheet/search-index';
export { loadSearchOrFeed } from './load.ts';
export { type SimilarPaper, similarPapers } from './similar.ts';
export { readySiteIndex, type SiteIndex, siteIndex } from './site-index.ts';
