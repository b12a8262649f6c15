/** What the benchmarks of topics on a stream share: the papers in time, their features, the shipped topics of a day, and the peer. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { readEncoder } from '@broadsheet/encoder';
import { meanOf, type Rng } from '@broadsheet/engine/stats';
import { bestAssignment, chosenRows, type Rows, rowOf } from '@broadsheet/methods/happy';
import { sphericalKMeans } from '@broadsheet/methods/new-classes';
import {
  assign,
  centred,
  foldOf,
  type TopicModel,
  termsOf,
  topFiveOverlap,
  type Waiting,
} from '@broadsheet/methods/topics';
import { plainText } from '@broadsheet/newsroom/papers';
import { fromDirection, readComputed } from '../../packages/newsroom/topics/computed-file.ts';
import { loadCorpus } from '../search/corpus.ts';

export const WEEKS = 26;
const computed = readComputed(readFileSync(new URL('../../data/topics.json.gz', import.meta.url)));
const bytes = readFileSync(createRequire(import.meta.url).resolve('@broadsheet/encoder/house-encoder.safetensors'));
export const { encoder } = readEncoder(bytes);

export interface Paper {
  day: string;
  text: string;
}

export const papers: Paper[] = (await loadCorpus()).map(({ title, abstract, day }) => ({
  day: day ?? '',
  text: `${plainText(title)}. ${plainText(abstract)}`,
}));
const lastDay =
  papers
    .map(({ day }) => day)
    .toSorted()
    .at(-1) ?? '';
export const startOf = (week: number) => shifted(lastDay, 1 - 7 * (WEEKS - week));
export const between = (from: string, to: string) => papers.filter(({ day }) => day >= from && day < to);

const vectorOf = new Map<string, Float32Array>();
export function vectorsOf(of: readonly Paper[]): Float32Array[] {
  return of.map(({ text }) => {
    const known = vectorOf.get(text) ?? encoder.encode(text);
    vectorOf.set(text, known);
    return known;
  });
}
export const features = (of: readonly Paper[], centre: Float64Array) => centred(vectorsOf(of), centre);

/** What a stage gets of the weeks before it. */
export function waitingOf(model: TopicModel, earlier: readonly Paper[], young: readonly number[] = []): Waiting {
  const past = features(earlier, model.centre);
  const apart = [...assign(model, past).novelty].flatMap((novelty, i) => (novelty > 0 ? [i] : []));
  return { features: chosenRows(past, apart), outOf: past.count, earlier: past, young };
}

/** The topic of each, −1 where none is near. */
export function topicsOf(model: TopicModel, of: Rows): number[] {
  const { heads, novelty } = assign(model, of);
  return Array.from(heads, (head, i) => (novelty[i] > 0 ? -1 : head));
}

/** The shipped topics as they were before a day. */
export function modelBefore(day: string) {
  const stages = computed.stages.filter(({ toDay }) => toDay < day);
  const last = stages[stages.length - 1].id;
  const topics = computed.topics.filter(({ stage }) => stage <= last);
  const centre = Buffer.from(computed.centre, 'base64');
  const width = centre.length / 4;
  const matrix = (of: (topic: (typeof topics)[number]) => string) => {
    const data = new Float64Array(topics.length * width);
    for (const [i, topic] of topics.entries()) data.set(fromDirection(of(topic)), i * width);
    return { data, count: topics.length, width };
  };
  const quiet = stages
    .filter(({ verdict }) => verdict === 'nothing-new')
    .map(({ share: novel, papers: count }) => ({ share: novel, papers: count }));
  const model: TopicModel = {
    centre: Float64Array.from({ length: width }, (_, d) => centre.readFloatLE(4 * d)),
    heads: matrix(({ head, prototype }) => head ?? prototype),
    prototypes: matrix(({ prototype }) => prototype),
    thresholds: Float64Array.from(topics, ({ threshold }) => threshold),
    cohesions: Float64Array.from(topics, ({ cohesion }) => cohesion),
    ...{ radius: computed.radius, quiet: quiet.length > 0 ? quiet : computed.quiet },
  };
  const words = (id: number) => computed.names.find(({ topic }) => topic === id)?.words ?? [];
  const born = topics.filter(({ stage }) => computed.stages[stage - 1].verdict !== 'first');
  const described = (of: typeof topics): Described[] =>
    of.map(({ id, prototype }) => ({ prototype: fromDirection(prototype), words: words(id) }));
  const terms = computed.background.terms.split('\n');
  const background = {
    counts: Object.fromEntries(terms.map((term, i) => [term, computed.background.counts[i]])),
    ...{ total: computed.background.total, topics: computed.background.topics },
  };
  const first = described(topics.filter((topic) => !born.includes(topic)));
  return { model, background, names: topics.map(({ id }) => words(id)), births: described(born), first };
}

