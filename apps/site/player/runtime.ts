import { runtimeMissing, useRuntime } from '@broadsheet/engine';

/** What the site says of the runtime that it serves. */
interface RuntimeFacts {
  readonly version: string;
  /** Address of its files; it changes with the version, so that they may be kept for good. */
  readonly base: string;
  readonly builds: Readonly<Record<'wasm' | 'webgpu', { module: string; binary: string; bytes: number }>>;
}

const INDEX = '/runtime/index.json';

/** A runtime that has come: the address of its module, and its WebAssembly. */
export interface FetchedRuntime {
  readonly module: string;
  readonly binary: ArrayBuffer;
}

/**
 * Fetches ONNX Runtime for browsers.
 * @param onLoading told how much of its WebAssembly has come, 0 to 1
 * @returns it, or in words why it cannot be had
 */
export async function fetchRuntime(
  build: 'wasm' | 'webgpu',
  onLoading: (fraction: number) => void,
): Promise<FetchedRuntime | string> {
  try {
    const answer = await fetch(INDEX);
    if (!answer.ok)
      throw new Error(((await answer.json()) as { detail?: string }).detail ?? `it answered ${answer.status}`);
    const facts = (await answer.json()) as RuntimeFacts;
    const { module, binary, bytes } = facts.builds[build];
    const address = new URL(facts.base + module, location.origin).href;
    // The module comes meanwhile; whoever uses it has it then.
    void import(/* @vite-ignore */ address).catch(() => undefined);
    return { module: address, binary: await fetchBinary(facts.base + binary, bytes, onLoading) };
  } catch (error) {
    return `this site has no runtime for browsers now: ${(error as Error).message}`;
  }
}

/**
 * Gives a fetched runtime to the engine of this worker.
 * @returns why it cannot be used, or undefined where it can
 */
export async function useFetched(
  build: 'wasm' | 'webgpu',
  { module, binary }: FetchedRuntime,
): Promise<string | undefined> {
  try {
    const ort = await import(/* @vite-ignore */ module);
    ort.env.wasm.wasmBinary = binary;
    ort.env.wasm.numThreads = 1;
    ort.env.logLevel = 'error';
    useRuntime(build, ort);
    return undefined;
  } catch (error) {
    const why = `the runtime does not load in this browser: ${(error as Error).message}`;
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
