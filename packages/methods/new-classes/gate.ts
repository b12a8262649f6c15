/**
 * Is there anything new in a stage? The paper takes it for given that there is; in a stream of papers most weeks bring
 * nothing, and forcing new heads on such a week spoils old ones. Ours throughout.
 */
export interface Excess {
  readonly candidates: readonly number[];
  /** Share of the stage that is novel, and the share that quiet stages have. */
  readonly share: number;
  readonly usual: number;
  /** z of the excess; 0 for an empty stage. */
  readonly statistic: number;
  readonly isExcess: boolean;
}

const EXCESS = 3; // one false alarm in about 700 quiet stages

/** Are there more novel samples than in quiet stages? z = (f − α₀)/√(α₀(1 − α₀)/n). */
export function excessOf(novelty: ArrayLike<number>, usual: number): Excess {
  if (!(usual > 0 && usual < 1))
    throw new RangeError(`excessOf: the usual share is ${usual}; it must lie between 0 and 1.`);
  const candidates = Array.from(novelty).flatMap((value, i) => (value > 0 ? [i] : []));
  const count = novelty.length;
  if (count === 0) return { candidates, share: 0, usual, statistic: 0, isExcess: false };
  const share = candidates.length / count;
  const statistic = (share - usual) / Math.sqrt((usual * (1 - usual)) / count);
  return { candidates, share, usual, statistic, isExcess: statistic > EXCESS };
}
