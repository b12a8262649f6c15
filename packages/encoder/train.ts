import type { ExecutorName } from '@broadsheet/engine';
import { createRng } from '@broadsheet/engine/stats';
import { bagsOf, spreadGradient, sumBags } from './bags.ts';
import { compileContrast } from './contrast.ts';
import { quantised, type StaticWeights } from './encoder.ts';
import { pairOf, piecesOf, type TrainingPaper, withNeighbours } from './pairs.ts';
import { firstTable, stepRow } from './table.ts';
import type { Tokenizer } from './tokenizer.ts';

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
  const texts = papers.map((paper) => piecesOf(paper, tokenizer));
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
