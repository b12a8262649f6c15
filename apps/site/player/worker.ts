/// <reference lib="webworker" />
import { availableExecutors, type ExecutorName } from '@broadsheet/engine';
import { readParameters, seedsOf } from '@broadsheet/experiments';
import { type RunnerEvent, runExperiment } from '@broadsheet/experiments/runner';
import { findExperiment } from './find-experiment.ts';
import { openLanes } from './lanes.ts';
import type { RunOrder, WorkerMessage } from './order.ts';
import { fetchRuntime, useFetched } from './runtime.ts';

declare const self: DedicatedWorkerGlobalScope;

/** How often what was drawn is sent to the page. */
const FLUSH_MS = 100;
/** Threads of one graph do not pay on networks of this size; parts side by side do: docs/decisions/0441. */
const THREADS = 1;

// One run, and then the worker is ended: what it held of memory and graphs goes with it.
self.addEventListener('message', ({ data }: MessageEvent<RunOrder>) => {
  run(data).catch((error: unknown) => tell({ type: 'failed', words: String((error as Error)?.message ?? error) }));
});

async function run(order: RunOrder): Promise<void> {
  const [experiment, fetched] = await Promise.all([
    findExperiment(order),
    fetchRuntime(order.executor, (fraction) => tell({ type: 'loading', fraction })),
  ]);
  const missing = typeof fetched === 'string' ? fetched : await useFetched(order.executor, fetched);
  const { executor, description } = await chooseExecutor(order.executor, missing);
  const lanes = openLanes(experiment, order, typeof fetched === 'string' ? undefined : fetched);
  const where = lanes.size > 1 ? `${description}, ${lanes.size} workers` : description;
  tell({ type: 'said', words: where });
  const flow = eventFlow();
  const result = await runExperiment(
    {
      experiment,
      size: order.size,
      parameters: readParameters(experiment, order.size, order.parameters),
      seeds: seedsOf(order.seeds),
      executor,
      executorDescription: where,
      threads: THREADS,
      sourcesHash: order.sourcesHash,
    },
    { pool: lanes, signal: new AbortController().signal, onEvent: flow.add },
  );
  flow.flush();
  tell({ type: 'done', result });
}

/** The asked executor; jax-js's own kernels where ONNX Runtime is missing, and the status line says so. */
async function chooseExecutor(
  asked: RunOrder['executor'],
  missing: string | undefined,
): Promise<{ executor: ExecutorName; description: string }> {
  const available = await availableExecutors();
  const found = available.find((executor) => executor.name === asked);
  if (found?.available) {
    const where = asked === 'webgpu' ? 'WebGPU' : `${THREADS} thread`;
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
