import { type Array as JaxArray, tree } from '@jax-js/jax';
import { isTensor, type Tensor, zeros } from '../tensor.ts';
import { flattenTree, type Tree, unflattenTree } from '../tree.ts';

/** A tree of traced arrays, as jax-js takes it. */
export type ArrayTree = JaxArray | ArrayTree[] | { [name: string]: ArrayTree };

export function mapTrees(fn: (...leaves: JaxArray[]) => JaxArray, first: ArrayTree, ...rest: ArrayTree[]): ArrayTree {
  return tree.map(fn as never, first as never, ...(rest as never[])) as ArrayTree;
}

export function leavesOf(arrays: ArrayTree): JaxArray[] {
  return tree.leaves(arrays as never) as JaxArray[];
}

/** Zeros of the form and shapes of the parameters, on the host. */
export function zerosLike(params: Tree<Tensor>): Tree<Tensor> {
  const { form, leaves } = flattenTree(params, isTensor, 'params');
  return unflattenTree(
    form,
    leaves.map(({ shape, dtype }) => zeros(shape, dtype)),
  );
}
