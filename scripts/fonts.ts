/**
 * Makes the site's two fonts from their Fontsource packages: Latin letters and the signs we print, weights 400 to 650,
 * as woff2 for pages and as plain TrueType for drawn cards. Run after an update of either package:
 *
 *   node scripts/fonts.ts
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import subsetFont from 'subset-font';

const root = fileURLToPath(new URL('..', import.meta.url));
const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => String.fromCodePoint(from + i)).join('');
const LATIN = range(0x20, 0x7e) + range(0xa0, 0x17f);
const SIGNS = '‐‑–—‘’‚“”„†‡•…‰′″‹›€™←↑→↓−≈≠≤≥·×▲△●○✓✕';

const fonts = [
  { name: 'newsreader', file: 'newsreader-latin-wght-normal.woff2' },
  { name: 'inter', file: 'inter-latin-wght-normal.woff2' },
];

mkdirSync(`${root}apps/site/static/fonts`, { recursive: true });
mkdirSync(`${root}apps/site/fonts`, { recursive: true });
for (const { name, file } of fonts) {
  const source = readFileSync(`${root}node_modules/@fontsource-variable/${name}/files/${file}`);
  const axes = { variationAxes: { wght: { min: 400, max: 650 } } };
  const page = await subsetFont(source, LATIN + SIGNS, { targetFormat: 'woff2', ...axes });
  writeFileSync(`${root}apps/site/static/fonts/${name}.woff2`, page);
  const card = await subsetFont(source, LATIN + SIGNS, { targetFormat: 'truetype', variationAxes: { wght: 500 } });
  writeFileSync(`${root}apps/site/fonts/${name}.ttf`, card);
  process.stdout.write(
    `${name}: ${(page.length / 1024).toFixed(1)} kB for pages, ${(card.length / 1024).toFixed(1)} kB for cards\n`,
  );
}
