import { createRng } from '@broadsheet/engine/stats';
import {
  type Background,
  centred,
  centreOf,
  countTerms,
  EMPTY_BACKGROUND,
  firstStage,
  type NamedTopic,
  nameTopic,
  type TopicModel,
  withCounts,
} from '@broadsheet/methods/topics';
import { type Assigned, assignPapers, type StagePaper } from './stage-work.ts';

/** A paper with the day that it was listed on. */
export interface DatedPaper extends StagePaper {
  day: string;
}

/** The topics that a stream begins with, as plain data: they may be computed on another thread. */
export interface FirstTopics {
  model: TopicModel;
  background: Background;
  /** Of each topic, in the order of heads. */
  names: NamedTopic[];
  sizes: number[];
  /** The papers by month, each with its place. */
  months: { month: string; papers: DatedPaper[]; assigned: Assigned[] }[];
}

export interface FirstOptions {
  clusters?: number;
  seed?: string;
  /** Words of the background that are kept. */
  terms?: number;
}

/** Papers a topic: the shipped ones began with a hundred from some 7,000, the fields of docs/benchmarks.md with fifty from 2,500. */
const PAPERS_EACH = 50;
const MOST_CLUSTERS = 100;

/** Clusters that so many papers are first sorted into; docs/decisions/0733. */
export function clustersFor(papers: number): number {
  return Math.max(1, Math.min(MOST_CLUSTERS, Math.round(papers / PAPERS_EACH)));
}

/** Sorts papers into first topics and names these; the same input gives the same topics. */
export function firstTopics(
  papers: readonly DatedPaper[],
  encode: (text: string) => ArrayLike<number>,
  { clusters = clustersFor(papers.length), seed = 'topics', terms }: FirstOptions = {},
): FirstTopics {
  const vectors = papers.map(({ text }) => encode(text));
  const centre = centreOf(vectors);
  const model = firstStage(centred(vectors, centre), centre, createRng(seed), { clusters });
  const heads = [...Array(model.heads.count).keys()];
  const found = assignPapers({ model, topicOf: heads, words: [] }, papers, encode);
  const counted = heads.map((head) =>
    countTerms(papers.filter((_, i) => found[i].head === head).map(({ text }) => text)),
  );
  const background = withCounts(EMPTY_BACKGROUND, counted, heads.length, terms);
  const names = counted.map((own) => nameTopic(own, background));
  const named = { model, topicOf: heads, words: names.map(({ words }) => [...words]) };
  const byMonth = Map.groupBy(papers, ({ day }) => day.slice(0, 7));
  const months = [...byMonth]
    .toSorted((a, b) => (a[0] < b[0] ? -1 : 1))
    .map(([month, own]) => ({
      ...{ month, papers: own, assigned: assignPapers(named, own, encode) },
    }));
  return { model, background, names, sizes: counted.map(({ texts }) => texts), months };
}
