import { type Array as JaxArray, numpy as np } from '@jax-js/jax';
import { checkAxis } from '../shape-error.ts';
import { type Tensor, tensor, zeros } from '../tensor.ts';

export type LayerNorm<T> = {
  gain: T;
  bias: T;
};

export function initLayerNorm({ width }: { width: number }): LayerNorm<Tensor> {
  return { gain: tensor(new Float32Array(width).fill(1), [width]), bias: zeros([width]) };
}

const EPSILON = 1e-5; // PyTorch's; Ba et al. 2016, arXiv 1607.06450, name none

/** (x − mean) / √(variance + ε) · gain + bias over the last axis. */
export function layerNorm({ gain, bias }: LayerNorm<JaxArray>, x: JaxArray): JaxArray {
  checkAxis('layerNorm: x', x, -1, gain.shape[0]);
  const centred = x.ref.sub(x.ref.mean(-1, { keepdims: true }));
  const variance = centred.ref.mul(centred.ref).mean(-1, { keepdims: true });
  return centred
    .div(np.sqrt(variance.add(EPSILON)))
    .mul(gain.ref)
    .add(bias.ref);
}
