import { isTensor, type Tensor } from './tensor.ts';
import { flattenTree, leavesLike, type Tree, unflattenTree } from './tree.ts';

/** Trees of the same form, one for each seed, as one tree with a first axis of seeds: what `vmap` trains together. */
export function stackTrees(trees: readonly Tree<Tensor>[]): Tree<Tensor> {
  if (trees.length === 0) throw new RangeError('stackTrees: there is no tree to stack.');
  const { form } = flattenTree(trees[0], isTensor, 'stackTrees: tree 0');
  const rows = trees.map((tree, i) => leavesLike(tree, form, isTensor, `stackTrees: tree ${i}`));
  return unflattenTree(
    form,
    rows[0].map((_, leaf) => stackTensors(rows.map((row) => row[leaf]))),
  );
}

/** The tree of one seed. */
export function unstackTree(stacked: Tree<Tensor>, index: number): Tree<Tensor> {
  const { form, leaves } = flattenTree(stacked, isTensor, 'unstackTree: tree');
  return unflattenTree(
    form,
    leaves.map((leaf) => elementOf(leaf, index)),
  );
}

export function stackTensors(parts: readonly Tensor[]): Tensor {
  const [{ data, shape, dtype }] = parts;
  const all = new (data.constructor as new (length: number) => typeof data)(data.length * parts.length);
  for (const [i, part] of parts.entries()) {
    if (part.shape.join() !== shape.join() || part.dtype !== dtype)
      throw new RangeError(`stackTensors: ${part.dtype}[${part.shape}] does not stack on ${dtype}[${shape}].`);
    all.set(part.data as never, i * data.length);
  }
  return { data: all, shape: [parts.length, ...shape], dtype };
}

/** Element `index` of the first axis, as a copy. */
export function elementOf({ data, shape, dtype }: Tensor, index: number): Tensor {
  if (shape.length === 0 || index < 0 || index >= shape[0])
    throw new RangeError(`elementOf: there is no element ${index} in shape [${shape}].`);
  const size = data.length / shape[0];
  return { data: data.slice(index * size, (index + 1) * size), shape: shape.slice(1), dtype };
}
