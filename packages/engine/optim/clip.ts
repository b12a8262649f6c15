import { type Array as JaxArray, numpy as np } from '@jax-js/jax';
import { type ArrayTree, leavesOf, mapTrees } from './trees.ts';

/** The Euclidean norm of all numbers in a tree together. */
export function globalNorm(arrays: unknown): JaxArray {
  const squares = leavesOf(arrays as ArrayTree).map((leaf) => leaf.ref.mul(leaf.ref).sum());
  return np.sqrt(squares.reduce((sum, square) => sum.add(square)));
}

/** Shortens gradients to a global norm of at most `maxNorm`; Pascanu et al. 2013, arXiv 1211.5063, algorithm 1. */
export function clipByGlobalNorm<G>(grads: G, maxNorm: number): { grads: G; norm: JaxArray } {
  const norm = globalNorm(grads);
  const scale = np.minimum(np.reciprocal(norm.ref.add(1e-12)).mul(maxNorm), 1);
  return { grads: mapTrees((g) => g.ref.mul(scale.ref), grads as unknown as ArrayTree) as never, norm };
}
