import { describe, isTensor, sizeOf, type Tensor, type TensorSpec } from './tensor.ts';
import { flattenTree, leafPaths, leavesLike, type TreeForm } from './tree.ts';

/** Holds a call's arguments to the form, shapes and element types of the example that was traced. */
export class InputCheck {
  readonly form: TreeForm;
  readonly specs: TensorSpec[];
  readonly paths: string[];
  readonly #name: string;

  constructor(example: readonly unknown[], name: string) {
    const { form, leaves } = flattenTree(example, isTensor, `${name}: example`);
    this.form = form;
    this.specs = leaves.map(({ shape, dtype }) => ({ shape: [...shape], dtype }));
    this.paths = leafPaths(form, 'argument');
    this.#name = name;
  }

  /** The leaves of all arguments, in order. */
  check(args: readonly unknown[]): Tensor[] {
    const leaves = leavesLike(args, this.form, isTensor, `${this.#name}: argument`);
    for (const [i, leaf] of leaves.entries()) this.#checkLeaf(leaf, this.specs[i], i);
    return leaves;
  }

  /** The leaves of one argument, each with a first axis of length `steps` where that is more than one. */
  checkOne(index: number, value: unknown, steps = 1): Tensor[] {
    const parts = this.form !== 'leaf' && 'list' in this.form ? this.form.list : [];
    const from = parts.slice(0, index).reduce((count, part) => count + leafPaths(part).length, 0);
    const leaves = leavesLike(value, parts[index], isTensor, `${this.#name}: argument[${index}]`);
    for (const [i, leaf] of leaves.entries()) {
      const spec = this.specs[from + i];
      this.#checkLeaf(leaf, steps > 1 ? { ...spec, shape: [steps, ...spec.shape] } : spec, from + i);
    }
    return leaves;
  }

  #checkLeaf(leaf: Tensor, spec: TensorSpec, index: number): void {
    if (leaf.dtype !== spec.dtype || leaf.shape.join() !== spec.shape.join())
      throw new RangeError(
        `${this.#name}: ${this.paths[index]} is ${describe(leaf)}, but the program was compiled for ${describe(spec)}; compile it again for other shapes.`,
      );
    if (leaf.data.length !== sizeOf(leaf.shape))
      throw new RangeError(
        `${this.#name}: ${this.paths[index]} has ${leaf.data.length} numbers for shape [${leaf.shape}].`,
      );
  }
}
