import { type Ort, type OrtTensor, type RuntimeName, runtimeOf, whyMissing } from '../runtimes.ts';
import type { Tensor, TensorData } from '../tensor.ts';
import { type ScanOptions, type TranslatedProgram, translate } from '../translate/index.ts';
import { type DeviceValue, defaultThreads, type Executor, type OpenOptions, type OpenProgram } from './executor.ts';
import { openSession } from './sessions.ts';

interface Flavour {
  name: RuntimeName;
  /** The package, as descriptions name it. */
  library: string;
  provider: string;
  unavailable(): Promise<string | undefined>;
}

/** An executor that runs one ONNX graph on one flavour of ONNX Runtime. */
export function onnxExecutor(flavour: Flavour): Executor {
  return {
    name: flavour.name,
    async unavailable() {
      return whyMissing(flavour.name) ?? (await flavour.unavailable());
    },
    async open({ trace }, options) {
      const ort = runtimeOf(flavour.name);
      if (!ort)
        throw new Error(`${options.name}: the executor "${flavour.name}" cannot run: ${whyMissing(flavour.name)}.`);
      const scan: ScanOptions | undefined = options.scan;
      const program = translate(trace.program, trace.captured, {
        name: options.name,
        whereUsed: trace.whereUsed,
        scan,
      });
      return openGraph(ort, flavour, program, options);
    },
  };
}

async function openGraph(
  ort: Ort,
  flavour: Flavour,
  program: TranslatedProgram,
  options: OpenOptions,
): Promise<OpenProgram> {
  const threads = Math.max(1, options.threads ?? defaultThreads());
  const onDevice = flavour.name === 'webgpu' && options.keepOnDevice === true;
  if (flavour.name === 'wasm' && ort.env.wasm && ort.env.wasm.numThreads === undefined)
    ort.env.wasm.numThreads = globalThis.crossOriginIsolated === false ? 1 : threads; // counts for the first program only
  const session = await openSession(ort, flavour.name, program.model, {
    executionProviders: [flavour.provider],
    graphOptimizationLevel: 'all',
    executionMode: 'sequential',
    logSeverityLevel: 3,
    ...(flavour.name === 'native' ? { intraOpNumThreads: threads, interOpNumThreads: 1 } : {}),
    ...(onDevice ? { preferredOutputLocation: 'gpu-buffer' } : {}),
  }).catch((cause: unknown) => {
    throw new Error(
      `${options.name}: ${flavour.library} refused the graph of ${program.nodeCount} nodes: ${(cause as Error).message}`,
      { cause },
    );
  });
  const used = flavour.name === 'wasm' ? (ort.env.wasm?.numThreads ?? 1) : threads;
  const count = flavour.name === 'webgpu' ? 'on the GPU' : `${used} ${used === 1 ? 'thread' : 'threads'}`;
  const outputNames = program.outputs.map((_, i) => `out${i}`);
  return {
    description: `${flavour.library} ${ort.env.versions.common}, ${count}`,
    send: ({ data, shape, dtype }: Tensor) => new ort.Tensor(dtype, data as never, shape),
    async fetch(value: DeviceValue) {
      const tensor = value as OrtTensor;
      const data = tensor.location === 'gpu-buffer' ? await tensor.getData() : tensor.data;
      return { data: data as TensorData, shape: tensor.dims, dtype: tensor.type as Tensor['dtype'] };
    },
    release(value: DeviceValue) {
      (value as OrtTensor).dispose();
    },
    async run(inputs) {
      const feeds: Record<string, OrtTensor> = {};
      for (const [i, value] of inputs.entries()) feeds[`in${i}`] = value as OrtTensor;
      // Results in tensors of ours (`fetches`) were measured to be no quicker: the binding copies them once more.
      const results = await session.run(feeds);
      return outputNames.map((name) => results[name]);
    },
    close: session.close,
  };
}
