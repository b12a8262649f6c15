import { describe, expect, test } from 'vitest';
import { scalarOf, stackTrees, type Tensor, tensor, unstackTree } from './index.ts';

describe('tensors', () => {
  test('numbers, booleans and typed arrays become tensors of their kind', () => {
    expect(tensor([1, 2, 3, 4], [2, 2])).toEqual({
      data: Float32Array.of(1, 2, 3, 4),
      shape: [2, 2],
      dtype: 'float32',
    });
    expect(tensor([true, false])).toEqual({ data: Uint8Array.of(1, 0), shape: [2], dtype: 'bool' });
    expect(tensor(Int32Array.of(7)).dtype).toBe('int32');
    expect(tensor([-1, 2.5], [2], 'bool').data).toEqual(Uint8Array.of(1, 1));
    expect(tensor(Float64Array.of(0.5))).toEqual(tensor([0.5]));
    expect(scalarOf(tensor(4))).toBe(4);
  });

  test('a shape that does not hold the data is refused', () => {
    expect(() => tensor([1, 2, 3], [2, 2])).toThrow('shape [2,2] holds 4 elements, but there are 3');
    expect(() => scalarOf(tensor([1, 2]))).toThrow(/shape \[2\]/);
  });

  test('trees of seeds are stacked, whatever the order of their names, and taken apart again', () => {
    const trees = [
      { w: tensor([1, 2]), b: [tensor(3)] },
      { b: [tensor(6)], w: tensor([4, 5]) },
    ];
    const stacked = stackTrees(trees) as { w: Tensor };
    expect(stacked.w).toEqual(tensor([1, 2, 4, 5], [2, 2]));
    expect([0, 1].map((i) => unstackTree(stacked, i))).toEqual(trees);
    expect(() => stackTrees([{ w: tensor([1]) }, { w: tensor([1, 2]) }])).toThrow('float32[2] does not stack');
    expect(() => stackTrees([{ w: tensor([1]) }, { v: tensor([1]) }])).toThrow(/tree 1\.v is not in/);
  });
});
