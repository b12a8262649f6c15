import { type Array as JaxArray, numpy as np } from '@jax-js/jax';
import type { Rng } from '../stats/index.ts';
import { type Tensor, zeros } from '../tensor.ts';
import { uniform } from './init.ts';
import { type Linear, linear, project } from './linear.ts';

/** The two thin factors of an update BA of a weight [dOut, dIn]. */
export type Lora<T> = {
  /** [rank, dIn] */
  a: T;
  /** [dOut, rank] */
  b: T;
};

/** B starts at zero, so that the layer starts as the frozen one; A as in the authors' code, U(±1/√dIn). */
export function initLora(rng: Rng, { dIn, dOut, rank }: { dIn: number; dOut: number; rank: number }): Lora<Tensor> {
  const bound = 1 / Math.sqrt(dIn); // kaiming_uniform_(a = √5), microsoft/LoRA
  return { a: uniform(rng, [rank, dIn], -bound, bound), b: zeros([dOut, rank]) };
}

/**
 * A low-rank adapter on a frozen linear layer: h = W₀x + b₀ + (α/r)·BAx.
 * Hu et al. 2021, "LoRA", arXiv 2106.09685v2, eq. 3; the α/r scale is from §4.1. No gradient reaches the frozen layer
 * where only the adapter is differentiated.
 * @param x float32 [..., dIn]
 * @returns float32 [..., dOut]
 */
export function loraLinear(
  frozen: Linear<JaxArray>,
  { a, b }: Lora<JaxArray>,
  x: JaxArray,
  { alpha }: { alpha: number },
): JaxArray {
  const low = project(a, x, 'loraLinear'); // BA itself, dOut × dIn, is never formed
  return linear(frozen, x).add(project(b, low, 'loraLinear').mul(alpha / a.shape[0]));
}

/** W₀ + (α/r)·BA, for a layer that is trained no further. */
export function mergeLora(w: JaxArray, { a, b }: Lora<JaxArray>, { alpha }: { alpha: number }): JaxArray {
  return w.ref.add(np.matmul(b.ref, a.ref).mul(alpha / a.shape[0]));
}
