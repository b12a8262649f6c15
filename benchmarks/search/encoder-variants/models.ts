import { bagsOf } from '../../../packages/encoder/bags.ts';
import type { Rng } from '../../../packages/engine/stats/index.ts';
import { Attention } from './attention.ts';
import { Layer, type LayerShape } from './layer.ts';
import type { LearnedTable, Weights } from './weights.ts';

export interface ModelShape extends LayerShape {
  /** The rank of attention's question, whose c comes also with rank 0. Not together with the other layers. */
  attention?: number;
}

/** What makes vectors of texts from a table, and learns. */
export interface Model {
  weights: Weights[];
  forward(texts: readonly (readonly number[])[], table: Float32Array): Forth;
}

interface Forth {
  /** [texts, dimensions], not of length one */
  sums: Float32Array;
  /** Adds to the gradients what the gradient of the sums asks of table and weights. */
  back(toSums: Float32Array, table: LearnedTable): void;
}

export function modelOf(dimensions: number, shape: ModelShape, rng: Rng): Model {
  return shape.attention === undefined
    ? layered(new Layer(dimensions, shape, rng))
    : attentive(new Attention(dimensions, shape.attention, rng));
}

function attentive(attention: Attention): Model {
  return {
    weights: attention.weights,
    forward(texts, table) {
      const bags = bagsOf(texts);
      const attended = attention.forward(bags, table);
      return { sums: attended.sums, back: (toSums, learned) => attention.backward(bags, attended, toSums, learned) };
    },
  };
}

function layered(layer: Layer): Model {
  const d = layer.dimensions;
  return {
    weights: layer.weights,
    forward(texts, table) {
      const sums = new Float32Array(texts.length * d);
      for (const [i, ids] of texts.entries()) sums.set(layer.forward(ids, table), i * d);
      const back = (toSums: Float32Array, learned: LearnedTable) => {
        for (const [i, ids] of texts.entries()) layer.backward(ids, toSums.subarray(i * d, (i + 1) * d), learned);
      };
      return { sums, back };
    },
  };
}
