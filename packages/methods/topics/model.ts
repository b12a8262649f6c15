import { quantile } from '@broadsheet/engine/stats';
import { chosenRows, dot, type Rows, rowOf, rows, unitRows } from '../happy/rows.ts';
import { FAST_BLOCK, type FastProducts, productsWith } from '../new-classes/index.ts';
import { softmax, TAU_P } from './head-gradients.ts';

/** Everything that a stage starts from; no paper is in it. Row c of all belongs to topic c for good. */
export interface TopicModel {
  /** Taken from every vector before it is brought to length one: the mean of the first stage, fixed for ever. */
  readonly centre: Float64Array;
  /** Unit rows: what papers are assigned by. */
  readonly heads: Rows;
  /** Unit rows: the middle of a topic's first papers, by which novelty is judged. */
  readonly prototypes: Rows;
  /** The cosine to its prototype that only a tenth of a topic's papers fall below. */
  readonly thresholds: Float64Array;
  /** Mean cosine between a topic's first papers. */
  readonly cohesions: Float64Array;
  /** r of the paper's replay: r√d is how far a paper lies from its topic's middle. */
  readonly radius: number;
  /** Share of novel papers in quiet stages, and of how many papers, the newest last. */
  readonly quiet: readonly { readonly share: number; readonly papers: number }[];
}

export interface Assignments {
  /** The nearest head, and the next one (the same where there is only one). */
  readonly heads: Int32Array;
  readonly runnersUp: Int32Array;
  /** Of the nearest head among all heads, and of the next. */
  readonly probabilities: Float64Array;
  readonly nextProbabilities: Float64Array;
  /** How far from every topic: above 0 the paper belongs to none. */
  readonly novelty: Float64Array;
}

/** The mean of raw vectors: embeddings of texts share a large direction, which would press all cosines together. */
export function centreOf(vectors: readonly ArrayLike<number>[]): Float64Array {
  const centre = new Float64Array(vectors[0]?.length ?? 0);
  for (const vector of vectors) for (let d = 0; d < centre.length; d++) centre[d] += vector[d] / vectors.length;
  return centre;
}

/** Raw vectors, less the centre, with length one; a vector that is the centre itself stays zero. */
export function centred(vectors: readonly ArrayLike<number>[], centre: Float64Array): Rows {
  const out = rows(vectors.length, centre.length);
  for (const [i, vector] of vectors.entries()) {
    const row = rowOf(out, i);
    // A text without words has no direction, and must not get that of the centre's opposite.
    if (isZero(vector)) continue;
    for (let d = 0; d < row.length; d++) row[d] = vector[d] - centre[d];
    // In place: of 50,000 papers each copy is 100 MB.
    const norm = Math.sqrt(dot(row, row)) || 1;
    for (let d = 0; d < row.length; d++) row[d] /= norm;
  }
  return out;
}

/**
 * The topic of each paper, by the softmax of cosines at τ_p.
 * @param topicOf heads that belong to one topic count together; without it every head is its own
 */
export function assign(model: TopicModel, features: Rows, topicOf?: ArrayLike<number>): Assignments {
  const { count } = features;
  const k = model.heads.count;
  const out: Assignments = {
    heads: new Int32Array(count),
    runnersUp: new Int32Array(count),
    probabilities: new Float64Array(count),
    nextProbabilities: new Float64Array(count),
    novelty: new Float64Array(count),
  };
  const { heads, others, isOther } = comparedBy(model);
  for (let from = 0; from < count; from += FAST_BLOCK) {
    const to = Math.min(count, from + FAST_BLOCK);
    const toHeads = heads(features, from, to);
    const toOthers = others(features, from, to);
    const p = softmax(toHeads, k, TAU_P);
    const own = toOthers.length / (to - from);
    for (let i = 0; i < to - from; i++) {
      const { best, next, share, nextShare } = twoLargest(p.subarray(i * k, (i + 1) * k), topicOf);
      out.heads[from + i] = best;
      out.runnersUp[from + i] = next;
      out.probabilities[from + i] = share;
      out.nextProbabilities[from + i] = nextShare;
      let novelty = Number.POSITIVE_INFINITY;
      for (let c = 0, other = i * own; c < k; c++) {
        const cosine = isOther[c] ? toOthers[other++] : toHeads[i * k + c];
        novelty = Math.min(novelty, model.thresholds[c] - cosine);
      }
      // A text without words is near nothing, but nor is it news.
      out.novelty[from + i] = isZero(rowOf(features, from + i)) ? Number.POSITIVE_INFINITY : novelty;
    }
  }
  return out;
}

