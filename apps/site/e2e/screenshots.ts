/**
 * Takes pictures of pages for the eye, at three widths in light and dark; run by hand, in no test:
 *
 *   node apps/site/e2e/screenshots.ts FOLDER [NAME…]
 *
 * Papers are of our own invention, or the almanac's bibliographic facts, and edition zero; NAME keeps only the pictures
 * whose name holds it.
 */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporarySqlite } from '@broadsheet/database/testing';
import { closeDueEditions } from '@broadsheet/newsroom/editions';
import { seedSite } from '@broadsheet/newsroom/exchange';
import { mergeRecords } from '@broadsheet/newsroom/papers';
import { readySiteIndex } from '@broadsheet/newsroom/search';
import { hostOn } from '@broadsheet/newsroom/testing';
import type { Browser } from 'playwright-core';
import { startServer } from '../server.ts';
import { launch } from './site.ts';
import { specimens } from './specimens.ts';

const DAY = '2026-01-14';
const WIDTHS = [360, 768, 1280];
/** The front page of a day with so many papers; the middle one also shows the other pages. */
const DAYS: Record<number, [name: string, path: string][]> = {
  0: [['front-0', '/']],
  1: [['front-1', '/']],
  31: [
    ['front-31', '/'],
    ['paper', '/papers/2601.00001'],
    ['paper-edition-zero', '/papers/2410.06535'],
    ['edition-zero', '/papers/edition-zero'],
    ['trending', '/papers/trending'],
    ['search', '/papers?q=rivers'],
    ['search-meaning', '/papers?q=rivers&mode=semantic'],
    ['similar', '/papers/2601.00010/similar'],
    ['search-none', '/papers?q=xyzzy'],
    ['status', '/status'],
    ['about', '/about'],
    ['lost', '/papers/2601.99999'],
    ['offline', '/offline'],
  ],
  649: [['front-649', '/']],
};
/** From the almanac: docs/pictures/front-page.png is almanac-front-1280-light.png. */
const ALMANAC_DAY = '2026-03-31';
const ALMANAC: [string, string][] = [
  ['almanac-front', '/'],
  ['almanac-search', '/papers?q=video+world+models'],
];

const [folder, ...only] = process.argv.slice(2);
if (!folder) {
  process.stderr.write('screenshots: name the folder to write to: node apps/site/e2e/screenshots.ts FOLDER [NAME…]\n');
  process.exit(2);
}
mkdirSync(folder, { recursive: true });
// Edition zero without the almanac, whose days would come before the invented one.
const zeroOnly = mkdtempSync(join(tmpdir(), 'broadsheet-zero-'));
copyFileSync(
  fileURLToPath(new URL('../../../data/edition-zero.json', import.meta.url)),
  join(zeroOnly, 'edition-zero.json'),
);
const browser = await launch();
for (const [papers, pages] of Object.entries(DAYS)) {
  const wanted = pages.filter(([name]) => only.length === 0 || only.some((part) => name.includes(part)));
  if (wanted.length > 0) await picture(browser, Number(papers), wanted, folder);
}
const almanac = ALMANAC.filter(([name]) => only.length === 0 || only.some((part) => name.includes(part)));
if (almanac.length > 0) await picture(browser, undefined, almanac, folder);
await browser.close();
rmSync(zeroOnly, { recursive: true });

/** Pictures of a site with so many invented papers; with the almanac's where no number is given. */
async function picture(
  browser: Browser,
  papers: number | undefined,
  pages: [string, string][],
  into: string,
): Promise<void> {
  const database = await temporarySqlite();
  const host = await hostOn(database, { at: Date.parse(`${papers === undefined ? ALMANAC_DAY : DAY}T20:00:00Z`) });
  if (papers === undefined) await seedSite(host);
  else {
    if (papers > 1) await seedSite(host, { dataFolder: zeroOnly });
    await mergeRecords(database, specimens(papers, DAY), { now: host.now(), today: DAY });
  }
  await closeDueEditions(host);
  await readySiteIndex(host);
  const server = await startServer(host, { port: 0 });
  for (const width of WIDTHS) {
    for (const colorScheme of ['light', 'dark'] as const) {
      const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 } });
      const page = await context.newPage();
      for (const [name, path] of pages) {
        await page.goto(new URL(path, server.address).href, { waitUntil: 'networkidle' });
        await page.screenshot({ path: join(into, `${name}-${width}-${colorScheme}.png`) });
      }
      await context.close();
    }
  }
  await server.close();
  await database.dispose();
}
