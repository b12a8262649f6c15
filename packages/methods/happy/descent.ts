import type { TracedArray } from '@broadsheet/engine';

export type ArrayMap = Record<string, TracedArray>;

export interface Descent {
  /** A traced number, so that one program serves all epochs. */
  readonly learningRate: TracedArray;
  readonly momentum: number;
  readonly weightDecay: number;
}

/** §2.6. */
export const DESCENT = { momentum: 0.9, weightDecay: 5e-5 };

/**
 * SGD with momentum as in PyTorch; weight decay reaches matrices only, not biases. Borrows its operands.
 * @returns the next parameters and velocities
 */
export function descend<P extends ArrayMap>(
  params: P,
  grads: P,
  moves: P,
  { learningRate, momentum, weightDecay }: Descent,
): { params: P; moves: P } {
  const next: ArrayMap = {};
  const nextMoves: ArrayMap = {};
  for (const [name, p] of Object.entries(params)) {
    const slope = p.ndim >= 2 ? grads[name].ref.add(p.ref.mul(weightDecay)) : grads[name].ref;
    nextMoves[name] = moves[name].ref.mul(momentum).add(slope);
    next[name] = p.ref.sub(nextMoves[name].ref.mul(learningRate.ref));
  }
  return { params: next as P, moves: nextMoves as P };
}
