import { createRng } from '@broadsheet/engine/stats';
import type { Rows } from '@broadsheet/methods/happy';
import {
  assign,
  type Background,
  centred,
  countTerms,
  foldOf,
  type NamedTopic,
  nameTopic,
  nextStage,
  type StageOutcome,
  type TermCounts,
  type TopicModel,
  termsOf,
  withCounts,
} from '@broadsheet/methods/topics';

/** A paper as stages read it. */
export interface StagePaper {
  id: number;
  /** Title and abstract, without markup. */
  text: string;
  hasAbstract: boolean;
}

/** Everything that a stage needs, as plain data: it may be computed on another thread. */
export interface StageInput {
  model: TopicModel;
  /** Which heads are filed under one topic: for each head the place of the one that stands for it. */
  topicOf: number[];
  /** Words of the topic of each head. */
  words: string[][];
  background: Background;
  seed: string;
  papers: StagePaper[];
  /** Papers of the weeks before that belong to no topic, and of how many they are left. */
  waiting: StagePaper[];
  waitingOutOf: number;
  /** Papers of the weeks before with their abstracts, or an even draw of them. */
  earlier: StagePaper[];
  /** Places of the heads of topics that were born in those weeks. */
  young: number[];
}

export interface Assigned {
  paperId: number;
  /** Place of the winning head; null where no topic is near enough. */
  head: number | null;
  runnerUp: number | null;
  probability: number;
  margin: number;
  words: string[];
  hasAbstract: boolean;
}

export interface StageResult {
  outcome: StageOutcome;
  assigned: Assigned[];
  /** Papers of the stage by head, and the words that tell them from others'. */
  counts: { head: number; papers: number; words: string[] }[];
  /** Of the births, in their order. */
  names: NamedTopic[];
  background: Background;
}

type Encode = (text: string) => ArrayLike<number>;

/** Every text that a stage reads. */
export function textsOf({ papers, waiting, earlier }: StageInput): string[] {
  return [...new Set([...papers, ...waiting, ...earlier].map(({ text }) => text))];
}

/** A stage from texts to topics; the same input gives the same result. */
export function workStage(input: StageInput, encode: Encode): StageResult {
  const { model: before, papers, waiting } = input;
  const featuresOf = (of: readonly StagePaper[]) =>
    centred(
      of.map(({ text }) => encode(text)),
      before.centre,
    );
  const past = {
    ...{ features: featuresOf(waiting), outOf: input.waitingOutOf },
    ...{ earlier: featuresOf(input.earlier), young: input.young },
  };
  const features = featuresOf(papers);
  // A title alone lies elsewhere than a title with its abstract, which must not look like growth.
  const titlesOnly = papers.flatMap(({ hasAbstract }, i) => (hasAbstract ? [] : [i]));
  const outcome = nextStage(before, features, past, createRng(input.seed), { titlesOnly });
  const known = before.heads.count;
  const births = outcome.births.map((_, i) => known + i);
  const read = outcome.births.length > 0 ? [...papers, ...waiting] : papers;
  const after = { ...input, model: outcome.model, topicOf: [...input.topicOf, ...births] };
  const own = assignedTo(after, papers, features);
  const assigned = read === papers ? own : [...own, ...assignedTo(after, waiting, past.features)];
  const counted = countByHead(assigned, papers, read);
  const background = withCounts(
    input.background,
    [...counted.values()].map(({ terms }) => terms),
    outcome.model.heads.count,
  );
  // Waiting papers name a birth too, though they are not counted in this stage.
  const named = countByHead(
    assigned.filter(({ head }) => head !== null && head >= known),
    read,
    read,
  );
  const names = births.map((head) => nameTopic(named.get(head)?.terms ?? countTerms([]), background));
  const allWords = [...input.words, ...names.map(({ words }) => [...words])];
  const texts = new Map(read.map(({ id, text }) => [id, text]));
  for (const one of assigned)
    if (one.head !== null) one.words = sharedWords(texts.get(one.paperId) ?? '', allWords[one.head]);
  const counts = [...counted]
    .toSorted((a, b) => a[0] - b[0])
    .map(([head, { papers, terms }]) => ({
      head,
      papers,
      words: [...nameTopic(terms, background).words].slice(0, 5),
    }));
  return { outcome, assigned, counts, names, background };
}

/** Where papers belong under a model, without a stage. */
export function assignPapers(by: AssignedBy, papers: readonly StagePaper[], encode: Encode): Assigned[] {
  const vectors = papers.map(({ text }) => encode(text));
  return assignedTo(by, papers, centred(vectors, by.model.centre));
}

type AssignedBy = Pick<StageInput, 'model' | 'topicOf' | 'words'>;

function assignedTo({ model, topicOf, words }: AssignedBy, papers: readonly StagePaper[], features: Rows): Assigned[] {
  const { heads, runnersUp, probabilities, nextProbabilities, novelty } = assign(model, features, topicOf);
  return papers.map(({ id, text, hasAbstract }, i) => {
    const head = novelty[i] > 0 ? null : heads[i];
    return {
      ...{ paperId: id, head, hasAbstract, probability: probabilities[i] },
      runnerUp: runnersUp[i] === heads[i] ? null : runnersUp[i],
      margin: probabilities[i] - nextProbabilities[i],
      words: head === null ? [] : sharedWords(text, words[head] ?? []),
    };
  });
}

function countByHead(
  assigned: Assigned[],
  of: StagePaper[],
  read: StagePaper[],
): Map<number, { papers: number; terms: TermCounts }> {
  const texts = new Map(read.map(({ id, text }) => [id, text]));
  const wanted = new Set(of.map(({ id }) => id));
  const own = assigned.filter(({ head, paperId }) => head !== null && wanted.has(paperId));
  const byHead = Map.groupBy(own, ({ head }) => head as number);
  return new Map(
    [...byHead].map(([head, its]) => {
      const step = Math.ceil(its.length / MOST_READ);
      const some = its.filter((_, i) => i % step === 0);
      return [head, { papers: its.length, terms: countTerms(some.map(({ paperId }) => texts.get(paperId) ?? '')) }];
    }),
  );
}

/** Papers of a topic whose words are counted: of 50,000 papers at once all of them would not fit into a gibibyte. */
const MOST_READ = 200;

const CHIP_WORDS = 4;

/** Words of a topic that a paper has, the most telling of the topic first. */
function sharedWords(text: string, words: readonly string[]): string[] {
  const own = new Set([...termsOf(text)].map(foldOf));
  return words.filter((word) => own.has(foldOf(word))).slice(0, CHIP_WORDS);
}
