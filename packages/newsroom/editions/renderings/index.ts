import { atom } from './atom.ts';
import { bibtex, cslJson, ris } from './citations.ts';
import { json } from './json.ts';
import { jsonFeed } from './json-feed.ts';
import { markdown } from './markdown.ts';
import type { Rendering } from './rendering.ts';
import { rss } from './rss.ts';

export { UNTRUSTED } from './json.ts';
export { paperMarkdown } from './paper-markdown.ts';
export { addressAs, FEED_LIMIT, type Rendering, type RenderingContext, xml } from './rendering.ts';

/** Every way to write a feed. Adding one is one file here and one line. */
export const renderings: Rendering[] = [rss, atom, jsonFeed, json, markdown, bibtex, ris, cslJson];
