import { type Array as JaxArray, numpy as np } from '@jax-js/jax';
import { checkAxis } from '../shape-error.ts';
import type { Rng } from '../stats/index.ts';
import type { Tensor } from '../tensor.ts';
import { fanInUniform } from './init.ts';

/** y = x Wᵀ + b, W [dOut, dIn] as in PyTorch. */
export type Linear<T> = {
  w: T;
  b: T;
};

export function initLinear(rng: Rng, { dIn, dOut }: { dIn: number; dOut: number }): Linear<Tensor> {
  return { w: fanInUniform(rng, [dOut, dIn]), b: fanInUniform(rng, [dOut], dIn) };
}

/**
 * @param x float32 [..., dIn]
 * @returns float32 [..., dOut]
 */
export function linear({ w, b }: Linear<JaxArray>, x: JaxArray): JaxArray {
  return project(w, x, 'linear').add(b.ref);
}

/** A linear map without a bias; the other layers are made of it. */
export function project(w: JaxArray, x: JaxArray, layer: string): JaxArray {
  checkAxis(`${layer}: x`, x, -1, w.shape[1], `The weights are [${w.shape}]; flatten first?`);
  return np.matmul(x.ref, np.transpose(w.ref));
}
