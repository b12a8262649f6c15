import { type Check, skipped } from '../check.ts';
import type { Thresholds } from '../thresholds.ts';

/** A proposal, as extracted from a turn. */
export interface Proposal {
  /** An option of the frozen question, or 'new'. */
  readonly optionId: string;
  /** Constraints that it breaks, found by a machine rule or by a judge with a quotation. */
  readonly brokenConstraints: readonly string[];
}

/** D3, hard: an option that is not on the list, or a broken constraint. Certain by itself. */
export function checkConstraints(proposal: Proposal | null, options: readonly string[]): Check {
  if (!proposal) return skipped(3, 'constraints', 'It has proposed nothing yet.');
  const isListed = options.includes(proposal.optionId);
  const broken = proposal.brokenConstraints;
  return {
    layer: 3,
    detector: 'constraints',
    result: isListed && broken.length === 0 ? 'pass' : 'red',
    statistic: broken.length + (isListed ? 0 : 1),
    threshold: 1,
    n: 1,
    detail: !isListed
      ? `It proposes "${proposal.optionId}", which is not among the options.`
      : broken.length > 0
        ? `Its proposal breaks ${broken.join(', ')}.`
        : 'Its proposal stays within the question and its constraints.',
  };
}

/** Mean and sample deviation of distances of texts known to be within scope. */
export interface Reference {
  readonly mean: number;
  readonly deviation: number;
  readonly count: number;
}
export function referenceOf(distances: readonly number[]): Reference {
  const count = distances.length;
  const mean = distances.reduce((sum, d) => sum + d, 0) / count;
  const variance = distances.reduce((sum, d) => sum + (d - mean) ** 2, 0) / (count - 1);
  return { mean, deviation: Math.sqrt(variance), count };
}

/** 1 − cosine of word counts, 0 to 1: stands in for an embedding where there is none. */
export function textDistance(a: string, b: string): number {
  const [left, right] = [wordCounts(a), wordCounts(b)];
  let dot = 0;
  for (const [word, count] of left) dot += count * (right.get(word) ?? 0);
  return 1 - dot / (normOf(left) * normOf(right) || 1);
}

function wordCounts(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of text.toLowerCase().match(/\p{L}+/gu) ?? []) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

function normOf(counts: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const count of counts.values()) sum += count ** 2;
  return Math.sqrt(sum);
}

/** Exponentially weighted mean of z-scores, from 0 (Roberts 1959). */
export function ewma(values: readonly number[], lambda: number): number {
  return values.reduce((mean, value) => lambda * value + (1 - lambda) * mean, 0);
}

/** Its limiting standard deviation for independent z-scores: √(λ/(2 − λ)). */
export function ewmaDeviation(lambda: number): number {
  return Math.sqrt(lambda / (2 - lambda));
}

/**
 * D3, soft: distance of the proposals' summaries from the frozen question. Amber at most, never red alone.
 * @param distances 1 − cosine to the frozen statement and chosen option, a proposal
 */
export function checkDrift(distances: readonly number[], reference: Reference, { drift: t }: Thresholds): Check {
  if (distances.length === 0) return skipped(3, 'drift', 'It has proposed nothing yet.');
  if (reference.count < t.fewestReferences)
    return skipped(
      3,
      'drift',
      `Only ${reference.count} texts within scope to compare with; ${t.fewestReferences} are needed.`,
    );
  const z = distances.map((distance) => (distance - reference.mean) / (reference.deviation || 1));
  const statistic = ewma(z, t.lambda);
  const threshold = t.amberSigmas * ewmaDeviation(t.lambda);
  return {
    layer: 3,
    detector: 'drift',
    result: statistic > threshold ? 'amber' : 'pass',
    statistic,
    threshold,
    n: distances.length,
    detail:
      statistic > threshold
        ? 'Its proposals move away from the question that was frozen.'
        : 'Its proposals keep to the question that was frozen.',
  };
}
