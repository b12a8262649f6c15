import { defineParams } from '@sveltejs/kit/params';

/** What the parts of an address may be. */
export const params = defineParams({
  /** An arXiv id (its version may be named) or one of our own ten-letter ids. */
  paper: (value) => (/^\d{4}\.\d{4,5}(v\d+)?$|^[a-km-np-z2-9]{10}$/.test(value) ? value : undefined),
  /** The archive of an identifier from before April 2007, such as `math` or `hep-th`; never a word of our own addresses. */
  archive: (value) =>
    /^[a-z]+(-[a-z]+)?(\.[A-Z]{2})?$/.test(value) && !['date', 'week', 'month'].includes(value) ? value : undefined,
  /** A topic's number. */
  topic: (value) => (/^[1-9]\d{0,8}$/.test(value) ? value : undefined),
  /** How papers are cited. */
  citation: (value) => (['bib', 'ris', 'csl.json', 'rdf'] as const).find((form) => form === value),
  /** How a discussion is written for feed readers. */
  feed: (value) => (['atom', 'rss', 'feed.json'] as const).find((form) => form === value),
});