interface Compared {
  heads: FastProducts;
  /** Prototypes that are not their topic's head: those of the first stage are, and one product serves for both. */
  others: FastProducts;
  isOther: boolean[];
}

/** Made ready once for each model: a paper alone is compared as many are. */
const compared = new WeakMap<TopicModel, Compared>();

function comparedBy(model: TopicModel): Compared {
  const known = compared.get(model);
  if (known) return known;
  const { heads, prototypes } = model;
  const isOther = Array.from({ length: heads.count }, (_, c) =>
    rowOf(heads, c).some((value, d) => value !== prototypes.data[c * prototypes.width + d]),
  );
  const others = chosenRows(
    prototypes,
    [...isOther.keys()].filter((c) => isOther[c]),
  );
  const made = { heads: productsWith(heads), others: productsWith(others), isOther };
  compared.set(model, made);
  return made;
}

function twoLargest(p: Float64Array, topicOf: ArrayLike<number> | undefined) {
  const shares = topicOf ? new Float64Array(p.length) : p;
  if (topicOf) for (let c = 0; c < p.length; c++) shares[topicOf[c]] += p[c];
  let [first, second] = [-1, -1];
  for (let t = 0; t < shares.length; t++) {
    if (first < 0 || shares[t] > shares[first]) [first, second] = [t, first];
    else if (second < 0 || shares[t] > shares[second]) second = t;
  }
  return {
    best: headOf(first, p, topicOf),
    next: second < 0 ? headOf(first, p, topicOf) : headOf(second, p, topicOf),
    share: shares[first],
    nextShare: second < 0 ? 0 : shares[second],
  };
}

/** Of a topic's heads the one that says most. */
function headOf(topic: number, p: Float64Array, topicOf: ArrayLike<number> | undefined): number {
  if (!topicOf) return topic;
  let best = topic;
  for (let c = 0; c < p.length; c++) if (topicOf[c] === topic && (topicOf[best] !== topic || p[c] > p[best])) best = c;
  return best;
}

/** What a topic's papers say of it: its middle, the threshold, and how close they are. */
export function describe(members: Rows, pooled = POOLED_RESIDUAL) {
  const sum = new Float64Array(members.width);
  for (let i = 0; i < members.count; i++) for (let d = 0; d < sum.length; d++) sum[d] += rowOf(members, i)[d];
  const n = members.count;
  const square = sum.reduce((total, value) => total + value * value, 0);
  // Without the paper itself: a mean of few is near each of them by their own doing.
  const leftOut = Array.from({ length: n }, (_, i) => {
    const own = rowOf(members, i);
    let along = 0;
    for (let d = 0; d < sum.length; d++) along += own[d] * sum[d];
    return n > 1 ? (along - 1) / Math.sqrt(Math.max(1e-12, square - 2 * along + 1)) : 1;
  });
  const mean = leftOut.reduce((total, value) => total + value, 0) / n;
  // Few papers say little of a tenth: their own quantile counts as much as there are of them.
  const weight = n / (n + SHRINKAGE);
  return {
    prototype: unitRows(rows(1, members.width, sum)).data,
    threshold: weight * quantile(leftOut, LEVEL) + (1 - weight) * (mean + pooled),
    cohesion: n > 1 ? (square - n) / (n * (n - 1)) : 1,
    /** Squared distance of papers from their own mean, by dimension: the paper's trace(Cov)/d. */
    spread: (1 - square / (n * n)) / members.width,
  };
}

/** Of §6.2 doubled: at 5 % the loosest of a hundred topics let nearly everything in (docs/decisions/0731). */
const LEVEL = 0.1;
/** A topic of so many papers is believed by half. */
const SHRINKAGE = 20;
/** The 10 % quantile of a cosine less its topic's mean, over all topics of the first stage of the shipped ones. */
const POOLED_RESIDUAL = -0.17;

function isZero(vector: ArrayLike<number>): boolean {
  for (let d = 0; d < vector.length; d++) if (vector[d] !== 0) return false;
  return true;
}
