/**
 * The ONNX Runtime libraries, as far as the engine uses them. The engine never loads one: it runs in a browser worker as
 * it does in Node, and only the host knows where a runtime lies. The host hands it over with `useRuntime`.
 */
export interface OrtTensor {
  readonly data: unknown;
  readonly dims: readonly number[];
  readonly type: string;
  readonly location: string;
  getData(): Promise<unknown>;
  dispose(): void;
}

export interface OrtSession {
  run(feeds: Record<string, OrtTensor>): Promise<Record<string, OrtTensor>>;
  release(): Promise<void>;
}

export interface Ort {
  InferenceSession: { create(model: Uint8Array, options: Record<string, unknown>): Promise<OrtSession> };
  Tensor: new (type: string, data: never, dims: readonly number[]) => OrtTensor;
  env: { versions: { common: string }; wasm?: { numThreads?: number } };
}

export type RuntimeName = 'native' | 'wasm' | 'webgpu';

const runtimes = new Map<RuntimeName, Ort>();
const missing = new Map<RuntimeName, string>([
  ['native', 'onnxruntime-node is not loaded here'],
  ['wasm', 'onnxruntime-web is not loaded here'],
  ['webgpu', 'onnxruntime-web with WebGPU is not loaded here'],
]);

/**
 * Gives the engine a loaded runtime: onnxruntime-node as `native`, onnxruntime-web as `wasm` or `webgpu`.
 * In Node, onnxruntime-web must not be loaded in a process that also runs the reference executor (decision 0402).
 */
export function useRuntime(name: RuntimeName, ort: unknown): void {
  if (typeof ort !== 'object' || ort === null || !('InferenceSession' in ort))
    throw new TypeError(`useRuntime: what was given as "${name}" is no ONNX Runtime; it has no InferenceSession.`);
  runtimes.set(name, ort as Ort);
}

/** Says why a runtime cannot be had; shown by `availableExecutors` and by runs that fall back. */
export function runtimeMissing(name: RuntimeName, why: string): void {
  runtimes.delete(name);
  missing.set(name, why);
}

export function runtimeOf(name: RuntimeName): Ort | undefined {
  return runtimes.get(name);
}

export function whyMissing(name: RuntimeName): string | undefined {
  return runtimes.has(name) ? undefined : missing.get(name);
}
