/**
 * Keyword search over real papers: three keywords of a paper must find it. Our index beside SQLite's FTS5 (porter
 * stemming, all words) in one run, alternating, one core.
 */
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import SQLite from 'better-sqlite3';
import { SearchIndex } from '../../packages/search-index/index.ts';
import { median } from '../statistics.ts';

const QUERIES = 400;
const TOP = 10;

const corpus = process.env.BROADSHEET_CORPUS;
if (!corpus)
  throw new Error('BROADSHEET_CORPUS is not set; it names the folder with featured.ndjson.gz and firehose.ndjson.gz.');
interface Line {
  id: string;
  title: string;
  abstract: string;
  authors: string[];
  categories?: string[];
  keywords?: string[];
}
const papers = new Map<string, Line>();
for (const name of ['firehose', 'featured']) {
  const input = createReadStream(join(corpus, `${name}.ndjson.gz`)).pipe(createGunzip());
  for await (const line of createInterface({ input })) {
    const paper = JSON.parse(line) as Line;
    papers.set(paper.id, { ...papers.get(paper.id), ...paper });
  }
}
const list = [...papers.values()];

let startedAt = performance.now();
const index = new SearchIndex();
// Keywords are what is asked for, so they are not indexed: they are words of the abstract.
for (const [id, paper] of list.entries())
  index.upsert({
    id,
    title: paper.title,
    abstract: paper.abstract,
    authors: paper.authors,
    categories: paper.categories ?? [],
  });
const ourBuild = (performance.now() - startedAt) / 1000;

startedAt = performance.now();
const fts = new SQLite(':memory:');
fts.exec("create virtual table p using fts5(title, abstract, authors, tokenize = 'porter unicode61')");
const insert = fts.prepare('insert into p (rowid, title, abstract, authors) values (?, ?, ?, ?)');
fts.transaction(() => {
  for (const [id, paper] of list.entries()) insert.run(id + 1, paper.title, paper.abstract, paper.authors.join(' '));
})();
const ftsBuild = (performance.now() - startedAt) / 1000;
const select = fts.prepare('select rowid from p where p match ? order by bm25(p, 3, 1, 2) limit ?').pluck();

const asked = list
  .flatMap((paper, id) =>
    (paper.keywords?.length ?? 0) >= 3 ? [{ id, query: (paper.keywords as string[]).slice(0, 3).join(' ') }] : [],
  )
  .filter((q) => q.query.length <= 250);
const step = Math.max(1, Math.floor(asked.length / QUERIES));
const queries = asked.filter((_, i) => i % step === 0).slice(0, QUERIES);
const engines = {
  ours: (query: string) => index.search(query, { limit: TOP }).hits.map((hit) => hit.id),
  fts5: (query: string) =>
    (select.all((query.match(/[\p{L}\p{N}]+/gu) ?? []).map((w) => `"${w}"`).join(' '), TOP) as number[]).map(
      (rowid) => rowid - 1,
    ),
};
for (const query of queries.slice(0, 50)) for (const search of Object.values(engines)) search(query.query);
const times: Record<string, number[]> = { ours: [], fts5: [] };
const ranks: Record<string, number[]> = { ours: [], fts5: [] };
for (const { id, query } of queries) {
  for (const [name, search] of Object.entries(engines)) {
    const from = performance.now();
    const found = search(query);
    times[name].push(performance.now() - from);
    const rank = found.indexOf(id);
    ranks[name].push(rank < 0 ? 0 : 1 / (rank + 1));
  }
}
console.log(`${list.length} papers, ${queries.length} queries of three keywords`);
for (const [name, build] of [
  ['ours', ourBuild],
  ['fts5', ftsBuild],
] as const) {
  const sorted = [...times[name]].sort((a, b) => a - b);
  const mrr = ranks[name].reduce((sum, r) => sum + r, 0) / ranks[name].length;
  console.log(
    `${name}: p50 ${median(sorted).toFixed(2)} ms, p95 ${sorted[Math.floor(sorted.length * 0.95)].toFixed(2)} ms, MRR@10 ${mrr.toFixed(3)}, built in ${build.toFixed(1)} s (${Math.round(list.length / build)} papers/s)`,
  );
}
console.log(`our postings and word lists: ${(index.bytes / 1024 / 1024).toFixed(0)} MiB`);
