/**
 * How quickly an index is built, as a site builds it: words in one thread, vectors in another beside it.
 *
 *   node benchmarks/search/build.ts
 */

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { readEncoder } from '../../packages/encoder/index.ts';
import { SearchIndex } from '../../packages/search-index/index.ts';
import { VectorIndex } from '../../packages/search-index/vectors/index.ts';
import { type CorpusPaper, loadCorpus } from './corpus.ts';

const ROUNDS = 3;

interface Took {
  seconds: number;
  papers: number;
  bytes: number;
}

const WORK = {
  words: (papers: CorpusPaper[]) => {
    const index = new SearchIndex({ isSearched: false });
    for (const [id, { title, abstract, authors, keywords, categories = [] }] of papers.entries())
      index.upsert({ id, title, abstract, authors, keywords, categories });
    index.compact();
    return index.bytes;
  },
  vectors: (papers: CorpusPaper[]) => {
    const { encoder } = readEncoder(readFileSync('packages/encoder/house-encoder.safetensors'));
    const vectors = new VectorIndex(encoder.dimensions);
    for (const [id, { title, abstract }] of papers.entries()) vectors.set(id, encoder.encode(`${title}. ${abstract}`));
    return vectors.bytes;
  },
};
type Part = keyof typeof WORK;

if (isMainThread) await compare();
else await answer(workerData as Part);

async function compare(): Promise<void> {
  const words = await start('words');
  const vectors = await start('vectors');
  console.log(
    '| round | words alone, papers/s | both beside each other, papers/s | index MiB | vectors MiB |\n|---|---|---|---|---|',
  );
  for (let round = 1; round <= ROUNDS; round++) {
    const alone = await words();
    const both = await Promise.all([words(), vectors()]);
    const slower = Math.max(...both.map((b) => b.seconds));
    const mib = both.map(({ bytes }) => (bytes / 2 ** 20).toFixed(0));
    const rate = (seconds: number) => Math.round(alone.papers / seconds).toLocaleString('en');
    console.log(`| ${round} | ${rate(alone.seconds)} | ${rate(slower)} | ${mib.join(' | ')} |`);
  }
  process.exit(0);
}

/** A thread that has read the papers and builds when it is asked. */
async function start(part: Part): Promise<() => Promise<Took>> {
  const thread = new Worker(new URL(import.meta.url), { workerData: part });
  await once(thread, 'message');
  return async () => {
    thread.postMessage('go');
    const [took] = await once(thread, 'message');
    return took as Took;
  };
}

async function answer(part: Part): Promise<void> {
  const papers = await loadCorpus();
  parentPort?.on('message', () => {
    const from = performance.now();
    const bytes = WORK[part](papers);
    parentPort?.postMessage({ seconds: (performance.now() - from) / 1_000, papers: papers.length, bytes });
  });
  parentPort?.postMessage('ready');
}
