import type { ExecutorName } from '@broadsheet/engine';
import { loadNativeRuntime } from '@broadsheet/engine/node';

/** The executor that tests of this machine use: ONNX Runtime where it is installed, else jax-js's own kernels. */
export function testExecutor(): ExecutorName {
  return loadNativeRuntime() === undefined ? 'native' : 'reference';
}
