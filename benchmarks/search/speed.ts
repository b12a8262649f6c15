/**
 * Keyword search beside LanceDB, SQLite's FTS5, MiniSearch and PostgreSQL, in one process, question by question in turn;
 * then with vectors, the encoding of the question included.
 *
 *   node benchmarks/search/speed.ts [ours fts5 minisearch lancedb postgres]
 *
 * Each engine has titles (twice the weight where it can weigh) and abstracts, and is asked for three keywords of a paper.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SQLite from 'better-sqlite3';
import pg from 'pg';
import { readEncoder } from '../../packages/encoder/index.ts';
import { createRng } from '../../packages/engine/stats/index.ts';
import { fuse, SearchIndex } from '../../packages/search-index/index.ts';
import { VectorIndex } from '../../packages/search-index/vectors/index.ts';
import { type CorpusPaper, loadCorpus } from './corpus.ts';

const QUESTIONS = 200;
/** Other questions, before: a site has been asked some when its reader comes. Slow engines are asked fewer. */
const WARM_UP = 200;
const WARM_UP_MS = 4_000;
const TOP = 10;

interface Engine {
  build(papers: readonly CorpusPaper[]): Promise<unknown> | unknown;
  /** Places of papers in the corpus, the best first. */
  search(text: string): Promise<number[]> | number[];
}

const wordsOf = (text: string) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
const folder = mkdtempSync(join(tmpdir(), 'broadsheet-speed-'));

/** The ten best, as while typing and over the API; a page of results is also told how many papers there are, by kinds. */
function ours(index: SearchIndex, { isCounted }: { isCounted: boolean }): Engine {
  return {
    build: (papers) => {
      if (isCounted) return;
      for (const [id, { title, abstract, categories = [], day }] of papers.entries())
        index.upsert({ id, title, abstract, authors: [], categories, listedOn: day });
      index.compact();
    },
    search: (text) => index.search(text, { limit: TOP, counted: isCounted }).hits.map((hit) => hit.id),
  };
}

function hybrid(index: SearchIndex): Engine {
  const { encoder } = readEncoder(readFileSync('packages/encoder/house-encoder.safetensors'));
  const vectors = new VectorIndex(encoder.dimensions);
  return {
    build: (papers) => {
      for (const [id, { title, abstract }] of papers.entries())
        vectors.set(id, encoder.encode(`${title}. ${abstract}`));
    },
    search: (text) => {
      const query = encoder.encode(text);
      const { hits } = index.search(text, { limit: 100 });
      const near = vectors.near(query, { limit: 100 }).map(({ id, similarity }) => ({ id, score: similarity }));
      // The gate gives three keywords to the words alone; here the vectors are always asked, for the time that it takes.
      return fuse(hits, near, { weight: 0.1, similaritiesOf: (ids) => vectors.similarities(query, ids) })
        .slice(0, TOP)
        .map((f) => f.id);
    },
  };
}

function fts5(joint: string): Engine {
  const db = new SQLite(':memory:');
  db.exec("create virtual table p using fts5(title, abstract, tokenize = 'porter unicode61')");
  const select = db.prepare('select rowid from p where p match ? order by bm25(p, 2, 1) limit ?').pluck();
  return {
    build: (papers) => {
      const insert = db.prepare('insert into p (rowid, title, abstract) values (?, ?, ?)');
      db.transaction(() => {
        for (const [id, { title, abstract }] of papers.entries()) insert.run(id + 1, title, abstract);
      })();
    },
    search: (text) =>
      (
        select.all(
          wordsOf(text)
            .map((w) => `"${w}"`)
            .join(joint),
          TOP,
        ) as number[]
      ).map((rowid) => rowid - 1),
  };
}

function minisearch(): Engine {
  const MiniSearch = createRequire(join(process.cwd(), 'benchmarks', 'package.json'))('minisearch');
  const index = new MiniSearch({ fields: ['title', 'abstract'] });
  return {
    build: (papers) => index.addAll(papers.map(({ title, abstract }, id) => ({ id, title, abstract }))),
    search: (text) =>
      index
        .search(text, { boost: { title: 2 } })
        .slice(0, TOP)
        .map((hit: { id: number }) => hit.id),
  };
}

async function lancedb(): Promise<Engine> {
  const lance = createRequire(join(process.cwd(), 'benchmarks', 'package.json'))('@lancedb/lancedb');
  const db = await lance.connect(join(folder, 'lance'));
  let table: Awaited<ReturnType<typeof db.createTable>>;
  return {
    build: async (papers) => {
      table = await db.createTable(
        'p',
        papers.map(({ title, abstract }, id) => ({ id, text: `${title} ${title} ${abstract}` })),
      );
      await table.createIndex('text', { config: lance.Index.fts({ stem: true, removeStopWords: true }) });
    },
    search: async (text) =>
      (await table.query().fullTextSearch(text).select(['id']).limit(TOP).toArray()).map((row: { id: number }) =>
        Number(row.id),
      ),
  };
}

