/** Our engine in a page: `wasm`, `webgpu` or `reference` (jax-js's own kernels), as the address says. */
import {
  compileStep,
  type ExecutorName,
  type StepProgram,
  stackTensors,
  type Tensor,
  useRuntime,
} from '@broadsheet/engine';
import { WORKLOADS } from './workloads.ts';

/** What a page offers to the benchmark; peer-tfjs.mjs has the same. */
export interface Peer {
  name: string;
  description(): string;
  /** Milliseconds a step of one workload. */
  run(workload: 'mlp' | 'rnns-20', steps: number): Promise<number>;
}

const query = new URLSearchParams(location.search);
const executor = (query.get('executor') ?? 'wasm') as ExecutorName;
const threads = Number(query.get('threads') ?? 1);
const together = Number(query.get('together') ?? 1);
const programs = new Map<string, { program: StepProgram; batch: Record<string, Tensor> }>();
let runtime: Promise<void> | undefined;

async function loadRuntime(): Promise<void> {
  if (executor === 'reference') return;
  const file = executor === 'webgpu' ? 'ort.webgpu.min.mjs' : 'ort.wasm.min.mjs';
  const ort = await import(/* @vite-ignore */ `/ort/${file}`);
  ort.env.wasm.wasmPaths = '/ort/';
  useRuntime(executor as 'wasm', ort);
}

export const peer: Peer = {
  name: executor,
  description: () => [...programs.values()][0]?.program.description ?? executor,
  async run(workload, steps) {
    runtime ??= loadRuntime();
    await runtime;
    let entry = programs.get(workload);
    if (!entry) {
      const { step, example, name } = WORKLOADS[workload]();
      const program = await compileStep(step as never, example, { executor, threads, name, stepsPerCall: together });
      const batch = Object.fromEntries(
        Object.entries(example.batch as Record<string, Tensor>).map(([key, leaf]) => [
          key,
          together === 1 ? leaf : stackTensors(Array.from({ length: together }, () => leaf)),
        ]),
      );
      entry = { program, batch };
      programs.set(workload, entry);
      for (let i = 0; i < 3; i++) await program.step(batch);
    }
    const calls = Math.max(1, Math.round(steps / together));
    const startedAt = performance.now();
    for (let i = 0; i < calls; i++) await entry.program.step(entry.batch);
    return (performance.now() - startedAt) / (calls * together);
  },
};
