import { fileURLToPath } from 'node:url';
import { currentHost } from '@broadsheet/newsroom/host';
import { findPaper } from '@broadsheet/newsroom/papers';
import { loadSearchOrFeed, resolveAddress } from '@broadsheet/newsroom/search';
import { Resvg } from '@resvg/resvg-js';
import { drawCard, drawListCard } from './card.ts';
import { problem } from './problem.ts';

const FONTS = ['newsreader', 'inter'].map((name) =>
  fileURLToPath(new URL(`../../../fonts/${name}.ttf`, import.meta.url)),
);

/** The drawn card of a paper as SVG for pages, or as PNG for those who show links. */
export async function cardResponse(key: string, format: 'svg' | 'png'): Promise<Response> {
  const host = currentHost();
  const paper = await findPaper(host.database.db, key);
  if (!paper || 'movedTo' in paper) return problem(404, 'No such paper', `There is no paper ${key} here.`);
  const svg = drawCard(paper, host.settings.siteName);
  const cache = 'public, max-age=86400';
  if (format === 'svg')
    return new Response(svg, { headers: { 'content-type': 'image/svg+xml', 'cache-control': cache } });
  return pngOf(svg, cache);
}

/** The card of a list as PNG; lists change, so it is kept for an hour. */
export async function listCardResponse(address: string, words: URLSearchParams): Promise<Response> {
  const host = currentHost();
  const asked = await resolveAddress(host, address, words);
  if (asked?.kind !== 'feed') return problem(404, 'No such list', `There is no list of papers at ${address}.`);
  const feed = await loadSearchOrFeed(host, asked.query, {});
  return pngOf(drawListCard(feed, host.settings.siteName), 'public, max-age=3600');
}

function pngOf(svg: string, cache: string): Response {
  // Looking for the machine's fonts takes seconds the first time; only letters that ours lack are worth it.
  const loadSystemFonts = /[\u0250-\u1fff\u2070-\uffff]/.test(svg);
  const png = new Resvg(svg, { font: { fontFiles: FONTS, loadSystemFonts, defaultFontFamily: 'Newsreader' } })
    .render()
    .asPng();
  return new Response(new Uint8Array(png), { headers: { 'content-type': 'image/png', 'cache-control': cache } });
}
