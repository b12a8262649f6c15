import { defaultDevice, numpy as np } from '@jax-js/jax';
import type { ExecutorName } from '../../executors/names.ts';
import { toArray } from '../../executors/reference.ts';
import { type TracedArray as A, compile, type Tensor, type Tree, valueAndGrad } from '../../index.ts';
import { createRng } from '../../stats/index.ts';
import { isTensor } from '../../tensor.ts';
import { flattenTree, unflattenTree } from '../../tree.ts';
import type { GradientCase } from './gradient-cases.ts';

/** Central differences in float64: their own error is about STEP² and 10⁻¹⁶ / STEP, far below the tolerance. */
const STEP = 1e-5;
/** Of float32 gradients, relative to the terms that a directional derivative adds up: some roundings of 6·10⁻⁸. */
const TOLERANCE = 1e-5;

/**
 * Where the gradient of a case, as an executor computes it, is not that of finite differences, in words; undefined where
 * it is. One random direction for each array: an error in any number of a gradient shows in it.
 */
export async function gradientFault(
  executor: ExecutorName,
  { name, at, fixed = [], fn }: GradientCase,
): Promise<string | undefined> {
  // biome-ignore lint/suspicious/noExplicitAny: as in the cases, each of which knows its own trees
  const slope = (point: any, rest: any) => valueAndGrad((p: any) => fn(p, rest))(point);
  const program = await compile(slope as never, [at, fixed], { executor, name });
  const [value, grads] = (await program.run(at, fixed)) as [Tensor, Tree<Tensor>];
  await program.dispose();
  const { leaves, form } = flattenTree(at, isTensor, name);
  const exact = leaves.map(({ data }) => Float64Array.from(data));
  const evaluate = () => inFloat64({ fn, fixed }, exact, leaves, form);
  const there = evaluate();
  if (!(Math.abs(value.data[0] - there) / Math.max(1, Math.abs(value.data[0])) < TOLERANCE))
    return `the value is ${value.data[0]}, not ${there}`;
  const slopes = flattenTree(grads, isTensor, 'gradients').leaves;
  const rng = createRng(name);
  for (const [i, array] of exact.entries()) {
    const direction = rng.normals(array.length);
    const terms = direction.map((v, k) => v * slopes[i].data[k]);
    const got = terms.reduce((sum, x) => sum + x, 0);
    const size = terms.reduce((sum, x) => sum + Math.abs(x), 0);
    if (!(size > 1e-4)) return `array ${i}: its gradient is ${size} in size, too small for the check to fail`;
    const expected = derivative(array, direction, evaluate);
    if (!(Math.abs(got - expected) / size < TOLERANCE)) return `array ${i}: ${got}, not ${expected}`;
  }
  return undefined;
}

/** The central difference along a direction; the array is put back. */
function derivative(array: Float64Array, direction: Float64Array, evaluate: () => number): number {
  const kept = array.slice();
  const at = (step: number): number => {
    for (let k = 0; k < array.length; k++) array[k] = kept[k] + step * direction[k];
    return evaluate();
  };
  const slope = (at(STEP) - at(-STEP)) / (2 * STEP);
  array.set(kept);
  return slope;
}

/** The function's value by jax-js's interpreter, with every float in double precision. */
function inFloat64(
  { fn, fixed }: Pick<GradientCase, 'fn' | 'fixed'>,
  exact: Float64Array[],
  leaves: Tensor[],
  form: Parameters<typeof unflattenTree>[0],
): number {
  const device = defaultDevice();
  defaultDevice('cpu');
  try {
    const arrays = leaves.map(({ shape }, i) => np.array(exact[i].slice(), { shape: [...shape] }));
    const rest = flattenTree(fixed, isTensor, 'fixed');
    const others = rest.leaves.map(toArray);
    const value = fn(unflattenTree<A>(form, arrays), unflattenTree<A>(rest.form, others));
    if (value.dtype !== 'float64') throw new Error(`the value is ${value.dtype}; a float32 crept in`);
    return value.dataSync()[0];
  } finally {
    defaultDevice(device);
  }
}
