/**
 * The index among more papers than there are: texts are drawn sentence by sentence from the corpus, so that words keep
 * their statistics; vectors are those of random papers with noise.
 *
 *   node --max-old-space-size=8000 benchmarks/search/scale.ts 50000 200000 1000000 3000000
 */
import { readFileSync } from 'node:fs';
import { readEncoder } from '../../packages/encoder/index.ts';
import { createRng } from '../../packages/engine/stats/index.ts';
import { SearchIndex } from '../../packages/search-index/index.ts';
import { VectorIndex } from '../../packages/search-index/vectors/index.ts';
import { loadCorpus } from './corpus.ts';

const QUESTIONS = 200;
const SENTENCES = 8;
const NOISE = 0.05;

const sizes = process.argv.slice(2).map(Number);
const papers = await loadCorpus();
const { encoder } = readEncoder(readFileSync('packages/encoder/house-encoder.safetensors'));
const sentences = papers.map(({ abstract }) => abstract.split(/(?<=[.!?])\s+/));
const known = papers.slice(0, 20_000).map(({ title, abstract }) => encoder.encode(`${title}. ${abstract}`));
console.log(
  '| papers | index MiB | vectors MiB | resident MiB | build papers/s | words p50 / p95 ms | vectors p50 / p95 ms | signs first p50 ms | recall of signs first |',
);
console.log('|---|---|---|---|---|---|---|---|---|');
for (const size of sizes) {
  const rng = createRng(3);
  const index = new SearchIndex();
  const vectors = new VectorIndex(encoder.dimensions, size);
  let buildMs = 0;
  for (let id = 0; id < size; id++) {
    const title = rng.choice(papers).title;
    const abstract = Array.from({ length: SENTENCES }, () => rng.choice(rng.choice(sentences))).join(' ');
    const from = performance.now();
    index.upsert({ id, title, abstract, authors: [], categories: [] });
    buildMs += performance.now() - from;
    const vector = Float32Array.from(rng.choice(known), (x) => x + rng.normal(0, NOISE));
    const length = Math.hypot(...vector);
    vectors.set(
      id,
      vector.map((x) => x / length),
    );
  }
  const from = performance.now();
  index.compact();
  buildMs += performance.now() - from;
  const times: Record<string, number[]> = { words: [], vectors: [], signs: [] };
  let common = 0;
  const timed = <T>(name: string, work: () => T): T => {
    const before = performance.now();
    const result = work();
    times[name].push(performance.now() - before);
    return result;
  };
  for (let q = 0; q < QUESTIONS; q++) {
    const { keywords = [], title } = rng.choice(papers);
    const text = (keywords.length >= 3 ? keywords.slice(0, 3).join(' ') : title).slice(0, 250);
    const query = encoder.encode(text);
    timed('words', () => index.search(text, { limit: 10, budgetMs: 5_000 }));
    const exact = new Set(timed('vectors', () => vectors.near(query, { limit: 50 })).map((n) => n.id));
    common += timed('signs', () => vectors.near(query, { limit: 50, signsFirst: 30 })).filter((n) =>
      exact.has(n.id),
    ).length;
  }
  const at = (name: string, share: number) =>
    times[name].sort((a, b) => a - b)[Math.floor(QUESTIONS * share)].toFixed(1);
  const mib = (bytes: number) => Math.round(bytes / 2 ** 20).toLocaleString('en');
  console.log(
    `| ${size.toLocaleString('en')} | ${mib(index.bytes)} | ${mib(vectors.bytes)} | ${mib(process.memoryUsage().rss)} | ${Math.round(size / (buildMs / 1000)).toLocaleString('en')} | ${at('words', 0.5)} / ${at('words', 0.95)} | ${at('vectors', 0.5)} / ${at('vectors', 0.95)} | ${at('signs', 0.5)} | ${(common / QUESTIONS / 50).toFixed(3)} |`,
  );
}
