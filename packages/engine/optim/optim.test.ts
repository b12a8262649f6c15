import { describe, expect, test } from 'vitest';
import { type TracedArray as A, compile, compileStep, np, type Tensor, tensor, valueAndGrad } from '../index.ts';
import golden from './golden.json' with { type: 'json' };
import { adam, adamW, clipByGlobalNorm, constant, cosine, type Schedule, sgd, stepwise, warmUp } from './index.ts';

// The arithmetic is the same on every executor, which executors/*.test.ts hold to each other; one is enough here.
const executor = 'reference';
const makers = { sgd, adam, adamW };

describe('optimisers', () => {
  test.each(golden.cases)('$name $options takes the steps of PyTorch', async ({ name, options, params }) => {
    const optimiser = makers[name as keyof typeof makers](options);
    const start = { p: tensor(golden.start) };
    const loss = ({ p }: { p: A }) => {
      const squared = np.square(p.sub(np.array(golden.target)));
      return squared.ref.mul(squared).mul(np.array(golden.scale)).sum();
    };
    const step = await compileStep(
      (state: { params: { p: A }; optimiser: unknown }) => {
        const [, grads] = valueAndGrad(loss)({ p: state.params.p.ref });
        const [next, kept] = optimiser.update(state.params, grads, state.optimiser);
        return [{ params: next, optimiser: kept }, next.p.ref];
      },
      { state: { params: start, optimiser: optimiser.init(start) }, batch: [] },
      { executor },
    );
    const scale = Math.max(...params.flat().map(Math.abs));
    for (const expected of params) {
      const { data } = (await step.step([])) as Tensor;
      for (const [i, value] of expected.entries())
        expect(Math.abs(data[i] - value) / scale).toBeLessThan(golden._meta.tolerance);
    }
    await step.dispose();
  });

  test('clipping shortens long gradients and leaves short ones', async () => {
    const { grads, maxNorm, norm, clipped } = golden.clip;
    const program = await compile(
      (a: A, b: A) => [clipByGlobalNorm({ a, b }, maxNorm), clipByGlobalNorm([b.ref], 100)] as never,
      [tensor(grads.slice(0, 1)), tensor(grads.slice(1))],
      { executor },
    );
    const [long, short] = (await program.run(tensor(grads.slice(0, 1)), tensor(grads.slice(1)))) as unknown as [
      { grads: { a: Tensor; b: Tensor }; norm: Tensor },
      { grads: Tensor[] },
    ];
    expect(long.norm.data[0]).toBeCloseTo(norm, 5);
    const got = [...long.grads.a.data, ...long.grads.b.data];
    for (const [i, value] of clipped.entries()) expect(got[i]).toBeCloseTo(value, 5);
    expect([...short.grads[0].data]).toEqual(grads.slice(1));
    await program.dispose();
  });
});

describe('schedules', () => {
  test.each<[string, Schedule, [step: number, rate: number][]]>([
    [
      'constant',
      constant(0.3),
      [
        [0, 0.3],
        [99, 0.3],
      ],
    ],
    [
      'cosine',
      cosine({ from: 1, to: 0.2, steps: 10 }),
      [
        [0, 1],
        [5, 0.6],
        [10, 0.2],
        [50, 0.2],
      ],
    ],
    [
      'warm-up',
      warmUp(4, cosine({ from: 1, steps: 10 })),
      [
        [0, 0.25],
        [3, 1],
        [4, 1],
        [9, 0.5],
        [14, 0],
      ],
    ],
    [
      'stepwise',
      stepwise({ from: 1, factor: 0.1, every: 3 }),
      [
        [0, 1],
        [2, 1],
        [3, 0.1],
        [6, 0.01],
      ],
    ],
  ])('%s', async (_, schedule, points) => {
    const program = await compile((step: A) => schedule(step), [tensor(0)], { executor });
    for (const [step, rate] of points)
      expect(((await program.run(tensor(step))) as Tensor).data[0]).toBeCloseTo(rate, 5);
    await program.dispose();
  });
});
