import { runtimeMissing, useRuntime } from '@broadsheet/engine';

/** What the site says of the runtime that it serves. */
interface RuntimeFacts {
  readonly version: string;
  /** Address of its files; it changes with the version, so that they may be kept for good. */
  readonly base: string;
  readonly builds: Readonly<Record<'wasm' | 'webgpu', { module: string; binary: string; bytes: number }>>;
}

const INDEX = '/runtime/index.json';

/**
 * Fetches ONNX Runtime for browsers and gives it to the engine.
 * @param onLoading told how much of its WebAssembly has come, 0 to 1
 * @returns why it cannot be had, or undefined where it is there
 */
export async function loadRuntime(
  build: 'wasm' | 'webgpu',
  threads: number,
  onLoading: (fraction: number) => void,
): Promise<string | undefined> {
  try {
    const answer = await fetch(INDEX);
    if (!answer.ok)
      throw new Error(((await answer.json()) as { detail?: string }).detail ?? `it answered ${answer.status}`);
    const facts = (await answer.json()) as RuntimeFacts;
    const { module, binary, bytes } = facts.builds[build];
    // Both at once; the module asks for the binary only when the first graph is opened.
    const [ort, wasmBinary] = await Promise.all([
      import(/* @vite-ignore */ new URL(facts.base + module, location.origin).href),
      fetchBinary(facts.base + binary, bytes, onLoading),
    ]);
    ort.env.wasm.wasmBinary = wasmBinary;
    ort.env.wasm.numThreads = threads;
    ort.env.logLevel = 'error';
    useRuntime(build, ort);
    return undefined;
  } catch (error) {
    const why = `this site has no runtime for browsers now: ${(error as Error).message}`;
    runtimeMissing(build, why);
    return why;
  }
}

async function fetchBinary(
  address: string,
  bytes: number,
  onLoading: (fraction: number) => void,
): Promise<ArrayBuffer> {
  const answer = await fetch(address);
  if (!answer.ok || !answer.body) throw new Error(`${address} answered ${answer.status}`);
  const whole = new Uint8Array(bytes);
  let come = 0;
  for (const reader = answer.body.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    if (come + value.length > bytes) throw new Error(`${address} is longer than the ${bytes} bytes it should have`);
    whole.set(value, come);
    come += value.length;
    onLoading(come / bytes);
  }
  if (come < bytes) throw new Error(`${address} ended after ${come} of ${bytes} bytes`);
  return whole.buffer;
}