export interface Described {
  prototype: Float64Array;
  words: readonly string[];
}

export function isDuplicate(a: Described, b: Described): boolean {
  return dot(a.prototype, b.prototype) >= 0.8 || topFiveOverlap(a.words, b.words) >= 0.4;
}

/** The peer: a week's papers clustered anew, and how near each cluster is to one of before. */
export interface Refit {
  centres: Rows;
  labels: Int32Array;
  sizes: number[];
  /** To the cluster of before that one best assignment gives it. */
  matched: number[];
  /** Which one that is. */
  before: number[];
  /** To the nearest of before, whosever that is. */
  nearest: number[];
}

export function refitOn(now: Rows, before: Rows, rng: Rng, iterations = 30): Refit {
  const { labels, centres } = sphericalKMeans(now, before.count, rng, { restarts: 1, iterations });
  const k = centres.count;
  const weight = new Float64Array(k * k);
  for (let c = 0; c < k; c++) for (let b = 0; b < k; b++) weight[c * k + b] = dot(rowOf(centres, c), rowOf(before, b));
  const assigned = Array.from(bestAssignment(weight, k));
  const sizes = Array<number>(k).fill(0);
  for (const label of labels) sizes[label]++;
  return {
    ...{ centres, labels, sizes, before: assigned, matched: assigned.map((b, c) => weight[c * k + b]) },
    nearest: assigned.map((_, c) => Math.max(...weight.subarray(c * k, (c + 1) * k))),
  };
}

/** Mean over topics and pairs of their first five words of ln(p(x, y)/(p(x)p(y)))/−ln p(x, y); −1 for pairs that never meet. */
export function npmi(names: readonly (readonly string[])[], heldOut: readonly { text: string }[]): number {
  const having = new Map<string, Set<number>>();
  for (const [i, { text }] of heldOut.entries())
    for (const term of termsOf(text)) having.set(foldOf(term), (having.get(foldOf(term)) ?? new Set()).add(i));
  const n = heldOut.length;
  const values = names.flatMap((words) => {
    const sets = words.slice(0, 5).map((word) => having.get(foldOf(word)) ?? new Set<number>());
    return sets.flatMap((x, i) =>
      sets.slice(i + 1).map((y) => {
        const both = x.intersection(y).size / n;
        return both === 0 ? -1 : Math.log(both / ((x.size / n) * (y.size / n))) / -Math.log(both);
      }),
    );
  });
  return meanOf(values);
}

export function nearestOf(points: Rows, centres: Rows): Int32Array {
  return Int32Array.from({ length: points.count }, (_, i) => {
    let [best, most] = [0, -2];
    for (let c = 0; c < centres.count; c++) {
      const cosine = dot(rowOf(points, i), rowOf(centres, c));
      if (cosine > most) [best, most] = [c, cosine];
    }
    return best;
  });
}

export function share(of: readonly number[], holds: (i: number) => boolean): number {
  return of.filter(holds).length / Math.max(1, of.length);
}

/** Wilson's 95 % interval of a share. */
export function wilson(hits: number, of: number): string {
  const [p, z2] = [hits / of, 1.96 ** 2];
  const middle = (p + z2 / (2 * of)) / (1 + z2 / of);
  const half = (1.96 * Math.sqrt((p * (1 - p)) / of + z2 / (4 * of * of))) / (1 + z2 / of);
  return `[${percent(Math.max(0, middle - half))}, ${percent(Math.min(1, middle + half))}]`;
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let d = 0; d < a.length; d++) sum += a[d] * b[d];
  return sum;
}

export function shifted(day: string, days: number): string {
  return new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
}

export function percent(value: number): string {
  return `${(100 * value).toFixed(1)} %`;
}
