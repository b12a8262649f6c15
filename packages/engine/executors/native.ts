import { onnxExecutor } from './onnx.ts';

/** ONNX Runtime for Node, on the processor. */
export const native = onnxExecutor({
  name: 'native',
  library: 'onnxruntime-node',
  provider: 'cpu',
  unavailable: async () => undefined,
});
