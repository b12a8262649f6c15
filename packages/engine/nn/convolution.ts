import { type Array as JaxArray, lax, numpy as np } from '@jax-js/jax';
import { checkAxis, checkRank } from '../shape-error.ts';
import type { Rng } from '../stats/index.ts';
import type { Tensor } from '../tensor.ts';
import { fanInUniform, heNormal } from './init.ts';

export type Convolution<T> = {
  /** [out, in / groups, height, width] */
  kernel: T;
  bias: T;
};

export interface ConvolutionSizes {
  channelsIn: number;
  channelsOut: number;
  size: number;
  groups?: number;
}

export function initConvolution(rng: Rng, sizes: ConvolutionSizes): Convolution<Tensor> {
  const { channelsIn, channelsOut, size, groups = 1 } = sizes;
  const perGroup = channelsIn / groups;
  return {
    kernel: heNormal(rng, [channelsOut, perGroup, size, size]),
    bias: fanInUniform(rng, [channelsOut], perGroup * size * size),
  };
}

export interface ConvolutionOptions {
  stride?: number;
  padding?: 'SAME' | 'VALID';
  groups?: number;
}

/**
 * A convolution in the sense of neural networks (the kernel is not turned).
 * @param x float32 [batch, channelsIn, height, width]
 * @returns float32 [batch, channelsOut, height / stride, width / stride]
 */
export function convolution(
  { kernel, bias }: Convolution<JaxArray>,
  x: JaxArray,
  { stride = 1, padding = 'SAME', groups = 1 }: ConvolutionOptions = {},
): JaxArray {
  checkRank('convolution: x', x, 4, 'batch, channels, height, width');
  checkAxis('convolution: x', x, 1, kernel.shape[1] * groups);
  const options = { featureGroupCount: groups };
  const y = lax.convGeneralDilated(x.ref, kernel.ref, [stride, stride], padding, options);
  return y.add(bias.ref.reshape([1, bias.shape[0], 1, 1]));
}

/** The largest of each window of `size` × `size`, without overlap. x [batch, channels, height, width]. */
export function maxPool(x: JaxArray, size: number): JaxArray {
  return lax.reduceWindow(x.ref, (window: JaxArray) => np.max(window), [size, size], [size, size]);
}
