import { type Array as JaxArray, lax } from '@jax-js/jax';
import type { Rng } from '../stats/index.ts';
import type { Tensor } from '../tensor.ts';
import { initLinear, type Linear, linear } from './linear.ts';

/** Two linear maps with a non-linearity between them: the other half of a transformer's or a mixer's block. */
export type FeedForward<T> = {
  up: Linear<T>;
  down: Linear<T>;
};

export function initFeedForward(rng: Rng, { width, hidden }: { width: number; hidden: number }): FeedForward<Tensor> {
  return { up: initLinear(rng, { dIn: width, dOut: hidden }), down: initLinear(rng, { dIn: hidden, dOut: width }) };
}

/** @param x float32 [..., width], and so is the result */
export function feedForward(
  { up, down }: FeedForward<JaxArray>,
  x: JaxArray,
  activation: (x: JaxArray) => JaxArray = gelu,
): JaxArray {
  return linear(down, activation(linear(up, x)));
}

/** x Φ(x) by the error function, whose gradient is short; Hendrycks & Gimpel 2016, arXiv 1606.08415, §2. */
export function gelu(x: JaxArray): JaxArray {
  return x.ref.mul(lax.erf(x.ref.mul(Math.SQRT1_2)).add(1)).mul(0.5);
}