async function postgres(): Promise<Engine> {
  const client = new pg.Client(process.env.BROADSHEET_TEST_POSTGRES);
  await client.connect();
  await client.query('create temporary table p (id int primary key, words tsvector)');
  return {
    build: async (papers) => {
      for (let at = 0; at < papers.length; at += 1_000) {
        const part = papers.slice(at, at + 1_000);
        const rows = [part.map((_, i) => at + i), part.map((p) => p.title), part.map((p) => p.abstract)];
        await client.query(
          "insert into p select id, setweight(to_tsvector('english', t), 'A') || setweight(to_tsvector('english', a), 'D') from unnest($1::int[], $2::text[], $3::text[]) u (id, t, a)",
          rows,
        );
      }
      await client.query('create index on p using gin (words)');
      await client.query('analyze p');
    },
    search: async (text) =>
      (
        await client.query(
          "select id from p, plainto_tsquery('english', $1) q where words @@ q order by ts_rank_cd(words, q, 1) desc limit $2",
          [text, TOP],
        )
      ).rows.map((row) => row.id),
  };
}

const papers = await loadCorpus();
const rng = createRng(7);
const withKeywords = rng.permutation(papers.length).filter((i) => (papers[i].keywords?.length ?? 0) >= 3);
const questionOf = (id: number) => ({
  id,
  text: rng
    .shuffle([...(papers[id].keywords ?? [])])
    .slice(0, 3)
    .join(' ')
    .slice(0, 250),
});
const asked = Array.from(withKeywords.slice(0, QUESTIONS), questionOf);
const before = Array.from(withKeywords.slice(QUESTIONS, QUESTIONS + WARM_UP), questionOf);

const own = new SearchIndex();
const wanted = new Set(process.argv.slice(2));
const isWanted = (name: string) => wanted.size === 0 || wanted.has(name);
const engines: [string, Engine][] = [
  ['ours, words', ours(own, { isCounted: false })],
  ['ours, words, all counted by kinds', ours(own, { isCounted: true })],
  ['ours, with vectors', hybrid(own)],
];
if (isWanted('fts5')) engines.push(['SQLite FTS5, all words', fts5(' ')], ['SQLite FTS5, any word', fts5(' OR ')]);
if (isWanted('minisearch')) engines.push(['MiniSearch', minisearch()]);
if (isWanted('lancedb')) engines.push(['LanceDB', await lancedb()]);
if (isWanted('postgres') && process.env.BROADSHEET_TEST_POSTGRES)
  engines.push(['PostgreSQL, all words', await postgres()]);

const built = new Map<string, number>();
for (const [name, engine] of engines) {
  const from = performance.now();
  await engine.build(papers);
  built.set(name, (performance.now() - from) / 1000);
}
const times = new Map<string, number[]>(engines.map(([name]) => [name, []]));
/** Processor time of this process: what a machine that is shared leaves comparable. A server's own is not in it. */
const worked = new Map<string, number[]>(engines.map(([name]) => [name, []]));
const processorMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};
const ranks = new Map<string, number[]>(engines.map(([name]) => [name, []]));
for (const [, engine] of engines) {
  const until = performance.now() + WARM_UP_MS;
  for (const { text } of before) if (performance.now() < until) await engine.search(text);
}
for (const { id, text } of asked) {
  for (const [name, engine] of engines) {
    const [from, workedBefore] = [performance.now(), processorMs()];
    const found = await engine.search(text);
    times.get(name)?.push(performance.now() - from);
    worked.get(name)?.push(processorMs() - workedBefore);
    const at = found.indexOf(id);
    ranks.get(name)?.push(at < 0 ? 0 : 1 / (at + 1));
  }
}
console.log(
  `${papers.length} papers, ${asked.length} questions of three keywords; index ${(own.bytes / 2 ** 20).toFixed(0)} MiB\n`,
);
console.log(
  '| engine | p50 ms | p95 ms | processor p50 / p95 ms | MRR@10 | build s | papers/s |\n|---|---|---|---|---|---|---|',
);
for (const [name] of engines) {
  const at = (of: Map<string, number[]>, share: number) => {
    const sorted = [...(of.get(name) ?? [])].sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length * share)].toFixed(2);
  };
  const mrr = (ranks.get(name) as number[]).reduce((sum, r) => sum + r, 0) / asked.length;
  const seconds = built.get(name) as number;
  const processor = name.startsWith('PostgreSQL') ? '–' : `${at(worked, 0.5)} / ${at(worked, 0.95)}`;
  // What is asked of another's index is not built by itself.
  const build = seconds < 0.01 ? '– | –' : `${seconds.toFixed(1)} | ${Math.round(papers.length / seconds)}`;
  console.log(`| ${name} | ${at(times, 0.5)} | ${at(times, 0.95)} | ${processor} | ${mrr.toFixed(3)} | ${build} |`);
}
rmSync(folder, { recursive: true, force: true });
process.exit(0);
