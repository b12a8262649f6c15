import { onnxExecutor } from './onnx.ts';

/** ONNX Runtime on WebGPU, in browsers that offer it. State stays in the GPU's memory between steps. */
export const webgpu = onnxExecutor({
  name: 'webgpu',
  library: 'onnxruntime-web',
  provider: 'webgpu',
  async unavailable() {
    const gpu = (globalThis.navigator as { gpu?: { requestAdapter(): Promise<unknown> } } | undefined)?.gpu;
    if (!gpu) return 'this browser offers no WebGPU';
    return (await gpu.requestAdapter()) ? undefined : 'this machine has no GPU that the browser offers';
  },
});
