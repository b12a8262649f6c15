import { type Tensor, tensor } from '@broadsheet/engine';
import type { Matrix } from '@broadsheet/engine/linalg';

/** Weights of several seeds: wx [S, N, inputs], wh [S, N, N], wo [S, outputs, N]; of one seed without the first axis. */
export type Stacked = { wx: Tensor; wh: Tensor; wo: Tensor };

/** Matrices of one shape as one float32 tensor [count, rows, columns]. */
export function stack(matrices: readonly Matrix[]): Tensor {
  const [rows, columns] = matrices[0].shape;
  const out = new Float32Array(matrices.length * rows * columns);
  matrices.forEach((m, i) => {
    out.set(m.data, i * rows * columns);
  });
  return tensor(out, [matrices.length, rows, columns]);
}

/** The weights of one seed out of the stack (not copied). */
export function netOf(weights: Stacked, index: number): Stacked {
  const one = ({ data, shape }: Tensor): Tensor => {
    const size = shape[1] * shape[2];
    return tensor((data as Float32Array).subarray(index * size, (index + 1) * size), shape.slice(1));
  };
  return { wx: one(weights.wx), wh: one(weights.wh), wo: one(weights.wo) };
}
