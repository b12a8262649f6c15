import { defaultDevice } from '@jax-js/jax';
import type { TracedArray as A } from '../../index.ts';
import { compile } from '../../index.ts';
import type { Tensor } from '../../tensor.ts';
import { read } from '../../trace.ts';
import type { ExecutorName } from '../names.ts';
import { toArray } from '../reference.ts';
import type { Case } from './cases.ts';

/**
 * Where an executor's numbers are not those of jax-js's plain interpreter, in words; undefined where they agree. The
 * interpreter computes in float64 within an operation and stores float32.
 */
export async function disagreement(executor: ExecutorName, one: Case): Promise<string | undefined> {
  const tolerance = (executor === 'webgpu' && one.shaderTolerance) || (one.tolerance ?? 2e-6);
  const expected = await interpreted(one);
  const program = await compile(one.fn, one.inputs, { executor, name: one.name });
  const output = (await program.run(...one.inputs)) as Tensor | Tensor[];
  await program.dispose();
  const results = [output].flat() as Tensor[];
  if (results.length !== expected.length) return `${results.length} results for ${expected.length}`;
  for (const [i, result] of results.entries()) {
    const said = difference(result, expected[i], tolerance);
    if (said) return `result ${i}${said}`;
  }
  return undefined;
}

/** The case run by jax-js operation by operation on its interpreter. */
async function interpreted({ fn, inputs }: Case): Promise<Tensor[]> {
  const device = defaultDevice();
  defaultDevice('cpu');
  try {
    const arrays = inputs.map(toArray);
    return await Promise.all([fn(...arrays)].flat().map((array) => read(array as A)));
  } finally {
    defaultDevice(device);
  }
}

function difference(result: Tensor, expected: Tensor, tolerance: number): string | undefined {
  const form = ({ dtype, shape }: Tensor) => `${dtype}[${shape.join(',')}]`;
  if (form(result) !== form(expected)) return ` is ${form(result)}, not ${form(expected)}`;
  const isExact = expected.dtype !== 'float32';
  const scale = Math.max(1e-30, ...Array.from(expected.data, Math.abs).filter(Number.isFinite));
  for (const [i, value] of expected.data.entries()) {
    const got = result.data[i];
    const isSame =
      isExact || !Number.isFinite(value) ? Object.is(got + 0, value + 0) : Math.abs(got - value) / scale <= tolerance;
    if (!isSame) return `[${i}] is ${got}, not ${value}`;
  }
  return undefined;
}
