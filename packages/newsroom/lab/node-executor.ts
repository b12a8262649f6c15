import { cpus } from 'node:os';
import { availableExecutors, type ExecutorName } from '@broadsheet/engine';
import { loadNativeRuntime } from '@broadsheet/engine/node';

export interface NodeExecutor {
  readonly executor: ExecutorName;
  readonly description: string;
  readonly threads: number;
}

/** More gain nothing on networks of this size, and the site's pages need the rest. */
const MOST_THREADS = 2;

/** What carries training out in this process: ONNX Runtime where it is installed, else jax-js's own kernels, which are slow. */
export async function nodeExecutor(): Promise<NodeExecutor> {
  const why = loadNativeRuntime();
  const native = (await availableExecutors()).find((executor) => executor.name === 'native');
  const threads = Math.min(MOST_THREADS, cpus().length);
  if (native?.available)
    return {
      executor: 'native',
      description: `onnxruntime-node, ${threads} ${threads === 1 ? 'thread' : 'threads'}`,
      threads,
    };
  return { executor: 'reference', description: `jax-js's own kernels (${why ?? native?.why})`, threads: 1 };
}
