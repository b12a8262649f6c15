import type { Array as JaxArray } from '@jax-js/jax';
import type { Rng } from '../stats/index.ts';
import type { Tensor } from '../tensor.ts';
import { type Attention, type AttentionOptions, attention, initAttention } from './attention.ts';
import { type FeedForward, feedForward, initFeedForward } from './feed-forward.ts';
import { initLayerNorm, type LayerNorm, layerNorm } from './layer-norm.ts';

/** A block of a (vision) transformer, normalised before each half; Xiong et al. 2020, arXiv 2002.04745, fig. 1b. */
export type TransformerBlock<T> = {
  attentionNorm: LayerNorm<T>;
  attention: Attention<T>;
  feedForwardNorm: LayerNorm<T>;
  feedForward: FeedForward<T>;
};

export function initTransformerBlock(
  rng: Rng,
  { width, hidden }: { width: number; hidden: number },
): TransformerBlock<Tensor> {
  return {
    attentionNorm: initLayerNorm({ width }),
    attention: initAttention(rng, { width }),
    feedForwardNorm: initLayerNorm({ width }),
    feedForward: initFeedForward(rng, { width, hidden }),
  };
}

/** @param x float32 [batch, length, width], and so is the result */
export function transformerBlock(params: TransformerBlock<JaxArray>, x: JaxArray, options: AttentionOptions): JaxArray {
  const seen = x.ref.add(attention(params.attention, layerNorm(params.attentionNorm, x), options));
  return seen.ref.add(feedForward(params.feedForward, layerNorm(params.feedForwardNorm, seen)));
}
