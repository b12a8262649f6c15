export { toBibtex } from './bibtex.ts';
export type { Citable, CitationContext } from './citable.ts';
export { toCslJson } from './csl.ts';
export { coins, highwireTags, jsonLd } from './page.ts';
export { toRis } from './ris.ts';
export { toZoteroRdf } from './zotero-rdf.ts';
