/// <reference lib="webworker" />
import { availableExecutors, type ExecutorName } from '@broadsheet/engine';
import { type Experiment, loadExperiment, readParameters, seedsOf } from '@broadsheet/experiments';
import { localPool, type RunnerEvent, runExperiment } from '@broadsheet/experiments/runner';
import type { RunOrder, WorkerMessage } from './order.ts';
import { loadRuntime } from './runtime.ts';

declare const self: DedicatedWorkerGlobalScope;

/** How often what was drawn is sent to the page. */
const FLUSH_MS = 100;

// One run, and then the worker is ended: what it held of memory and graphs goes with it.
self.addEventListener('message', ({ data }: MessageEvent<RunOrder>) => {
  run(data).catch((error: unknown) => tell({ type: 'failed', words: String((error as Error)?.message ?? error) }));
});

async function run(order: RunOrder): Promise<void> {
  // Threads of one graph were measured not to pay on networks of this size (docs/benchmarks.md).
  const threads = 1;
  const [experiment, missing] = await Promise.all([
    find(order),
    loadRuntime(order.executor, threads, (fraction) => tell({ type: 'loading', fraction })),
  ]);
  const { executor, description } = await chooseExecutor(order.executor, threads, missing);
  tell({ type: 'said', words: description });
  const flow = eventFlow();
  const result = await runExperiment(
    {
      experiment,
      size: order.size,
      parameters: readParameters(experiment, order.size, order.parameters),
      seeds: seedsOf(order.seeds),
      executor,
      executorDescription: description,
      threads,
      sourcesHash: order.sourcesHash,
    },
    { pool: localPool(experiment), signal: new AbortController().signal, onEvent: flow.add },
  );
  flow.flush();
  tell({ type: 'done', result });
}

async function find(order: RunOrder): Promise<Experiment> {
  const found = order.module
    ? ((await import(/* @vite-ignore */ new URL(order.module, location.origin).href)) as { experiment: Experiment })
        .experiment
    : await loadExperiment(order.experiment);
  if (!found)
    throw new Error(`This site's scripts know no experiment "${order.experiment}"; loading the page anew may help.`);
  return found;
}

/** The asked executor; jax-js's own kernels where ONNX Runtime is missing, and the status line says so. */
async function chooseExecutor(
  asked: RunOrder['executor'],
  threads: number,
  missing: string | undefined,
): Promise<{ executor: ExecutorName; description: string }> {
  const available = await availableExecutors();
  const found = available.find((executor) => executor.name === asked);
  if (found?.available) {
    const where = asked === 'webgpu' ? 'WebGPU' : `${threads} ${threads === 1 ? 'thread' : 'threads'}`;
    return { executor: asked, description: `onnxruntime-web, ${where}` };
  }
  const reference = available.find((executor) => executor.name === 'reference');
  if (!reference?.available) throw new Error(`Nothing here can run it: ${found?.why}; ${reference?.why}.`);
  return { executor: 'reference', description: `jax-js’s own kernels, slower (${missing ?? found?.why})` };
}

/** Gathers events and sends them a few times a second; of progress only the newest. */
function eventFlow() {
  let kept: RunnerEvent[] = [];
  let sentAt = 0;
  const flush = () => {
    if (kept.length === 0) return;
    const progress = kept.findLast((event) => event.type === 'progress');
    tell({ type: 'events', events: kept.filter((event) => event.type !== 'progress' || event === progress) });
    kept = [];
    sentAt = performance.now();
  };
  return {
    flush,
    add(event: RunnerEvent) {
      kept.push(event);
      if (performance.now() - sentAt >= FLUSH_MS) flush();
    },
  };
}

function tell(message: WorkerMessage): void {
  self.postMessage(message);
}
