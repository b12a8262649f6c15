import { loadWasmRuntime } from '../node/runtimes.ts';
import { executorContract } from './executor.contract.ts';

// A process of its own: what onnxruntime-web does to WebAssembly keeps jax-js's kernels from linking (decision 0402).
executorContract('wasm', async () => loadWasmRuntime());
