import { DType, type Array as JaxArray, nn, numpy as np } from '@jax-js/jax';
import { checkRank, ShapeError } from '../shape-error.ts';
import type { Rng } from '../stats/index.ts';
import { type Tensor, zeros } from '../tensor.ts';
import { xavierUniform } from './init.ts';
import { type Linear, linear } from './linear.ts';

/** Queries, keys and values in one map [3 · width, width], then the output's. */
export type Attention<T> = {
  qkv: Linear<T>;
  out: Linear<T>;
};

export function initAttention(rng: Rng, { width }: { width: number }): Attention<Tensor> {
  return {
    qkv: { w: xavierUniform(rng, [3 * width, width]), b: zeros([3 * width]) },
    out: { w: xavierUniform(rng, [width, width]), b: zeros([width]) },
  };
}

export interface AttentionOptions {
  heads: number;
  /** Whether a position sees only itself and what came before. */
  causal?: boolean;
}

/**
 * Multi-head self-attention, softmax(QKᵀ/√d) V; Vaswani et al. 2017, arXiv 1706.03762v7, §3.2.
 * @param x float32 [batch, length, width]
 * @returns float32 [batch, length, width]
 */
export function attention(
  { qkv, out }: Attention<JaxArray>,
  x: JaxArray,
  { heads, causal = false }: AttentionOptions,
): JaxArray {
  checkRank('attention: x', x, 3, 'batch, length, width');
  const [batch, length, width] = x.shape;
  if (width % heads !== 0)
    throw new ShapeError(`attention: ${heads} heads do not divide a width of ${width}; choose a divisor.`);
  const depth = width / heads;
  const parts = linear(qkv, x).reshape([batch, length, 3, heads, depth]).transpose([2, 0, 3, 1, 4]);
  const [q, k, v] = [0, 1, 2].map((i) => parts.ref.slice(i)); // [batch, heads, length, depth]
  let scores = np.matmul(q, k.transpose([0, 1, 3, 2])).mul(1 / Math.sqrt(depth));
  // A large negative number and not −∞, whose difference from itself is no number.
  if (causal) scores = np.where(np.tri(length, length, 0, { dtype: DType.Bool }), scores, -1e9);
  const mixed = np.matmul(nn.softmax(scores, -1), v);
  return linear(out, mixed.transpose([0, 2, 1, 3]).reshape([batch, length, width]));
}
