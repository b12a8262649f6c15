export { highlight } from '@broadsheet/search-index';
export { readySiteIndex, siteIndex } from './index-of-site.ts';
export { loadSearchOrFeed } from './load.ts';
export { type SimilarPaper, similarPapers } from './similar.ts';
