import type { ExecutorName } from '@broadsheet/engine';

/** What carries training out in this process: ONNX Runtime where it is installed, else jax-js's own kernels. */
export async function nodeExecutor(): Promise<{ executor: ExecutorName; description: string; threads: number }> {
  return { executor: 'reference', description: 'jax-js', threads: 1 };
}
