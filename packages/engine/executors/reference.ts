import { type Array as JaxArray, jit, numpy as np } from '@jax-js/jax';
import type { Tensor } from '../tensor.ts';
import { read } from '../trace.ts';
import type { Executor, OpenProgram, Source } from './executor.ts';

/**
 * jax-js's own kernels: the executor that tests compare with, and what remains where ONNX Runtime is missing. Several
 * times slower than the others on recurrent networks (docs/benchmarks.md).
 */
export const reference: Executor = {
  name: 'reference',
  async unavailable() {
    return typeof WebAssembly === 'undefined' ? 'this browser has no WebAssembly' : undefined;
  },
  async open({ flat }: Source, options): Promise<OpenProgram> {
    if (options.scan) throw new Error(`${options.name}: the reference executor runs one step a call.`);
    const compiled = jit(flat as unknown as (...leaves: JaxArray[]) => JaxArray[]);
    return {
      description: "jax-js 0.1.25's own kernels, 1 thread",
      send: toArray,
      fetch: (value) => read(value as JaxArray),
      release: (value) => (value as JaxArray).dispose(),
      async run(inputs) {
        const outputs = compiled(...inputs.map((value) => (value as JaxArray).ref));
        for (const array of outputs) await array.blockUntilReady();
        return outputs;
      },
      async close() {
        compiled.dispose();
      },
    };
  },
};

export function toArray({ data, shape, dtype }: Tensor): JaxArray {
  if (data.length === 0) return np.zeros([...shape], { dtype: dtype as never }); // jax-js takes no empty data
  const typed = data instanceof Uint8Array ? Int32Array.from(data) : data; // jax-js holds bool in 32 bits
  return np.array(typed as Float32Array<ArrayBuffer>, { shape: [...shape], dtype: dtype as never });
}
