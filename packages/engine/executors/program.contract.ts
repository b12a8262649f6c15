import { describe, expect, test } from 'vitest';
import {
  type TracedArray as A,
  compile,
  compileStep,
  lax,
  np,
  type Tensor,
  tensor,
  valueAndGrad,
  zeros,
} from '../index.ts';
import type { ExecutorName } from './names.ts';

/** How programs behave, whoever runs them. */
export function programContract(executor: ExecutorName): void {
  describe('a program', () => {
    test('takes trees and returns trees, whatever the order of the names', async () => {
      const example = [{ w: tensor([1, 2]), b: tensor([3]) }, [tensor([4, 5])]] as const;
      const program = await compile(({ w, b }, [x]) => ({ y: [w.mul(x).add(b)] }), example, { executor });
      const output = await program.run({ b: tensor([1]), w: tensor([2, 3]) }, [tensor([4, 5])]);
      expect(output).toEqual({ y: [tensor([9, 16])] });
      await program.dispose();
    });

    test('names the argument whose shape or type differs from the example', async () => {
      const program = await compile((p, x) => np.matmul(x, p.w), [{ w: zeros([3, 2]) }, zeros([4, 3])], {
        executor,
        name: 'layer',
      });
      const run = (w: Tensor, x: Tensor) => program.run({ w }, x);
      await expect(run(zeros([2, 3]), zeros([4, 3]))).rejects.toThrow(
        /layer: argument\[0\]\.w is float32\[2,3\], but the program was compiled for float32\[3,2\]/,
      );
      await expect(run(zeros([3, 2]), zeros([4, 3], 'int32'))).rejects.toThrow(/argument\[1\] is int32\[4,3\]/);
      await expect(program.run({ w: zeros([3, 2]), v: zeros([1]) }, zeros([4, 3]))).rejects.toThrow(/\.v is not in/);
      await expect(program.run({}, zeros([4, 3]))).rejects.toThrow(/argument\[0\]\.w is missing/);
      await program.dispose();
    });

    test('says what it runs on', async () => {
      const program = await compile((x) => x.add(1), [zeros([2])], { executor, threads: 1 });
      expect(program.executor).toBe(executor);
      expect(program.description).toMatch(/\d+\.\d+/);
      await program.dispose();
    });

    test('leaves its arguments as they are, and its results stay after it is gone', async () => {
      const x = tensor([1, 2]);
      const program = await compile((a) => [a.ref.mul(2), a], [x], { executor });
      const [doubled, same] = (await program.run(x)) as Tensor[];
      (await program.run(tensor([5, 6]))) as Tensor[];
      await program.dispose();
      expect([...doubled.data]).toEqual([2, 4]);
      expect([...same.data]).toEqual([1, 2]);
      expect([...x.data]).toEqual([1, 2]);
    });

    test('what a function returns must be arrays', async () => {
      const broken = () => ({ loss: undefined }) as never;
      await expect(compile(broken, [zeros([1])], { executor, name: 'broken' })).rejects.toThrow(
        /what broken returns\.loss is undefined/,
      );
    });

    test('a primitive without a translation is refused with its name and the line that used it', async () => {
      if (executor === 'reference') return; // it has all of them
      const solve = (a: A) => lax.linalg.cholesky(a).mul(2);
      await expect(compile(solve, [zeros([2, 2])], { executor, name: 'solve' })).rejects.toThrow(
        /solve: the primitive "cholesky" of float32\[2,2\] \(used .*program\.contract\.ts.*\): it has no translation/,
      );
    });
  });
}

/** Training steps whose state stays with the executor. */
export function stepContract(executor: ExecutorName): void {
  const descend = (state: { w: A }, batch: { x: A }) => {
    const error = (w: A) => {
      const d = w.sub(batch.x.ref);
      return d.ref.mul(d).sum();
    };
    const [loss, slope] = valueAndGrad(error)(state.w.ref);
    return [{ w: state.w.sub(slope.mul(0.25)) }, { loss }] as const; // halves the distance
  };
  const example = { state: { w: tensor([8, -8]) }, batch: { x: zeros([2]) } };

  describe('a step', () => {
    test('carries its state from call to call, gives copies of it, and takes another', async () => {
      const program = await compileStep(descend, example, { executor });
      expect(await program.step(example.batch)).toEqual({ loss: tensor(128) });
      const [, metrics] = await Promise.all([program.step(example.batch), program.step(example.batch)]);
      expect(metrics).toEqual({ loss: tensor(8) });
      const before = await program.state();
      expect(before).toEqual({ w: tensor([1, -1]) });
      await program.load({ w: tensor([4, 0]) });
      await program.step(example.batch);
      expect(await program.state()).toEqual({ w: tensor([2, 0]) });
      expect(before).toEqual({ w: tensor([1, -1]) });
      await program.dispose();
      await expect(program.step(example.batch)).rejects.toThrow(/was disposed/);
    });

    test('several in one call are the same steps', async () => {
      const program = await compileStep(descend, example, { executor, stepsPerCall: 3 });
      const batch = { x: zeros([3, 2]) };
      expect(await program.step(batch)).toEqual({ loss: tensor([128, 32, 8]) });
      expect(await program.step(batch)).toEqual({ loss: tensor([2, 0.5, 0.125]) });
      await expect(program.step(example.batch)).rejects.toThrow(/is float32\[2\], .* for float32\[3,2\]/);
      await program.dispose();
    });

    test('several in one call without a batch', async () => {
      const halve = (state: { w: A }) => [{ w: state.w.ref.mul(0.5) }, state.w.sum()] as const;
      const program = await compileStep(
        halve,
        { state: { w: tensor([8, 0]) }, batch: [] },
        { executor, stepsPerCall: 2 },
      );
      expect(await program.step([])).toEqual(tensor([8, 4]));
      expect(await program.state()).toEqual({ w: tensor([2, 0]) });
      await program.dispose();
    });

    test('a state that comes back in another shape is refused at once', async () => {
      const grow = (state: { w: A }) => [{ w: np.concatenate([state.w.ref, state.w]) }, []] as const;
      await expect(
        compileStep(grow, { state: { w: zeros([2]) }, batch: [] }, { executor, name: 'grow' }),
      ).rejects.toThrow(/grow takes argument\[0\]\.w as float32\[2\] and returns it as float32\[4\]/);
    });

    // Ten thousand states of 40 kB are 400 MB; the bound is what collectors and arenas were seen to vary by.
    test('memory stays flat over 10,000 steps', async () => {
      const large = { state: { w: zeros([10_000]) }, batch: { x: zeros([10_000]) } };
      const program = await compileStep(descend, large, { executor });
      for (let i = 0; i < 1_000; i++) await program.step(large.batch);
      const before = process.memoryUsage().rss;
      for (let i = 0; i < 10_000; i++) await program.step(large.batch);
      const grown = (process.memoryUsage().rss - before) / 1e6;
      await program.dispose();
      expect(grown).toBeLessThan(64);
    }, 120_000);
  });
}
