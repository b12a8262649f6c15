import type { Array as JaxArray } from '@jax-js/jax';
import { checkAxis, checkRank } from '../shape-error.ts';
import type { Rng } from '../stats/index.ts';
import type { Tensor } from '../tensor.ts';
import { type FeedForward, feedForward, initFeedForward } from './feed-forward.ts';
import { initLayerNorm, type LayerNorm, layerNorm } from './layer-norm.ts';

/** One block of an MLP-Mixer: across the patches, then across the channels, each with a residual. */
export type MixerBlock<T> = {
  tokenNorm: LayerNorm<T>;
  tokens: FeedForward<T>;
  channelNorm: LayerNorm<T>;
  channels: FeedForward<T>;
};

export interface MixerSizes {
  patches: number;
  width: number;
  tokenHidden: number;
  channelHidden: number;
}

export function initMixerBlock(rng: Rng, sizes: MixerSizes): MixerBlock<Tensor> {
  const { patches, width, tokenHidden, channelHidden } = sizes;
  return {
    tokenNorm: initLayerNorm({ width }),
    tokens: initFeedForward(rng, { width: patches, hidden: tokenHidden }),
    channelNorm: initLayerNorm({ width }),
    channels: initFeedForward(rng, { width, hidden: channelHidden }),
  };
}

/**
 * Tolstikhin et al. 2021, "MLP-Mixer", arXiv 2105.01601v4, eq. 1.
 * @param x float32 [batch, patches, width], and so is the result
 */
export function mixerBlock(params: MixerBlock<JaxArray>, x: JaxArray): JaxArray {
  checkRank('mixerBlock: x', x, 3, 'batch, patches, width');
  checkAxis('mixerBlock: x', x, 1, params.tokens.up.w.shape[1]);
  const turned = layerNorm(params.tokenNorm, x).transpose([0, 2, 1]);
  const mixed = x.ref.add(feedForward(params.tokens, turned).transpose([0, 2, 1]));
  return mixed.ref.add(feedForward(params.channels, layerNorm(params.channelNorm, mixed)));
}
