import type { Tensor } from '../tensor.ts';
import type { Tree } from '../tree.ts';
import type { ArrayTree } from './trees.ts';

/**
 * An optimiser as two pure functions. Its state is a plain tree and goes through a compiled step beside the parameters.
 * Both functions borrow what they are given.
 */
export interface Optimiser {
  /** The first state for parameters of these shapes, on the host. */
  init(params: Tree<Tensor>): Tree<Tensor>;
  /** Traced: the next parameters and state. */
  update<P>(params: P, grads: P, state: unknown): [params: P, state: ArrayTree];
}
