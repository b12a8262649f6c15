/**
 * Lists among 100,000 papers: how long one page of each takes to load, against reading the rows that it shows by their
 * ids, which is the least that any list must do. Half of the papers are the corpus, half its firehose moved to 2022.
 */
import { join } from 'node:path';
import { sql } from 'kysely';
import { temporaryPostgres, temporarySqlite } from '../../packages/database/testing.ts';
import { entriesByIds } from '../../packages/newsroom/editions/entries.ts';
import { closeDueEditions, type FeedQuery, loadFeed } from '../../packages/newsroom/editions/index.ts';
import { readItems } from '../../packages/newsroom/exchange/formats/index.ts';
import { importFiles } from '../../packages/newsroom/exchange/index.ts';
import { mergeRecords, type PaperRecord } from '../../packages/newsroom/papers/index.ts';
import { hostOn } from '../../packages/newsroom/testing/host.ts';
import { median, summary } from '../statistics.ts';

const ROUNDS = 15;
const BATCH = 500;

const corpus = process.env.BROADSHEET_CORPUS;
if (!corpus) throw new Error('BROADSHEET_CORPUS is not set; it names the folder with firehose.ndjson.gz.');
const kind = process.argv[2] === 'postgres' ? 'postgres' : 'sqlite';
const database = kind === 'postgres' ? await temporaryPostgres() : await temporarySqlite();
const host = await hostOn(database, { at: Date.parse('2026-06-01T12:00:00Z') });

await importFiles(host, [join(corpus, 'featured.ndjson.gz'), join(corpus, 'firehose.ndjson.gz')]);
await importMoved(join(corpus, 'firehose.ndjson.gz'));
await closeDueEditions(host);
if (kind === 'postgres') await sql`analyze`.execute(database.db);

const all = (order: FeedQuery['order'], filters: FeedQuery['filters'] = {}): FeedQuery => ({
  window: { kind: 'all' },
  order,
  filters,
});
const within = (window: FeedQuery['window'], order: FeedQuery['order'] = 'top'): FeedQuery => ({
  window,
  order,
  filters: {},
});
const lists: Record<string, FeedQuery> = {
  'the front page': within({ kind: 'latest' }),
  'a closed day': within({ kind: 'day', day: '2025-03-11' }),
  'a week': within({ kind: 'week', week: '2025-W11' }),
  'a month': within({ kind: 'month', month: '2025-03' }),
  'two years': within({ kind: 'range', from: '2024-04-01', until: '2026-03-31' }),
  'a month that nobody picked from': within({ kind: 'month', month: '2022-03' }),
  'a year that nobody picked from': within({ kind: 'range', from: '2022-01-01', until: '2022-12-31' }),
  trending: all('trending'),
  'trending in a category': all('trending', { category: 'cs.LG' }),
  newest: all('newest'),
  'newest with an experiment': all('newest', { hasExperiment: true }),
  'the largest category': all('newest', { category: 'cs.CV' }),
  'a rare category': all('newest', { category: 'q-bio.TO' }),
  'an author': all('newest', { author: 'yang-liu' }),
};
const { count } = await database.db
  .selectFrom('paper')
  .select((s) => s.fn.countAll<number>().as('count'))
  .executeTakeFirstOrThrow();
console.log(`${kind}, ${count} papers; ms a page: first page, page after it, its rows by id, ratio to the first`);
for (const [name, query] of Object.entries(lists)) {
  const page = await loadFeed(host, query);
  const ids = page.entries.map((entry) => entry.id);
  const first: number[] = [];
  const second: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(await timed(() => entriesByIds(database.db, ids)));
    first.push(await timed(() => loadFeed(host, query)));
    if (page.nextCursor) second.push(await timed(() => loadFeed(host, query, { cursor: page.nextCursor })));
  }
  const next = second.length > 0 ? summary(second, 1) : '–';
  const ratio = ids.length > 0 ? (median(first) / median(bare)).toFixed(1) : '–';
  console.log(`${name} (${ids.length} papers): ${summary(first, 1)}, ${next}, ${summary(bare, 1)}, ${ratio}`);
}
await host.close();
await database.dispose();

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

async function importMoved(file: string): Promise<void> {
  let batch: PaperRecord[] = [];
  let number = 0;
  const flush = async () => {
    await mergeRecords(database, batch, { now: host.now(), today: '2026-06-01' });
    batch = [];
  };
  for await (const item of readItems(file)) {
    if (!('record' in item)) continue;
    number += 1;
    const { title, abstract, authors, categories } = item.record;
    const month = String(1 + (number % 12)).padStart(2, '0');
    batch.push({
      source: 'benchmark',
      arxivId: `22${month}.${String(number).padStart(5, '0')}`,
      title: `${title} (${number})`,
      abstract,
      authors,
      categories,
      listedOn: `2022-${month}-${String(1 + (number % 28)).padStart(2, '0')}`,
    });
    if (batch.length === BATCH) await flush();
  }
  await flush();
}
