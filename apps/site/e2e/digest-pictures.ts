/**
 * Takes pictures of a digest as mail programs show it, of its pages, and writes its plain text; run by hand, in no test:
 *
 *   node apps/site/e2e/digest-pictures.ts FOLDER
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporarySqlite } from '@broadsheet/database/testing';
import {
  askSubscription,
  confirmSubscription,
  draftIssue,
  endedPeriod,
  planDigests,
  renderIssue,
  unaddressed,
} from '@broadsheet/newsroom/digest';
import { mergeRecords } from '@broadsheet/newsroom/papers';
import { hostOn } from '@broadsheet/newsroom/testing';
import { startServer } from '../server.ts';
import { launch } from './site.ts';
import { specimens } from './specimens.ts';

const DAY = '2026-01-14';
const [folder] = process.argv.slice(2);
if (!folder) {
  process.stderr.write('digest-pictures: name the folder to write to\n');
  process.exit(2);
}
mkdirSync(folder, { recursive: true });
const database = await temporarySqlite();
const host = await hostOn(database, {
  at: Date.parse(`${DAY}T20:00:00Z`),
  env: { BROADSHEET_BASE_URL: 'https://papers.example.org' },
});
await mergeRecords(database, specimens(31, DAY), { now: host.now(), today: DAY });
await askSubscription(host, {
  address: 'ada@example.org',
  feed: '/',
  pace: 'daily',
  hour: 7,
  zone: 'Europe/Berlin',
  source: 'pictures',
});
const letter = await database.db.selectFrom('letter').select('body_json').executeTakeFirstOrThrow();
const token = (path: string) =>
  new RegExp(`/digest/${path}/(\\S+)`).exec(JSON.parse(letter.body_json ?? '').text)?.[1] ?? '';
const confirm = token('confirm');
host.setNow(Date.parse('2026-01-15T06:00:00Z'));
const draft = await draftIssue(host, '/', 'daily', endedPeriod('daily', host.now(), host.settings.zone));
if (!draft) throw new Error('there is nothing to show');
const { html, text, subject } = unaddressed(renderIssue(draft.content, host.settings, DAY), host.settings);
writeFileSync(join(folder, 'digest.txt'), `Subject: ${subject}\n\n${text}`);
writeFileSync(join(folder, 'digest.html'), html);
process.stdout.write(`HTML ${Buffer.byteLength(html)} bytes, text ${Buffer.byteLength(text)} bytes\n`);

const browser = await launch();
for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [320, 600, 1280]) {
    const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } });
    await page.setContent(html);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (over > 0) process.stdout.write(`${width} ${colorScheme}: ${over} pixels too wide\n`);
    await page.screenshot({ path: join(folder, `mail-${width}-${colorScheme}.png`) });
    await page.close();
  }
}
host.setNow(Date.parse(`${DAY}T20:00:00Z`));
const begun = await confirmSubscription(host, confirm);
host.setNow(Date.parse('2026-01-15T06:00:00Z'));
await planDigests(host);
const server = await startServer(host, { port: 0 });
const pages: [string, string][] = [
  ['subscribe', '/digest'],
  ['issue', `/digest/${DAY}`],
  ['preferences', `/digest/preferences/${begun?.preferences}`],
  ['confirm', `/digest/confirm/${confirm}`],
  ['front', '/'],
];
for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [360, 1280]) {
    const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } });
    for (const [name, path] of pages) {
      await page.goto(`http://localhost:${server.port}${path}`, { waitUntil: 'networkidle' });
      await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`), fullPage: name !== 'issue' });
    }
    await page.close();
  }
}
await browser.close();
await server.close();
await database.dispose();
