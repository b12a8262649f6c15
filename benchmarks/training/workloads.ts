import {
  type TracedArray as A,
  nn as activations,
  np,
  stackTrees,
  type Tensor,
  type Tree,
  tensor,
  valueAndGrad,
  vmap,
} from '@broadsheet/engine';
import { crossEntropy } from '@broadsheet/engine/losses';
import * as nn from '@broadsheet/engine/nn';
import { type Optimiser, sgd } from '@broadsheet/engine/optim';
import { createRng } from '@broadsheet/engine/stats';

/** One training step in each of the sizes that are compared. The peers build the same (pytorch.py, tfjs.ts). */
export interface Workload {
  name: string;
  steps: number;
  step: (state: never, batch: never) => readonly [unknown, unknown];
  example: { state: Tree<Tensor>; batch: Tree<Tensor> };
}

const rng = createRng('training benchmark');
const labels = (classes: number, ...shape: number[]) =>
  tensor(
    rng.integers(
      shape.reduce((p, d) => p * d, 1),
      0,
      classes,
    ),
    shape,
    'int32',
  );

interface State {
  params: never;
  optimiser: unknown;
}

function training(loss: (params: never, batch: never) => A, optimiser: Optimiser) {
  return ({ params, optimiser: kept }: State, batch: never) => {
    const borrowed = refTree(params);
    const slope = valueAndGrad((p: unknown) => loss(p as never, batch));
    const [value, grads] = slope(borrowed) as unknown as [A, never];
    const [next, after] = optimiser.update(params, grads, kept);
    return [{ params: next, optimiser: after }, value] as const;
  };
}

function refTree<T>(value: T): T {
  if (Array.isArray(value)) return value.map(refTree) as T;
  if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype)
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, refTree(v)])) as T;
  return (value as { ref: T }).ref;
}

function mlp(): Workload {
  const sizes = [784, 256, 256, 10];
  const params = sizes.slice(1).map((dOut, i) => nn.initLinear(rng, { dIn: sizes[i], dOut }));
  const loss = (layers: nn.Linear<A>[], { x, y }: { x: A; y: A }) => {
    let h = x;
    for (const [i, layer] of layers.entries()) {
      h = nn.linear(layer, h);
      if (i < layers.length - 1) h = activations.relu(h);
    }
    return crossEntropy(h, y);
  };
  const optimiser = sgd({ learningRate: 0.01 });
  return {
    name: 'MLP 784-256-256-10, batch 128',
    steps: 40,
    step: training(loss as never, optimiser) as never,
    example: {
      state: { params, optimiser: optimiser.init(params) },
      batch: { x: nn.normal(rng, [128, 784]), y: labels(10, 128) },
    },
  };
}

interface RnnSizes {
  hidden: number;
  time: number;
  batch: number;
}

type RnnParams<T> = { cell: nn.Rnn<T>; out: nn.Linear<T> };

function rnnParams({ hidden }: RnnSizes): RnnParams<Tensor> {
  return { cell: nn.initRnn(rng, { dIn: 3, hidden }), out: nn.initLinear(rng, { dIn: hidden, dOut: 3 }) };
}

function rnnLoss({ cell, out }: RnnParams<A>, { x, y }: { x: A; y: A }): A {
  const states = np.stack(nn.rnn(cell, x, { activation: activations.relu as (h: A) => A }), 1); // [batch, time, hidden]
  return crossEntropy(nn.linear(out, states), y);
}

function rnnBatch({ batch, time }: RnnSizes) {
  return { x: nn.normal(rng, [batch, time, 3]), y: labels(3, batch, time) };
}

function rnn(sizes: RnnSizes): Workload {
  const optimiser = sgd({ learningRate: 0.003, momentum: 0.9 });
  const params = rnnParams(sizes);
  return {
    name: `RNN N = ${sizes.hidden}, T = ${sizes.time}, batch ${sizes.batch}`,
    steps: 20,
    step: training(rnnLoss as never, optimiser) as never,
    example: { state: { params, optimiser: optimiser.init(params) }, batch: rnnBatch(sizes) },
  };
}

/** Several networks of the same size, each with weights and data of its own, in one graph. */
function rnns(seeds: number, sizes: RnnSizes): Workload {
  const optimiser = sgd({ learningRate: 0.003, momentum: 0.9 });
  const each = Array.from({ length: seeds }, () => {
    const params = rnnParams(sizes);
    return { state: { params, optimiser: optimiser.init(params) }, batch: rnnBatch(sizes) };
  });
  return {
    name: `${seeds} RNNs together, N = ${sizes.hidden}, T = ${sizes.time}, batch ${sizes.batch}`,
    steps: 20,
    step: vmap(training(rnnLoss as never, optimiser) as never) as never,
    example: { state: stackTrees(each.map((e) => e.state)), batch: stackTrees(each.map((e) => e.batch)) },
  };
}

function vit(): Workload {
  const [patches, width, depth] = [17, 64, 2]; // 16 patches of an image of 28 × 28, and the class
  const params = {
    embed: nn.initLinear(rng, { dIn: 49, dOut: width }),
    head: nn.normal(rng, [1, 1, width], 0.02),
    position: nn.normal(rng, [patches, width], 0.02),
    blocks: Array.from({ length: depth }, () => nn.initTransformerBlock(rng, { width, hidden: 4 * width })),
    norm: nn.initLayerNorm({ width }),
    out: nn.initLinear(rng, { dIn: width, dOut: 10 }),
  };
  type Params<T> = {
    embed: nn.Linear<T>;
    head: T;
    position: T;
    blocks: nn.TransformerBlock<T>[];
    norm: nn.LayerNorm<T>;
    out: nn.Linear<T>;
  };
  const loss = (p: Params<A>, { x, y }: { x: A; y: A }) => {
    const head = np.broadcastTo(p.head.ref, [x.shape[0], 1, width]);
    let h = np.concatenate([head, nn.linear(p.embed, x)], 1).add(p.position.ref);
    for (const block of p.blocks) h = nn.transformerBlock(block, h, { heads: 4 });
    return crossEntropy(nn.linear(p.out, nn.layerNorm(p.norm, h.slice([], 0))), y);
  };
  const optimiser = sgd({ learningRate: 0.01 });
  return {
    name: 'ViT, 2 blocks of width 64, 4 heads, 17 tokens, batch 64',
    steps: 10,
    step: training(loss as never, optimiser) as never,
    example: {
      state: { params, optimiser: optimiser.init(params) },
      batch: { x: nn.normal(rng, [64, 16, 49]), y: labels(10, 64) },
    },
  };
}

function mixer(): Workload {
  const sizes = { patches: 16, width: 128, tokenHidden: 64, channelHidden: 512 };
  const params = nn.initMixerBlock(rng, sizes);
  const loss = (p: nn.MixerBlock<A>, { x }: { x: A }) => np.square(nn.mixerBlock(p, x)).mean();
  const optimiser = sgd({ learningRate: 0.01 });
  return {
    name: 'MLP-Mixer block, 16 patches of width 128, batch 64',
    steps: 10,
    step: training(loss as never, optimiser) as never,
    example: { state: { params, optimiser: optimiser.init(params) }, batch: { x: nn.normal(rng, [64, 16, 128]) } },
  };
}

export const WORKLOADS: Record<string, () => Workload> = {
  mlp,
  rnn: () => rnn({ hidden: 100, time: 50, batch: 64 }),
  vit,
  mixer,
  'rnns-10': () => rnns(10, { hidden: 100, time: 8, batch: 16 }),
  'rnns-20': () => rnns(20, { hidden: 50, time: 8, batch: 16 }),
};
