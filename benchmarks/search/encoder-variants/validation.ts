import { fuse, type GateFacts, gateWeight, SearchIndex, type Side } from '../../../packages/search-index/index.ts';
import { VectorIndex } from '../../../packages/search-index/vectors/index.ts';
import type { CorpusPaper } from '../corpus.ts';
import { learnGate, WEIGHTS } from '../gate.ts';
import { averagePrecision, mean, reciprocalRank } from '../measures.ts';
import { makeTasks, type Question } from '../tasks.ts';

const CANDIDATES = 100;

/** What an encoder is worth on validation questions. */
export interface Worth {
  /** Vectors alone: the reciprocal rank of each known-item question, all tasks one after another. */
  known: number[];
  /** The mean over tasks of what `known` has of each. */
  mrr: number;
  byTask: number[];
  /** Vectors alone, MAP@100 of papers of the same first author. */
  firstAuthor: number;
  /** Both over words, mean of the tasks, by a gate learned on the same questions. */
  gain: number;
}

/** Asks the validation questions of all papers; what words find is looked up once for all encoders. */
export function makeValidation(papers: readonly CorpusPaper[]) {
  const { texts, known, similar } = makeTasks(papers);
  const index = new SearchIndex();
  for (const [id, { title, abstract }] of texts.entries())
    index.upsert({ id, title, abstract, authors: [], categories: [] });
  index.compact();
  const tasks = Object.values(known).map(({ validation }) =>
    validation.map((question) => {
      const { words, coverage, hits } = index.search(question.text, { limit: CANDIDATES, budgetMs: 60_000 });
      return { question, facts: { words, coverage }, hits };
    }),
  );
  const alike = similar['same first author'].validation;
  return { names: Object.keys(known), worthOf };

  function worthOf(dimensions: number, encode: (text: string) => Float32Array): Worth {
    const vectors = new VectorIndex(dimensions, texts.length);
    for (const [id, { title, abstract }] of texts.entries()) vectors.set(id, encode(`${title}. ${abstract}`));
    const nearest = (query: Float32Array, { about }: Question) =>
      vectors
        .near(query, { limit: CANDIDATES, isAllowed: (id) => id !== about })
        .map(({ id, similarity }) => ({ id, score: similarity }));
    const look = ({ question, facts, hits }: Asked) => {
      const query = encode(question.text);
      const near = nearest(query, question);
      const similaritiesOf = (ids: number[]) => vectors.similarities(query, ids);
      const fused = WEIGHTS.map((weight) => fuse(hits, near, { weight, similaritiesOf }).map((f) => f.id));
      return { question, facts, alone: near.map(({ id }) => id), fused };
    };
    const found = tasks.map((task) =>
      task.map(look).map(({ question, facts, alone, fused }) => ({
        facts,
        alone: reciprocalRank(alone, question),
        scores: fused.map((ids) => reciprocalRank(ids, question)),
      })),
    );
    const gate = learnGate(found);
    const byTask = found.map((task) => mean(task.map((f) => f.alone)));
    const gains = found.map((task) =>
      mean(task.map(({ facts, scores }) => scores[WEIGHTS.indexOf(gateWeight(gate, facts))] - scores[0])),
    );
    const firstAuthor = alike.map((question) => {
      const near = nearest(encode(question.text), question);
      return averagePrecision(
        near.map(({ id }) => id),
        question,
      );
    });
    return {
      known: found.flatMap((task) => task.map((f) => f.alone)),
      mrr: mean(byTask),
      byTask,
      firstAuthor: mean(firstAuthor),
      gain: mean(gains),
    };
  }
}

interface Asked {
  question: Question;
  facts: GateFacts;
  hits: readonly Side[];
}
