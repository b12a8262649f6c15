/**
 * What is found: known papers by half-remembered words, and similar papers, by words, by vectors and by both.
 *
 *   node benchmarks/search/quality.ts ENCODER.safetensors
 *
 * The gate of the fusion is learned on the validation part and printed; figures are of the test part, with 95 % intervals
 * by bootstrap over questions.
 */
import { readFileSync } from 'node:fs';
import { readEncoder } from '../../packages/encoder/index.ts';
import { bootstrap, createRng } from '../../packages/engine/stats/index.ts';
import { fuse, type Gate, gateCell, gateWeight, SearchIndex, type Side } from '../../packages/search-index/index.ts';
import { VectorIndex } from '../../packages/search-index/vectors/index.ts';
import { loadCorpus } from './corpus.ts';
import { makeTasks, type Question } from './tasks.ts';

const WEIGHTS = [0, 0.1, 0.2, 0.3, 0.5, 0.8, 1.2, 2, 3];
const CANDIDATES = 100;

const file = process.argv[2] ?? 'packages/encoder/house-encoder.safetensors';
const { encoder } = readEncoder(new Uint8Array(readFileSync(file)));
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
  lexical: Side[];
  near: Side[];
  query: Float32Array;
  facts: { words: number; coverage: number };
}

function look(question: Question, isSimilar: boolean): Found {
  const query = encoder.encode(question.text);
  const others = (id: number) => id !== question.about;
  const near = vectors
    .near(query, { limit: CANDIDATES, isAllowed: others })
    .map(({ id, similarity }) => ({ id, score: similarity }));
  if (isSimilar) {
    const lexical = index.similar(question.text, { limit: CANDIDATES, except: question.about as number }).hits;
    return { question, lexical, near, query, facts: { words: 99, coverage: 1 } };
  }
  const answer = index.search(question.text, { limit: CANDIDATES, budgetMs: 5_000 });
  return { question, lexical: answer.hits, near, query, facts: { words: answer.words, coverage: answer.coverage } };
}

const fused = (found: Found, weight: number) =>
  fuse(found.lexical, found.near, { weight, similaritiesOf: (ids) => vectors.similarities(found.query, ids) }).map(
    (f) => f.id,
  );
const reciprocalRanks = ({ lexical, near }: Found) => {
  const scores = new Map<number, number>();
  for (const side of [lexical, near])
    for (const [rank, { id }] of side.entries()) scores.set(id, (scores.get(id) ?? 0) + 1 / (60 + rank));
  return [...scores].sort((a, b) => b[1] - a[1]).map(([id]) => id);
};

function reciprocalRank(ids: number[], { answers }: Question): number {
  const at = ids.slice(0, 10).findIndex((id) => answers.has(id));
  return at < 0 ? 0 : 1 / (at + 1);
}

function averagePrecision(ids: number[], { answers }: Question): number {
  let hits = 0;
  let sum = 0;
  for (const [at, id] of ids.slice(0, CANDIDATES).entries()) if (answers.has(id)) sum += ++hits / (at + 1);
  return sum / answers.size;
}

const mean = (values: number[]) => values.reduce((sum, v) => sum + v, 0) / Math.max(1, values.length);

/** For each cell the weight that serves its validation questions best, if it beats words alone by two standard errors. */
function learnGate(found: Found[]): Gate {
  return [0, 1, 2].map((row) =>
    [0, 1, 2].map((column) => {
      const mine = found.filter(({ facts }) => gateCell(facts).join() === [row, column].join());
      if (mine.length < 20) return 0;
      const alone = mine.map((f) => reciprocalRank(fused(f, 0), f.question));
      let best = 0;
      let most = 0;
      for (const weight of WEIGHTS.slice(1)) {
        const gains = mine.map((f, i) => reciprocalRank(fused(f, weight), f.question) - alone[i]);
        const gain = mean(gains);
        const deviation = Math.sqrt(mean(gains.map((g) => (g - gain) ** 2)) / gains.length);
        if (gain > 2 * deviation && gain > most) {
          most = gain;
          best = weight;
        }
      }
      return best;
    }),
  );
}

function line(name: string, scores: Record<string, number[]>, count: number): void {
  const cells = Object.values(scores).map((values) => {
    const { low, high } = bootstrap(values, createRng(1));
    return `${mean(values).toFixed(3)} (${low.toFixed(3)}–${high.toFixed(3)})`;
  });
  const gains = scores.hybrid.map((value, i) => value - scores.words[i]);
  const { low, high } = bootstrap(gains, createRng(1));
  console.log(
    `| ${name} | ${count} | ${cells.join(' | ')} | ${mean(gains).toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)}) |`,
  );
}

const validation = Object.values(known).flatMap((task) => task.validation.map((q) => look(q, false)));
const gate = learnGate(validation);
console.log(
  `${papers.length} papers; gate (rows: up to 3, 7, more words; columns: coverage below half, below all, all):`,
);
console.log(JSON.stringify(gate));
console.log(
  '\n| known paper, MRR@10 | questions | words | vectors | rank fusion | hybrid | hybrid over words |\n|---|---|---|---|---|---|---|',
);
for (const [name, task] of Object.entries(known)) {
  const found = task.test.map((q) => look(q, false));
  const score = (rank: (f: Found) => number[]) => found.map((f) => reciprocalRank(rank(f), f.question));
  line(
    name,
    {
      words: score((f) => f.lexical.map((h) => h.id)),
      vectors: score((f) => f.near.map((h) => h.id)),
      ranks: score(reciprocalRanks),
      hybrid: score((f) => fused(f, gateWeight(gate, f.facts))),
    },
    found.length,
  );
}
console.log(
  '\n| similar papers, MAP@100 | questions | words | vectors | rank fusion | both | both over words |\n|---|---|---|---|---|---|---|',
);
const tuning = Object.values(similar).flatMap((task) => task.validation.map((q) => look(q, true)));
const [weight] = WEIGHTS.map((w) => [w, mean(tuning.map((f) => averagePrecision(fused(f, w), f.question)))]).sort(
  (a, b) => b[1] - a[1],
)[0];
for (const [name, task] of Object.entries(similar)) {
  const found = task.test.map((q) => look(q, true));
  const score = (rank: (f: Found) => number[]) => found.map((f) => averagePrecision(rank(f), f.question));
  line(
    name,
    {
      words: score((f) => f.lexical.map((h) => h.id)),
      vectors: score((f) => f.near.map((h) => h.id)),
      ranks: score(reciprocalRanks),
      hybrid: score((f) => fused(f, weight)),
    },
    found.length,
  );
}
console.log(`\nweight of the vectors among similar papers: ${weight}`);
