/**
 * What carries a traced program out: ONNX Runtime in Node, in a browser's WebAssembly or WebGPU, or jax-js's own kernels
 * ('reference'), which tests compare with and runs fall back to.
 */
export type ExecutorName = 'native' | 'wasm' | 'webgpu' | 'reference';
