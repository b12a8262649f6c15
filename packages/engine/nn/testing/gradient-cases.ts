import { type TracedArray as A, nn as activations, np, type Tensor, type Tree, tensor } from '../../index.ts';
import {
  binaryCrossEntropy,
  contrastive,
  cosineLoss,
  crossEntropy,
  klDivergence,
  meanSquaredError,
  softCrossEntropy,
} from '../../losses.ts';
import { createRng } from '../../stats/index.ts';
import * as nn from '../index.ts';

/** A scalar function of float arrays, with arguments that have no gradient beside them. */
export interface GradientCase {
  name: string;
  /** Everything that is differentiated: parameters and inputs. */
  at: Tree<Tensor>;
  fixed?: Tree<Tensor>;
  // biome-ignore lint/suspicious/noExplicitAny: the trees differ from case to case, and each case knows its own
  fn: (at: any, fixed: any) => A;
}

const rng = createRng('gradients');
const floats = (...shape: number[]) => nn.normal(rng, shape);
const ints = (high: number, ...shape: number[]) =>
  tensor(
    rng.integers(
      shape.reduce((p, d) => p * d, 1),
      0,
      high,
    ),
    shape,
    'int32',
  );

/** Weighs every number of a result differently, so that no error in a gradient cancels. */
const weighed = (y: A): A => {
  const weights = np.sin(np.arange(y.size).astype(y.dtype).mul(1.7).add(0.3)).reshape(y.shape);
  return y.mul(weights).sum();
};

export const gradientCases: GradientCase[] = [
  {
    name: 'linear',
    at: { layer: nn.initLinear(rng, { dIn: 4, dOut: 3 }), x: floats(2, 4) },
    fn: ({ layer, x }) => weighed(nn.linear(layer, x)),
  },
  {
    name: 'embedding, with an index that repeats',
    at: nn.initEmbedding(rng, { count: 5, width: 3 }),
    fixed: tensor([0, 3, 3, 1], [2, 2], 'int32'),
    fn: (layer, indices) => weighed(nn.embedding(layer, indices)),
  },
  {
    name: 'layer norm',
    at: { layer: { gain: floats(5), bias: floats(5) }, x: floats(3, 5) },
    fn: ({ layer, x }) => weighed(nn.layerNorm(layer, x)),
  },
  {
    name: 'attention',
    at: { layer: nn.initAttention(rng, { width: 4 }), x: floats(2, 3, 4) },
    fn: ({ layer, x }) => weighed(nn.attention(layer, x, { heads: 2 })),
  },
  {
    name: 'attention that sees only what came before',
    at: { layer: nn.initAttention(rng, { width: 4 }), x: floats(1, 4, 4) },
    fn: ({ layer, x }) => weighed(nn.attention(layer, x, { heads: 1, causal: true })),
  },
  {
    name: 'transformer block',
    at: { layer: nn.initTransformerBlock(rng, { width: 4, hidden: 6 }), x: floats(2, 3, 4) },
    fn: ({ layer, x }) => weighed(nn.transformerBlock(layer, x, { heads: 2 })),
  },
  {
    name: 'mixer block',
    at: {
      layer: nn.initMixerBlock(rng, { patches: 3, width: 4, tokenHidden: 5, channelHidden: 6 }),
      x: floats(2, 3, 4),
    },
    fn: ({ layer, x }) => weighed(nn.mixerBlock(layer, x)),
  },
  {
    name: 'convolution with a stride',
    at: { layer: nn.initConvolution(rng, { channelsIn: 2, channelsOut: 3, size: 3 }), x: floats(2, 2, 5, 5) },
    fn: ({ layer, x }) => weighed(nn.convolution(layer, x, { stride: 2 })),
  },
  {
    name: 'convolution in groups, and the largest of windows',
    at: {
      layer: nn.initConvolution(rng, { channelsIn: 4, channelsOut: 4, size: 3, groups: 4 }),
      x: floats(1, 4, 4, 4),
    },
    fn: ({ layer, x }) => weighed(nn.maxPool(nn.convolution(layer, x, { groups: 4 }), 2)),
  },
  {
    name: 'recurrent network',
    at: { layer: nn.initRnn(rng, { dIn: 2, hidden: 4 }), x: floats(2, 5, 2) },
    fn: ({ layer, x }) => weighed(np.stack(nn.rnn(layer, x))),
  },
  {
    name: 'recurrent network that leaks, with relu',
    at: { layer: nn.initRnn(rng, { dIn: 2, hidden: 4, gain: 1.5 }), x: floats(2, 4, 2) },
    fn: ({ layer, x }) =>
      weighed(np.stack(nn.rnn(layer, x, { leak: 0.2, activation: activations.relu as (x: A) => A }))),
  },
  {
    name: 'low-rank adapter',
    at: {
      frozen: nn.initLinear(rng, { dIn: 4, dOut: 3 }),
      lora: { a: floats(2, 4), b: floats(3, 2) },
      x: floats(2, 4),
    },
    fn: ({ frozen, lora, x }) => weighed(nn.loraLinear(frozen, lora, x, { alpha: 4 })),
  },
  {
    name: 'cross entropy',
    at: floats(4, 3),
    fixed: ints(3, 4),
    fn: (logits, labels) => crossEntropy(logits, labels),
  },
  {
    name: 'cross entropy with soft targets',
    at: floats(4, 3),
    fixed: floats(4, 3),
    fn: (logits, targets) => softCrossEntropy(logits, activations.softmax(targets.ref, -1)),
  },
  {
    name: 'Kullback–Leibler divergence, to both sides',
    at: { p: floats(3, 4), q: floats(3, 4) },
    fn: ({ p, q }) => klDivergence(p, q),
  },
  {
    name: 'binary cross entropy, far out too',
    at: tensor([-30, -1, 0.5, 2, 40]),
    fixed: tensor([0, 1, 1, 0, 1]),
    fn: (logits, targets) => binaryCrossEntropy(logits, targets),
  },
  {
    name: 'mean squared error',
    at: { y: floats(3, 2), target: floats(3, 2) },
    fn: ({ y, target }) => meanSquaredError(y, target),
  },
  {
    name: 'cosine loss',
    at: { a: floats(3, 4), b: floats(3, 4) },
    fn: ({ a, b }) => cosineLoss(a, b),
  },
  {
    name: 'contrastive loss',
    at: { a: floats(4, 3), b: floats(4, 3) },
    fn: ({ a, b }) => contrastive(a, b, { temperature: 0.2 }),
  },
];
