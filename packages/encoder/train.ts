import type { ExecutorName } from '@broadsheet/engine';
import { createRng, type Rng } from '@broadsheet/engine/stats';
import { bagsOf, spreadGradient, sumBags } from './bags.ts';
import { compileContrast } from './contrast.ts';
import { quantised, type StaticWeights } from './encoder.ts';
import type { Tokenizer } from './tokenizer.ts';

/** A paper to learn from. */
export interface TrainingPaper {
  title: string;
  abstract: string;
}

export interface TrainingOptions {
  executor: ExecutorName;
  threads?: number;
  seed?: number;
  dimensions?: number;
  batch?: number;
  epochs?: number;
  learningRate?: number;
  temperature?: number;
  /**
   * For each paper the places of some that share its words. In every other epoch they come into its batch, so that it is
   * told from them and not only from papers of other subjects (hard negatives, as in Xiong et al. 2020, by words instead of
   * by the model itself).
   */
  neighbours?: readonly (readonly number[])[];
  onEpoch?: (epoch: number, loss: number) => void;
  signal?: AbortSignal;
}

/** Share of pairs that are a sentence and the rest of its abstract; the others are a title and its abstract. */
const FRAGMENTS = 0.4;
/** Share of pieces left out of either text, so that no single one is relied on. */
const DROPPED = 0.1;

/**
 * Trains static vectors: a title must find its abstract among those of its batch, and a sentence the abstract that it was
 * taken from. Rows are updated by Adagrad, whose steps shrink by a row's own history, so frequent and rare pieces learn
 * alike (Duchi et al. 2011).
 */
export async function trainStatic(
  papers: readonly TrainingPaper[],
  tokenizer: Tokenizer,
  options: TrainingOptions,
): Promise<StaticWeights> {
  const { seed = 0, dimensions = 256, epochs = 12, learningRate = 0.08, temperature = 0.05 } = options;
  const batch = Math.min(options.batch ?? 512, papers.length);
  const rng = createRng(seed);
  const texts = papers.map(({ title, abstract }) => ({
    title: tokenizer.encode(title),
    sentences: abstract
      .split(/(?<=[.!?])\s+/)
      .map((sentence) => tokenizer.encode(sentence))
      .filter((ids) => ids.length > 3),
  }));
  const table = firstTable(texts, tokenizer.pieces.length, dimensions, rng.split('table'));
  const history = new Float32Array(table.length).fill(1e-6);
  const gradient = new Float32Array(table.length);
  const contrast = await compileContrast({ batch, dimensions, temperature }, options);
  const choice = rng.split('pairs');
  const steps = Math.floor(texts.length / batch);
  for (let epoch = 0; epoch < epochs; epoch++) {
    const permutation = choice.permutation(texts.length);
    // Every other time, so that other subjects are not forgotten.
    const order = epoch % 2 === 1 ? withNeighbours(permutation, options.neighbours) : permutation;
    let sum = 0;
    for (let step = 0; step < steps; step++) {
      options.signal?.throwIfAborted();
      const pairs = Array.from(order.subarray(step * batch, (step + 1) * batch), (i) => pairOf(texts[i], choice));
      const left = bagsOf(pairs.map(([l]) => l));
      const right = bagsOf(pairs.map(([, r]) => r));
      const {
        loss,
        left: toLeft,
        right: toRight,
      } = await contrast.of(sumBags(left, table, dimensions), sumBags(right, table, dimensions));
      const touched = new Set<number>();
      spreadGradient(left, toLeft, { into: gradient, touched, dimensions });
      spreadGradient(right, toRight, { into: gradient, touched, dimensions });
      const rate = learningRate * (1 - (epoch * steps + step) / (epochs * steps));
      for (const piece of touched) stepRow(piece * dimensions, dimensions, { table, history, gradient, rate });
      sum += loss;
    }
    options.onEpoch?.(epoch, sum / Math.max(1, steps));
  }
  await contrast.dispose();
  return quantised(table, dimensions);
}

/** The same papers, each followed by those of its neighbours that have not come yet. */
function withNeighbours(order: Int32Array, neighbours?: readonly (readonly number[])[]): Int32Array {
  if (!neighbours) return order;
  const hasCome = new Uint8Array(order.length);
  const result = new Int32Array(order.length);
  let count = 0;
  for (const paper of order)
    for (const next of [paper, ...neighbours[paper]]) {
      if (hasCome[next]) continue;
      hasCome[next] = 1;
      result[count++] = next;
    }
  return result;
}

/** Random directions, each as long as its piece is telling: inverse document frequency is a good first guess. */
function firstTable(
  texts: { title: number[]; sentences: number[][] }[],
  pieces: number,
  dimensions: number,
  rng: Rng,
): Float32Array {
  const df = new Uint32Array(pieces);
  for (const { title, sentences } of texts)
    for (const piece of new Set([...title, ...sentences.flat()])) df[piece] += 1;
  const table = new Float32Array(pieces * dimensions);
  for (let piece = 0; piece < pieces; piece++) {
    const length = Math.log(1 + texts.length / (df[piece] + 1)) / Math.sqrt(dimensions) / 4;
    for (let d = 0; d < dimensions; d++) table[piece * dimensions + d] = rng.normal() * length;
  }
  return table;
}

function pairOf({ title, sentences }: { title: number[]; sentences: number[][] }, rng: Rng): [number[], number[]] {
  const isFragment = sentences.length > 2 && rng.uniform() < FRAGMENTS;
  const picked = isFragment ? rng.integer(0, sentences.length) : -1;
  const whole = sentences.flatMap((ids, i) => (i === picked ? [] : ids));
  const fragment = isFragment ? sentences[picked] : title;
  return [thinned(fragment, rng), thinned(whole, rng)];
}

function thinned(ids: number[], rng: Rng): number[] {
  const kept = ids.filter(() => rng.uniform() >= DROPPED);
  return kept.length > 0 ? kept : ids;
}

function stepRow(
  from: number,
  dimensions: number,
  {
    table,
    history,
    gradient,
    rate,
  }: { table: Float32Array; history: Float32Array; gradient: Float32Array; rate: number },
): void {
  for (let i = from; i < from + dimensions; i++) {
    const g = gradient[i];
    history[i] += g * g;
    table[i] -= (rate * g) / Math.sqrt(history[i]);
    gradient[i] = 0;
  }
}
