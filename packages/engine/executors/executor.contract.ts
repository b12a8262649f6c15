import { defaultDevice } from '@jax-js/jax';
import { describe, expect, test } from 'vitest';
import type { TracedArray as A } from '../index.ts';
import { compile } from '../index.ts';
import { gradientContract } from '../nn/gradients.contract.ts';
import type { Tensor } from '../tensor.ts';
import { read } from '../trace.ts';
import { executorNamed } from './index.ts';
import type { ExecutorName } from './names.ts';
import { programContract, stepContract } from './program.contract.ts';
import { toArray } from './reference.ts';
import { type Case, cases } from './testing/cases.ts';

/**
 * What every executor does the same. The expected numbers come from jax-js's plain interpreter, which computes in float64
 * within an operation and stores float32.
 */
export function executorContract(executor: ExecutorName, load: () => Promise<string | undefined>): void {
  describe(`the ${executor} executor`, async () => {
    const why = (await load()) ?? (await executorNamed(executor).unavailable());
    if (why !== undefined) {
      test.skip(`cannot run here: ${why}`, () => undefined);
      return;
    }
    describe('computes', () => {
      const faulty = executor === 'reference' ? cases.filter((one) => one.referenceFault) : [];
      for (const { name, referenceFault } of faulty) test.skip(`${name}: ${referenceFault}`, () => undefined);
      test.each(cases.filter((one) => !faulty.includes(one)))('$name', async (one) => {
        const expected = await interpreted(one);
        const program = await compile(one.fn, one.inputs, { executor, name: one.name });
        const output = (await program.run(...one.inputs)) as Tensor | Tensor[];
        await program.dispose();
        const results = [output].flat() as Tensor[];
        expect(results.length).toBe(expected.length);
        for (const [i, result] of results.entries()) expectClose(result, expected[i], one.tolerance ?? 2e-6, i);
      });
    });
    programContract(executor);
    stepContract(executor);
    gradientContract(executor);
  });
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

function expectClose(result: Tensor, expected: Tensor, tolerance: number, index: number): void {
  expect({ shape: [...result.shape], dtype: result.dtype }, `result ${index}`).toEqual({
    shape: [...expected.shape],
    dtype: expected.dtype,
  });
  if (expected.dtype !== 'float32') {
    expect([...result.data], `result ${index}`).toEqual([...expected.data]);
    return;
  }
  const scale = Math.max(1e-30, ...Array.from(expected.data, Math.abs).filter(Number.isFinite));
  for (const [i, value] of expected.data.entries()) {
    if (!Number.isFinite(value)) expect(result.data[i], `result ${index}[${i}]`).toBe(value);
    else
      expect(
        Math.abs(result.data[i] - value) / scale,
        `result ${index}[${i}]: ${result.data[i]} for ${value}`,
      ).toBeLessThanOrEqual(tolerance);
  }
}
