import { availableExecutors, compile, compileStep, type Tensor, tensor, vmap } from '@broadsheet/engine';
import { type Matrix, matrix } from '@broadsheet/engine/linalg';
import { loadNativeRuntime } from '@broadsheet/engine/node';
import { createRng } from '@broadsheet/engine/stats';
import { describe, expect, test } from 'vitest';
import {
  backPropagate,
  crossEntropy,
  gaussian,
  type Inputs,
  runNetwork,
  type TrainingState,
  tangentKernel,
  tracedGradient,
  tracedKernels,
  tracedStep,
  type Weights,
} from './index.ts';

// The compiled programs, float32, against the float64 reference. Tolerance: float32's 6e-8 over sums of some hundred
// terms of order one; 1e-4 relative to the largest entry is far above it and far below any wrong formula.
const TOLERANCE = 1e-4;

loadNativeRuntime();
const executors = (await availableExecutors()).filter(({ name }) => name === 'native' || name === 'reference');
const [n, channels, outputs, steps, batch] = [7, 3, 3, 4, 2];
const rng = createRng('traced');
const weights: Weights = {
  wx: matrix(n, channels, rng.normals(n * channels)),
  wh: gaussian(n, 1.25, rng),
  wo: matrix(outputs, n, rng.normals(outputs * n)),
};
const inputs: Inputs = { data: rng.normals(steps * batch * channels), steps, batch };
const labels = [...rng.integers(steps * batch, 0, outputs)];
const NAMES = ['wx', 'wh', 'wo'] as const;

const toTensor = ({ data, shape }: { data: ArrayLike<number>; shape: readonly number[] }): Tensor =>
  tensor(Float32Array.from(data), shape);
const tensors = { wx: toTensor(weights.wx), wh: toTensor(weights.wh), wo: toTensor(weights.wo) };
const x = tensor(Float32Array.from(inputs.data), [steps, batch, channels]);
const y = tensor(Float32Array.from(labels.flatMap((label) => [0, 1, 2].map((k) => (k === label ? 1 : 0)))), [
  steps,
  batch,
  outputs,
]);

function expectNear(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(actual.length).toBe(expected.length);
  const scale = Math.max(1e-3, ...Array.from(expected, Math.abs));
  for (let i = 0; i < expected.length; i++) expect(Math.abs(actual[i] - expected[i]) / scale).toBeLessThan(TOLERANCE);
}

describe.each(executors)('compiled on $name', ({ name: executor, available, why }) => {
  test.skipIf(!available).each([1, 0.5])(
    `α = %d: loss, gradient and kernels are the reference's ${why ?? ''}`,
    async (alpha) => {
      const activity = runNetwork(weights, inputs, alpha);
      const { loss, dLogits } = crossEntropy(activity.logits, labels);
      const grads = backPropagate(weights, inputs, activity, dLogits, alpha);
      const shape = { steps, batch, alpha };
      const gradient = await compile(
        ((w: never, a: never, b: never) => tracedGradient(w, a, b, shape)) as never,
        [tensors, x, y],
        { executor, threads: 1, name: 'gradient' },
      );
      const found = (await gradient.run(tensors, x, y)) as { loss: Tensor; grads: Record<string, Tensor> };
      expectNear(found.loss.data, [loss]);
      for (const name of NAMES) expectNear(found.grads[name].data, grads[name]);
      await gradient.dispose();

      const kernels = await compile(((w: never, a: never) => tracedKernels(w, a, shape)) as never, [tensors, x], {
        executor,
        threads: 1,
        name: 'kernels',
      });
      const { recurrent, all } = (await kernels.run(tensors, x)) as Record<string, Tensor>;
      expectNear(recurrent.data, tangentKernel(weights, inputs, activity, { alpha }).data);
      expectNear(all.data, tangentKernel(weights, inputs, activity, { alpha, parameters: 'all' }).data);
      await kernels.dispose();
    },
  );

  test.skipIf(!available)(`30 steps of two networks together follow the reference ${why ?? ''}`, async () => {
    const options = { steps, batch, alpha: 1, learningRate: 0.05, momentum: 0.9 };
    const pair = ({ data, shape }: Tensor): Tensor =>
      tensor(Float32Array.from([...data, ...data].map((value, i) => (i < data.length ? value : -value))), [
        2,
        ...shape,
      ]);
    const both = { wx: pair(tensors.wx), wh: pair(tensors.wh), wo: pair(tensors.wo) };
    const still = ({ data, shape }: Tensor) => tensor(new Float32Array(data.length), shape);
    const moves = { wx: still(both.wx), wh: still(both.wh), wo: still(both.wo) };
    const one = (state: TrainingState, a: never, b: never) => tracedStep(state, a, b, options);
    const step = (state: never, given: { x: never; y: never }) => {
      const next = (vmap(one as never) as unknown as typeof one)(state, given.x, given.y);
      return [next.state, next.loss] as const;
    };
    const twice = (one: Tensor) => tensor(Float32Array.from([...one.data, ...one.data]), [2, ...one.shape]);
    const together = { x: twice(x), y: twice(y) };
    const training = await compileStep(
      step as never,
      { state: { weights: both, moves }, batch: together },
      { executor, threads: 1 },
    );
    let losses: Tensor | undefined;
    for (let i = 0; i < 30; i++) losses = (await training.step(together)) as Tensor;
    const expected = [1, -1].map((sign) => trainPlainly(sign, 30, options));
    expectNear(losses?.data ?? [], expected);
    expect(expected[0]).not.toBeCloseTo(expected[1], 2); // the two networks are not the same
    await training.dispose();
  });
});

/** The loss before the last of `count` steps, in float64. */
function trainPlainly(
  sign: number,
  count: number,
  { learningRate, momentum }: { learningRate: number; momentum: number },
): number {
  const flip = ({ data, shape }: Weights['wx']): Matrix =>
    matrix(
      shape[0],
      shape[1],
      Float64Array.from(data, (value) => Math.fround(sign * value)),
    );
  const now = { wx: flip(weights.wx), wh: flip(weights.wh), wo: flip(weights.wo) };
  const velocity = {
    wx: new Float64Array(n * channels),
    wh: new Float64Array(n * n),
    wo: new Float64Array(outputs * n),
  };
  let loss = 0;
  for (let i = 0; i < count; i++) {
    const activity = runNetwork(now, inputs);
    const scored = crossEntropy(activity.logits, labels);
    loss = scored.loss;
    const grads = backPropagate(now, inputs, activity, scored.dLogits);
    for (const name of NAMES)
      velocity[name].forEach((value, at) => {
        velocity[name][at] = momentum * value + grads[name][at];
        now[name].data[at] -= learningRate * velocity[name][at];
      });
  }
  return loss;
}
