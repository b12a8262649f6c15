/**
 * Layers as pure functions over plain trees of parameters. `init…` draws first weights on the host from a seeded stream;
 * the layer itself takes the same tree traced. Trees are types, not interfaces, so that they count as trees. Layers borrow: neither parameters nor inputs are consumed.
 */
export { type Attention, type AttentionOptions, attention, initAttention } from './attention.ts';
export {
  type Convolution,
  type ConvolutionOptions,
  type ConvolutionSizes,
  convolution,
  initConvolution,
  maxPool,
} from './convolution.ts';
export { type Embedding, embedding, initEmbedding } from './embedding.ts';
export { type FeedForward, feedForward, gelu, initFeedForward } from './feed-forward.ts';
export { fanInUniform, heNormal, normal, orthogonal, truncatedNormal, uniform, xavierUniform } from './init.ts';
export { initLayerNorm, type LayerNorm, layerNorm } from './layer-norm.ts';
export { initLinear, type Linear, linear } from './linear.ts';
export { initLora, type Lora, loraLinear, mergeLora } from './lora.ts';
export { initMixerBlock, type MixerBlock, type MixerSizes, mixerBlock } from './mixer.ts';
export { initRnn, type Rnn, type RnnOptions, rnn } from './rnn.ts';
export { initTransformerBlock, type TransformerBlock, transformerBlock } from './transformer.ts';
