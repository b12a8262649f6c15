/**
 * What is found: known papers by half-remembered words, and similar papers, by words, by vectors and by both.
 *
 *   node benchmarks/search/quality.ts [ENCODER.safetensors]
 *
 * The gate of the fusion is learned on the validation part and printed; figures are of the test part, with 95 % intervals
 * by bootstrap over papers. Known papers are asked for in four draws: a draw changes the texts of the papers that it asks
 * for, so each paper is in one task of it; over the draws a paper's questions of one task count as one.
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
const DRAWS = [11, 21, 31, 41];
/** As many of a task as there are: a tenth of the papers for six tasks. */
const MOST = 900;

const file = process.argv[2] ?? 'packages/encoder/house-encoder.safetensors';
const { encoder } = readEncoder(readFileSync(file));
const papers = await loadCorpus();

/** A question, and how well each way of looking answers it. */
interface Asked {
  paper: number;
  facts: GateFacts;
  vectors: number;
  rankFusion: number;
  /** Words and vectors, the vectors at each of `WEIGHTS`; the first is words alone. */
  scores: number[];
}
type Asker = (question: Question, isSimilar: boolean) => Asked;
type Part = 'validation' | 'test';

function askerOf(texts: readonly { title: string; abstract: string }[]): Asker {
  const index = new SearchIndex();
  const vectors = new VectorIndex(encoder.dimensions, texts.length);
  for (const [id, { title, abstract }] of texts.entries()) {
    index.upsert({ id, title, abstract, authors: [], categories: [] });
    vectors.set(id, encoder.encode(`${title}. ${abstract}`));
  }
  index.compact();
  const byWords = ({ text, about }: Question) => {
    if (about === undefined) return index.search(text, { limit: CANDIDATES, budgetMs: 60_000 });
    return { words: 99, coverage: 1, hits: index.similar(text, { limit: CANDIDATES, except: about }).hits };
  };
  return (question, isSimilar) => {
    const query = encoder.encode(question.text);
    const near = vectors
      .near(query, { limit: CANDIDATES, isAllowed: (id) => id !== question.about })
      .map(({ id, similarity }) => ({ id, score: similarity }));
    const { words, coverage, hits } = byWords(question);
    const similaritiesOf = (ids: number[]) => vectors.similarities(query, ids);
    const measured = (found: readonly { id: number }[]) =>
      (isSimilar ? averagePrecision : reciprocalRank)(
        found.map(({ id }) => id),
        question,
      );
    return {
      paper: question.about ?? [...question.answers][0],
      facts: { words, coverage },
      vectors: measured(near),
      rankFusion: measured(rankFusion(hits, near)),
      scores: WEIGHTS.map((weight) => measured(fuse(hits, near, { weight, similaritiesOf }))),
    };
  };
}

/** Reciprocal rank fusion (Cormack, Clarke and Büttcher, 2009), with its k of 60. */
function rankFusion(...sides: (readonly Side[])[]): Side[] {
  const scores = new Map<number, number>();
  for (const side of sides)
    for (const [rank, { id }] of side.entries()) scores.set(id, (scores.get(id) ?? 0) + 1 / (60 + rank));
  return [...scores].map(([id, score]) => ({ id, score })).sort((a, b) => b.score - a.score);
}

/** One value for each paper: the mean of its questions. */
function perPaper(asked: readonly Asked[], measureOf: (of: Asked) => number): number[] {
  const values = new Map<number, number[]>();
  for (const one of asked) values.set(one.paper, [...(values.get(one.paper) ?? []), measureOf(one)]);
  return [...values.values()].map(mean);
}

function print(name: string, asked: readonly Asked[], weightOf: (facts: GateFacts) => number): void {
  const words = perPaper(asked, ({ scores }) => scores[0]);
  const both = perPaper(asked, ({ facts, scores }) => scores[WEIGHTS.indexOf(weightOf(facts))]);
  const others = [perPaper(asked, ({ vectors }) => vectors), perPaper(asked, (one) => one.rankFusion)];
  const cells = [words, ...others, both].map((values) => withInterval(values));
  console.log(`| ${name} | ${asked.length}, ${words.length} | ${cells.join(' | ')} | ${gainOver(both, words)} |`);
}
const header = (what: string, both: string) =>
  `\n| ${what} | questions, papers | words | vectors | rank fusion | ${both} | ${both} over words |\n|---|---|---|---|---|---|---|`;

const known = new Map<string, Record<Part, Asked[]>>();
for (const seed of DRAWS) {
  const draw = makeTasks(papers, { validation: MOST, test: MOST, seed });
  const ask = askerOf(draw.texts);
  for (const [name, questions] of Object.entries(draw.known)) {
    const task = known.get(name) ?? { validation: [], test: [] };
    known.set(name, task);
    for (const part of ['validation', 'test'] as const)
      task[part].push(...questions[part].map((question) => ask(question, false)));
  }
}
const gate = learnGate([...known.values()].map(({ validation }) => validation));
console.log(
  `${papers.length} papers; gate (rows: up to 3, 7, 12, more words; columns: coverage below .5, .75, all, all):`,
);
console.log(JSON.stringify(gate));
console.log(header('known paper, MRR@10', 'hybrid'));
for (const [name, { test }] of known) print(name, test, (facts) => gateWeight(gate, facts));

const draw = makeTasks(papers);
const ask = askerOf(draw.texts);
const similar = Object.entries(draw.similar).map(([name, { validation, test }]) => ({
  name,
  validation: validation.map((question) => ask(question, true)),
  test: test.map((question) => ask(question, true)),
}));
/** Both tasks count alike, however many questions they have. */
const precisions = WEIGHTS.map((_, i) =>
  mean(similar.map(({ validation }) => mean(validation.map((f) => f.scores[i])))),
);
const weight = WEIGHTS[precisions.indexOf(Math.max(...precisions))];
console.log(header('similar papers, MAP@100', 'both'));
for (const { name, test } of similar) print(name, test, () => weight);
console.log(`\nweight of the vectors among similar papers: ${weight}`);
