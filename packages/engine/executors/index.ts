import type { Executor } from './executor.ts';
import type { ExecutorName } from './names.ts';
import { native } from './native.ts';
import { reference } from './reference.ts';
import { wasm } from './wasm.ts';
import { webgpu } from './webgpu.ts';

const EXECUTORS: Record<ExecutorName, Executor> = { native, wasm, webgpu, reference };

export function executorNamed(name: ExecutorName): Executor {
  const executor = EXECUTORS[name];
  if (!executor)
    throw new RangeError(`There is no executor "${name}"; there are ${Object.keys(EXECUTORS).join(', ')}.`);
  return executor;
}

/** Every executor, with the reason where one cannot run here. */
export async function availableExecutors(): Promise<{ name: ExecutorName; available: boolean; why?: string }[]> {
  return Promise.all(
    Object.values(EXECUTORS).map(async ({ name, unavailable }) => {
      const why = await unavailable();
      return why === undefined ? { name, available: true } : { name, available: false, why };
    }),
  );
}
