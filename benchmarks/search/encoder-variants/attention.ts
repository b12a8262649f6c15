import type { Bags } from '../../../packages/encoder/bags.ts';
import type { Rng } from '../../../packages/engine/stats/index.ts';
import { type LearnedTable, type Weights, weightsOf } from './weights.ts';

/** What the way forth leaves for the way back. */
export interface Attended {
  /** [bags, dimensions], not of length one */
  sums: Float32Array;
  means: Float32Array;
  lengths: Float32Array;
  questions: Float32Array;
  lows: Float32Array;
  /** One of each piece of each bag. */
  logits: Float32Array;
}

/**
 * Attention with one question, made of the text itself: q = c ⊙ m + P(Q m), where m is the sum of the pieces' vectors
 * brought to length one. Each piece then counts by 2 σ(v · q), beside what its own length says: up to twice where it belongs
 * to what the text is about, hardly where it does not. P begins small, c and Q as 0, with which every piece counts once.
 */
export class Attention {
  readonly weights: Weights[];
  readonly #d: number;
  readonly #rank: number;
  /** c; [dimensions] */
  readonly #own: Weights;
  /** P transposed and Q; [rank, dimensions] both */
  readonly #to: Weights;
  readonly #from: Weights;

  constructor(dimensions: number, rank: number, rng: Rng) {
    const size = rank * dimensions;
    this.#d = dimensions;
    this.#rank = rank;
    this.#own = weightsOf(new Float32Array(dimensions));
    this.#to = weightsOf(Float32Array.from({ length: size }, () => (0.5 * rng.normal()) / Math.sqrt(dimensions)));
    this.#from = weightsOf(new Float32Array(size));
    this.weights = [this.#own, this.#to, this.#from];
  }

  forward({ pieces, weights, starts }: Bags, table: Float32Array): Attended {
    const d = this.#d;
    const bags = starts.length - 1;
    const attended: Attended = {
      sums: new Float32Array(bags * d),
      means: new Float32Array(bags * d),
      lengths: new Float32Array(bags),
      questions: new Float32Array(bags * d),
      lows: new Float32Array(bags * this.#rank),
      logits: new Float32Array(pieces.length),
    };
    for (let bag = 0; bag < bags; bag++) {
      const mean = rowOf(attended.means, bag, d);
      for (let i = starts[bag]; i < starts[bag + 1]; i++) addTo(mean, weights[i], table, pieces[i] * d);
      const length = Math.sqrt(dot(mean, mean, 0) + 1e-12);
      attended.lengths[bag] = length;
      for (let k = 0; k < d; k++) mean[k] /= length;
      const question = rowOf(attended.questions, bag, d);
      this.#ask(mean, rowOf(attended.lows, bag, this.#rank), question);
      const sum = rowOf(attended.sums, bag, d);
      for (let i = starts[bag]; i < starts[bag + 1]; i++) {
        attended.logits[i] = dot(question, table, pieces[i] * d);
        addTo(sum, weights[i] * factorOf(attended.logits[i]), table, pieces[i] * d);
      }
    }
    return attended;
  }

  /** Adds what `toSums` asks of the table and of the weights to their gradients. */
  backward({ pieces, weights, starts }: Bags, attended: Attended, toSums: Float32Array, table: LearnedTable): void {
    const d = this.#d;
    const { values, gradient, touched } = table;
    const toLogits = new Float32Array(pieces.length);
    for (let bag = 0; bag + 1 < starts.length; bag++) {
      const toSum = rowOf(toSums, bag, d);
      const question = rowOf(attended.questions, bag, d);
      const toQuestion = new Float32Array(d);
      for (let i = starts[bag]; i < starts[bag + 1]; i++) {
        const factor = factorOf(attended.logits[i]);
        // σ' = σ (1 − σ), and the factor is 2 σ.
        toLogits[i] = weights[i] * factor * (1 - factor / 2) * dot(toSum, values, pieces[i] * d);
        addTo(toQuestion, toLogits[i], values, pieces[i] * d);
      }
      const toMean = this.#backwardQuestion(toQuestion, attended, bag);
      for (let i = starts[bag]; i < starts[bag + 1]; i++) {
        touched.add(pieces[i]);
        const weight = weights[i];
        const kept = weight * factorOf(attended.logits[i]);
        const toLogit = toLogits[i];
        for (let k = 0, at = pieces[i] * d; k < d; k++)
          gradient[at + k] += kept * toSum[k] + weight * toMean[k] + toLogit * question[k];
      }
    }
  }

  #ask(mean: Float32Array, low: Float32Array, question: Float32Array): void {
    for (let k = 0; k < mean.length; k++) question[k] = this.#own.values[k] * mean[k];
    for (let r = 0; r < low.length; r++) {
      low[r] = dot(mean, this.#from.values, r * mean.length);
      addTo(question, low[r], this.#to.values, r * mean.length);
    }
  }

  /** @returns the gradient of the sum that the mean was made of */
  #backwardQuestion(toQuestion: Float32Array, { means, lows, lengths }: Attended, bag: number): Float32Array {
    const d = this.#d;
    const mean = rowOf(means, bag, d);
    const toMean = new Float32Array(d);
    for (let k = 0; k < d; k++) {
      this.#own.gradient[k] += toQuestion[k] * mean[k];
      toMean[k] = toQuestion[k] * this.#own.values[k];
    }
    for (let r = 0; r < this.#rank; r++) {
      const toLow = dot(toQuestion, this.#to.values, r * d);
      addTo(rowOf(this.#to.gradient, r, d), lows[bag * this.#rank + r], toQuestion, 0);
      addTo(rowOf(this.#from.gradient, r, d), toLow, mean, 0);
      addTo(toMean, toLow, this.#from.values, r * d);
    }
    // Through the length that the mean was brought to.
    const along = dot(toMean, mean, 0);
    for (let k = 0; k < d; k++) toMean[k] = (toMean[k] - along * mean[k]) / lengths[bag];
    return toMean;
  }
}

function factorOf(logit: number): number {
  return 2 / (1 + Math.exp(-logit));
}

function rowOf(all: Float32Array, row: number, width: number): Float32Array {
  return all.subarray(row * width, (row + 1) * width);
}

function addTo(sum: Float32Array, weight: number, rows: Float32Array, from: number): void {
  for (let k = 0; k < sum.length; k++) sum[k] += weight * rows[from + k];
}

/** Four sums side by side: one alone waits for itself. */
function dot(vector: Float32Array, rows: Float32Array, from: number): number {
  let [a, b, c, e] = [0, 0, 0, 0];
  for (let k = 0, at = from; k < vector.length; k += 4, at += 4) {
    a += vector[k] * rows[at];
    b += vector[k + 1] * rows[at + 1];
    c += vector[k + 2] * rows[at + 2];
    e += vector[k + 3] * rows[at + 3];
  }
  return a + b + c + e;
}
