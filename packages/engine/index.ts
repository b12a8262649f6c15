/**
 * Traced arrays and their transformations: jax-js, under the names that the rest of the project uses.
 * Arrays are owned: an operation consumes its operands, `x.ref` keeps one for a further use, `x.dispose()` ends it.
 */
export {
  Array as TracedArray,
  DType,
  grad,
  jvp,
  lax,
  nn,
  numpy as np,
  random,
  tree,
  valueAndGrad,
  vjp,
  vmap,
} from '@jax-js/jax';
export type { ExecutorName } from './executors/names.ts';
