export * from './citation/index.ts';
export { findPaper, type Paper, summaryOf } from './find.ts';
export { type Alias, parseArxivId, parseDoi } from './identity.ts';
export { instantOf } from './instant.ts';
export { mergeRecords, type PaperRow } from './merge.ts';
export type { MergeReport, PaperRecord } from './record.ts';
export { slugOf } from './slug.ts';
export { abstractHtml, firstSentence, plainText, titleHtml } from './text/index.ts';
export { escapeHtml } from './text/maths.ts';
