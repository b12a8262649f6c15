/**
 * The index among more papers than there are: texts are drawn sentence by sentence from the corpus, so that words keep
 * their statistics; vectors are those of random papers with noise. Each size is built in a process of its own, which
 * tells the most memory that it had at each stage, the corpus and garbage included. What was built is saved, and opened
 * in another process, whose memory is that of a site's index.
 *
 *   node benchmarks/search/scale.ts 50000 200000 1000000 3000000
 *   node benchmarks/search/scale.ts vectors 3000000     (no texts: the cells alone, in a minute or two)
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEncoder, type StaticEncoder } from '../../packages/encoder/index.ts';
import { createRng, type Rng } from '../../packages/engine/stats/index.ts';
import { CELLS_LOOKED_AT } from '../../packages/newsroom/search/cells.ts';
import { readIndexFile, writeIndexFile } from '../../packages/newsroom/search/index-file.ts';
import { readVectors, writeVectors } from '../../packages/newsroom/search/vector-file.ts';
import { SearchIndex } from '../../packages/search-index/index.ts';
import { VectorIndex } from '../../packages/search-index/vectors/index.ts';
import { loadCorpus } from './corpus.ts';
import { peakBytes } from './peak.ts';

const QUESTIONS = 200;
const SENTENCES = 8;
const NOISE = 0.05;
const NEAREST = 50;
/** Numbers of cells looked at, for the table of what is found against the time that it takes. */
const CELLS = [32, 64, 96, 128, 192, 256];
const names = { owner: 'scale', encoder: 'house' };
const mib = (bytes: number) => Math.round(bytes / 2 ** 20).toLocaleString('en');

const [task, ...rest] = process.argv.slice(2);
if (task === 'open') openBuilt(rest[0]);
else if (task === 'build' || task === 'build-vectors') await build(Number(rest[0]), task === 'build-vectors');
else buildEach(task === 'vectors' ? rest : [task, ...rest], task === 'vectors' ? 'build-vectors' : 'build');

function buildEach(sizes: string[], how: string): void {
  console.log(
    `| papers | index, vectors MiB | most MiB: corpus / gathering / few segments of many / cells / saving | opened MiB, s | build papers/s | words p50 / p95 ms | cells made in s | vectors one by one p50 / p95 ms | in ${CELLS_LOOKED_AT} cells p50 / p95 ms | of the exact ${NEAREST} |\n|---|---|---|---|---|---|---|---|---|---|`,
  );
  const built = sizes.map((size) => {
    const [row, ...frontier] = inProcess(how, size).trim().split('\n');
    console.log(row);
    return frontier.join('\n');
  });
  console.log(`\n| papers | cells | p50 / p95 ms | of the exact ${NEAREST} |\n|---|---|---|---|\n${built.join('\n')}`);
}

