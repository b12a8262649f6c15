/**
 * Training: functions of arrays, traced once and run by ONNX Runtime. The traced arrays and their transformations are
 * jax-js's, under the names that the rest of the project uses. Arrays are owned: an operation consumes its operands,
 * `x.ref` keeps one for a further use. Inside a compiled function nothing has to be freed.
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
export { type CompileOptions, compile, type Program, type TracedTree } from './compile.ts';
export { compileStep, type StepOptions, type StepProgram } from './compile-step.ts';
export { availableExecutors } from './executors/index.ts';
export type { ExecutorName } from './executors/names.ts';
export { type RuntimeName, runtimeMissing, useRuntime } from './runtimes.ts';
export { elementOf, stackTensors, stackTrees, unstackTree } from './seeds.ts';
export { ShapeError } from './shape-error.ts';
export { type DataType, isTensor, scalarOf, type Tensor, type TensorData, tensor, zeros } from './tensor.ts';
export type { Tree } from './tree.ts';
