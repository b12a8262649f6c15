/**
 * What is found: known papers by half-remembered words, and similar papers, by words, by vectors and by both.
 *
 *   node benchmarks/search/quality.ts [ENCODER.safetensors]
 *
 * The gate of the fusion is learned on the validation part and printed; figures are of the test part, with 95 % intervals
 * by bootstrap over questions.
 */
import { readFileSync } from 'node:fs';
import { readEncoder } from '../../packages/encoder/index.ts';
import { fuse, type GateFacts, gateWeight, SearchIndex, type Side } from '../../packages/search-index/index.ts';
import { VectorIndex } from '../../packages/search-index/vectors/index.ts';
import { loadCorpus } from './corpus.ts';
import { learnGate, WEIGHTS } from './gate.ts';
import { averagePrecision, gainOver, mean, reciprocalRank, withInterval } from './measures.ts';
import { makeTasks, type Question } from './tasks.ts';

const CANDIDATES = 100;

const file = process.argv[2] ?? 'packages/encoder/house-encoder.safetensors';
const { encoder } = readEncoder(readFileSync(file));
const papers = await loadCorpus();
const { texts, known, similar } = makeTasks(papers);
const index = new SearchIndex();
const vectors = new VectorIndex(encoder.dimensions, papers.length);
for (const [id, { title, abstract }] of texts.entries()) {
  index.upsert({ id, title, abstract, authors: [], categories: [] });
  vectors.set(id, encoder.encode(`${title}. ${abstract}`));
}
index.compact();

interface Found {
  question: Question;
  near: Side[];
  query: Float32Array;
  facts: GateFacts & { hits: readonly Side[] };
}

function look(question: Question, isSimilar: boolean): Found {
  const query = encoder.encode(question.text);
  const near = vectors
    .near(query, { limit: CANDIDATES, isAllowed: (id) => id !== question.about })
    .map(({ id, similarity }) => ({ id, score: similarity }));
  if (!isSimilar) {
    const facts = index.search(question.text, { limit: CANDIDATES, budgetMs: 60_000 });
    return { question, near, query, facts };
  }
  const { hits } = index.similar(question.text, { limit: CANDIDATES, except: question.about as number });
  return { question, near, query, facts: { words: 99, coverage: 1, hits } };
}

const fused = ({ facts, near, query }: Found, weight: number) =>
  fuse(facts.hits, near, { weight, similaritiesOf: (ids) => vectors.similarities(query, ids) }).map((f) => f.id);

function reciprocalRanks({ facts, near }: Found): number[] {
  const scores = new Map<number, number>();
  for (const side of [facts.hits, near])
    for (const [rank, { id }] of side.entries()) scores.set(id, (scores.get(id) ?? 0) + 1 / (60 + rank));
  return [...scores].sort((a, b) => b[1] - a[1]).map(([id]) => id);
}

function print(
  name: string,
  found: Found[],
  measure: (ids: number[], q: Question) => number,
  weightOf: (f: Found) => number,
) {
  const score = (rank: (f: Found) => number[]) => found.map((f) => measure(rank(f), f.question));
  const words = score((f) => f.facts.hits.map((h) => h.id));
  const both = score((f) => fused(f, weightOf(f)));
  const others = [score((f) => f.near.map((h) => h.id)), score(reciprocalRanks)];
  const cells = [words, ...others, both].map((values) => withInterval(values));
  console.log(`| ${name} | ${found.length} | ${cells.join(' | ')} | ${gainOver(both, words)} |`);
}

const trials = Object.values(known).flatMap(({ validation }) =>
  validation.map((question) => {
    const found = look(question, false);
    return { facts: found.facts, scores: WEIGHTS.map((w) => reciprocalRank(fused(found, w), question)) };
  }),
);
const gate = learnGate(trials);
console.log(
  `${papers.length} papers; gate (rows: up to 3, 7, 12, more words; columns: coverage below .5, .75, all, all):`,
);
console.log(JSON.stringify(gate));
console.log(
  '\n| known paper, MRR@10 | questions | words | vectors | rank fusion | hybrid | hybrid over words |\n|---|---|---|---|---|---|---|',
);
for (const [name, { test }] of Object.entries(known))
  print(
    name,
    test.map((q) => look(q, false)),
    reciprocalRank,
    (f) => gateWeight(gate, f.facts),
  );

const tuning = Object.values(similar).map(({ validation }) => validation.map((q) => look(q, true)));
/** Both tasks count alike, however many questions they have. */
const precisionAt = (w: number) =>
  mean(tuning.map((task) => mean(task.map((f) => averagePrecision(fused(f, w), f.question)))));
const [weight] = WEIGHTS.map((w) => [w, precisionAt(w)]).sort((a, b) => b[1] - a[1])[0];
console.log(
  '\n| similar papers, MAP@100 | questions | words | vectors | rank fusion | both | both over words |\n|---|---|---|---|---|---|---|',
);
for (const [name, { test }] of Object.entries(similar))
  print(
    name,
    test.map((q) => look(q, true)),
    averagePrecision,
    () => weight,
  );
console.log(`\nweight of the vectors among similar papers: ${weight}`);