function inProcess(...args: string[]): string {
  return execFileSync(process.execPath, [import.meta.filename, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function build(size: number, isOfVectors: boolean): Promise<void> {
  const { encoder } = readEncoder(readFileSync('packages/encoder/house-encoder.safetensors'));
  const { papers, sentences, known } = await drawnFrom(encoder);
  const peaks = [peakBytes()];
  const rng = createRng(3);
  const index = new SearchIndex({ isSearched: false });
  const vectors = new VectorIndex(encoder.dimensions, size);
  let buildMs = 0;
  for (let id = 0; id < size; id++) {
    if (!isOfVectors) {
      const title = rng.choice(papers).title;
      const abstract = Array.from({ length: SENTENCES }, () => rng.choice(rng.choice(sentences))).join(' ');
      buildMs += timed(() => index.upsert({ id, title, abstract, authors: [], categories: [] }));
    }
    vectors.set(id, noisy(rng, known));
  }
  peaks.push(peakBytes());
  buildMs += timed(() => index.compact());
  peaks.push(peakBytes());
  const arrangeMs = timed(() => vectors.arrange());
  peaks.push(peakBytes());
  const openedBy = isOfVectors ? '–' : opened(index, vectors);
  peaks.push(peakBytes());
  const questions = Array.from({ length: QUESTIONS }, () => {
    const { keywords, title } = rng.choice(papers);
    return (keywords.length >= 3 ? keywords.slice(0, 3).join(' ') : title).slice(0, 250);
  });
  const words = questions.map((text) => timed(() => index.search(text, { limit: 10, budgetMs: 5_000 })));
  const queries = questions.map((text) => encoder.encode(text));
  const exact: Set<number>[] = [];
  const oneByOne = queries.map((query) =>
    timed(() => exact.push(new Set(vectors.near(query, { limit: NEAREST }).map((n) => n.id)))),
  );
  const inCells = (cells: number) => {
    let common = 0;
    const times = queries.map((query, q) => {
      let found: { id: number }[] = [];
      const ms = timed(() => {
        found = vectors.near(query, { limit: NEAREST, cells });
      });
      common += found.filter((n) => exact[q].has(n.id)).length;
      return ms;
    });
    return { times: at(times), found: (common / QUESTIONS / NEAREST).toFixed(3) };
  };
  const usual = inCells(CELLS_LOOKED_AT);
  console.log(
    `| ${size.toLocaleString('en')} | ${mib(index.bytes)}, ${mib(vectors.bytes)} | ${peaks.map(mib).join(' / ')} | ${openedBy} | ${Math.round(size / (buildMs / 1000)).toLocaleString('en')} | ${at(words)} | ${(arrangeMs / 1000).toFixed(0)} | ${at(oneByOne)} | ${usual.times} | ${usual.found} |`,
  );
  for (const cells of CELLS) {
    const { times, found } = inCells(cells);
    console.log(`| ${size.toLocaleString('en')} | ${cells} | ${times} | ${found} |`);
  }
}

/** What is needed of the corpus, so that the rest of it is not counted as memory of the index. */
async function drawnFrom(encoder: StaticEncoder) {
  const corpus = await loadCorpus();
  return {
    papers: corpus.map(({ title, keywords = [] }) => ({ title, keywords })),
    sentences: corpus.map(({ abstract }) => abstract.split(/(?<=[.!?])\s+/)),
    known: corpus.slice(0, 20_000).map(({ title, abstract }) => encoder.encode(`${title}. ${abstract}`)),
  };
}

function timed(work: () => unknown): number {
  const from = performance.now();
  work();
  return performance.now() - from;
}

function at(times: number[]): string {
  const sorted = [...times].sort((a, b) => a - b);
  return [0.5, 0.95].map((share) => sorted[Math.floor(sorted.length * share)].toFixed(1)).join(' / ');
}

function noisy(rng: Rng, known: readonly Float32Array[]): Float32Array {
  const vector = Float32Array.from(rng.choice(known), (x) => x + rng.normal(0, NOISE));
  const length = Math.hypot(...vector);
  return vector.map((x) => x / length);
}

/** What a process has that opens what was built, and how long it takes. */
function opened(index: SearchIndex, vectors: VectorIndex): string {
  const folder = mkdtempSync(join(tmpdir(), 'broadsheet-scale-'));
  try {
    writeIndexFile(join(folder, 'index.bin'), names.owner, index);
    writeVectors(join(folder, 'vectors.bin'), names, { index: vectors, fingerprints: new Map(), changeSeq: 0 });
    return inProcess('open', folder).trim();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function openBuilt(folder: string): void {
  const from = performance.now();
  const index = readIndexFile(join(folder, 'index.bin'), names.owner);
  const { dimensions } = readEncoder(readFileSync('packages/encoder/house-encoder.safetensors')).encoder;
  const kept = readVectors(join(folder, 'vectors.bin'), { ...names, dimensions });
  const seconds = (performance.now() - from) / 1_000;
  for (const text of ['graph neural networks', 'diffusion models for video']) index?.search(text, { budgetMs: 5_000 });
  kept?.index.near(new Float32Array(dimensions).fill(1), { limit: NEAREST, cells: CELLS_LOOKED_AT });
  console.log(`${mib(process.memoryUsage().rss)}, ${seconds.toFixed(1)}`);
}
