import { type TracedArray as A, DType, grad, lax, nn, np, random, vmap } from '../../index.ts';
import { createRng } from '../../stats/index.ts';
import { type Tensor, tensor } from '../../tensor.ts';

/** A function of traced arrays with inputs: together they use every primitive that jax-js emits. */
export interface Case {
  name: string;
  inputs: Tensor[];
  fn: (...args: A[]) => A | A[];
  /** Largest difference allowed, relative to the largest number expected; default 2·10⁻⁶ (some float32 roundings). */
  tolerance?: number;
  /** On a GPU, where WGSL promises less of a function (of inverse angles 4,096 units in the last place). */
  shaderTolerance?: number;
  /** What jax-js 0.1.25's own kernels get wrong here, so that the reference executor is not held to it. */
  referenceFault?: string;
}

const rng = createRng(4);
const size = (shape: number[]) => shape.reduce((p, d) => p * d, 1);
const floats = (...shape: number[]) =>
  tensor(
    Float32Array.from({ length: size(shape) }, () => rng.normal()),
    shape,
  );
const positive = (...shape: number[]) =>
  tensor(
    Float32Array.from({ length: size(shape) }, () => 0.1 + rng.uniform()),
    shape,
  );
const ints = (low: number, high: number, ...shape: number[]) =>
  tensor(
    Int32Array.from({ length: size(shape) }, () => low + Math.floor(rng.uniform() * (high - low))),
    shape,
  );
const words = (...shape: number[]) =>
  tensor(
    Uint32Array.from({ length: size(shape) }, () => rng.uniform() * 2 ** 32),
    shape,
  );
const bools = (...shape: number[]) =>
  tensor(
    Uint8Array.from({ length: size(shape) }, () => (rng.uniform() < 0.5 ? 1 : 0)),
    shape,
  );
const key = () => tensor(Uint32Array.of(7, 11), [2]);

const [m34, v4, c31] = [floats(3, 4), floats(4), floats(3, 1)];
const square = (x: A) => x.ref.mul(x);

export const cases: Case[] = [
  {
    name: 'sums, products and differences that broadcast',
    inputs: [m34, v4, c31],
    fn: (a, b, c) => a.mul(b).add(c).sub(2),
  },
  {
    name: 'quotients, of floats and of integers',
    inputs: [m34, positive(4), ints(-9, 9, 3), ints(1, 4, 3)],
    fn: (a, b, i, j) => [a.div(b), i.div(j)],
  },
  {
    name: 'remainders with the sign of the dividend',
    inputs: [floats(5), ints(-9, 9, 5), words(5)],
    fn: (a, i, u) => [
      a.mod(np.array(0.3)),
      i.mod(np.array(4, { dtype: DType.Int32 })),
      u.mod(np.array(5, { dtype: DType.Uint32 })),
    ],
  },
  {
    name: 'minimum and maximum, of every type',
    inputs: [m34, v4, ints(-5, 5, 4), words(4), bools(4), bools(4)],
    fn: (a, b, i, u, p, q) => [
      np.minimum(a.ref, b.ref),
      np.maximum(a, b),
      np.maximum(i, 1),
      np.minimum(u, np.array(9, { dtype: DType.Uint32 })),
      np.maximum(p.ref, q.ref),
      np.minimum(p, q),
    ],
  },
  {
    name: 'exponentials, logarithms, roots and angles',
    shaderTolerance: 4096 * 2 ** -23,
    inputs: [positive(6)],
    fn: (x) => [
      np.exp(x.ref),
      np.log(x.ref),
      np.sqrt(x.ref),
      np.sin(x.ref),
      np.cos(x.ref),
      np.tan(x.ref),
      np.tanh(x.ref),
      np.atan(x.ref),
      np.asin(x.mul(0.8)),
    ],
    tolerance: 1e-5,
  },
  {
    name: 'the error function and its complement, far out too',
    inputs: [tensor([-3, -1, -0.2, 0, 0.3, 1, 2.5, 4, 6])],
    fn: (x) => [lax.erf(x.ref), lax.erfc(x)],
    tolerance: 1e-5,
  },
  {
    name: 'floor, ceil and truncated division',
    inputs: [floats(7), ints(-5, 5, 3)],
    fn: (x, i) => [np.floor(x.ref), np.ceil(x.ref), np.trunc(x.mul(3)), i.div(2)],
  },
  {
    name: 'negation of every type',
    inputs: [floats(3), ints(-5, 5, 3), words(3)],
    fn: (a, i, u) => [a.neg(), i.neg(), u.neg()],
  },
  {
    name: 'comparisons, also between types',
    inputs: [m34, v4, ints(-2, 3, 4), bools(4)],
    referenceFault: 'its WebAssembly cannot compare bools',
    fn: (a, b, i, p) => [
      a.ref.less(b.ref),
      a.ref.lessEqual(b.ref),
      a.ref.greater(b),
      a.greaterEqual(i.ref),
      i.ref.equal(1),
      i.notEqual(0),
      p.ref.less(true),
      p.equal(true),
    ],
  },
  {
    name: 'choices of every type',
    inputs: [bools(3, 4), m34, v4, ints(0, 5, 4), words(4), bools(4)],
    fn: (c, a, b, i, u, p) => [
      np.where(c.ref, a, b),
      np.where(c.ref, i, 3),
      np.where(c.ref, u.ref, u),
      np.where(c.ref, p, c),
    ],
  },
  {
    name: 'casts between all types',
    inputs: [tensor([-2.7, 0, 0.4, 3.9]), ints(-3, 4, 4), words(4), bools(4)],
    fn: (x, i, u, p) => [
      x.ref.astype(DType.Int32),
      x.ref.astype(DType.Uint32),
      x.astype(DType.Bool),
      i.ref.astype(DType.Float32),
      i.ref.astype(DType.Uint32),
      i.astype(DType.Bool),
      u.ref.astype(DType.Float32),
      u.ref.astype(DType.Int32),
      u.astype(DType.Bool),
      p.ref.astype(DType.Float32),
      p.astype(DType.Int32),
    ],
  },
  {
    name: 'bits read as another type',
    inputs: [floats(5), words(5)],
    fn: (x, u) => [
      lax.bitcastConvertType(x, DType.Uint32),
      lax.bitcastConvertType(u.ref.mod(np.array(2 ** 30, { dtype: DType.Uint32 })), DType.Float32),
      lax.bitcastConvertType(u, DType.Int32),
    ],
  },
  {
    name: 'bitwise operations, shifts and counts',
    inputs: [words(6), words(6), ints(-9, 9, 6), bools(6), bools(6)],
    fn: (a, b, i, p, q) => [
      np.bitwiseAnd(a.ref, b.ref),
      np.bitwiseOr(a.ref, b.ref),
      np.bitwiseXor(a.ref, b),
      np.leftShift(a.ref, np.array(3, { dtype: DType.Uint32 })),
      np.rightShift(a.ref, np.array(5, { dtype: DType.Uint32 })),
      np.bitwiseXor(i.ref, 5),
      np.bitwiseXor(p, q),
      np.bitwiseCount(a),
      np.bitwiseCount(i),
    ],
  },
  {
    name: 'bools add as or and multiply as and',
    inputs: [bools(6), bools(6), bools(3, 4)],
    fn: (p, q, r) => [p.ref.add(q.ref), p.mul(q), r.ref.any(1), r.all(0)],
  },
  {
    name: 'reductions over some and all axes',
    inputs: [floats(2, 3, 4)],
    fn: (x) => [
      x.ref.sum(1),
      x.ref.sum([0, 2]),
      x.ref.sum(),
      x.ref.mean(2, { keepdims: true }),
      x.ref.max([0, 1]),
      x.ref.min(),
      x.prod(1),
    ],
  },
  {
    name: 'reductions of integers and over axes that repeat',
    inputs: [ints(-4, 5, 3, 4), words(3, 4), v4],
    fn: (i, u, v) => [
      i.ref.sum(0),
      i.max(1),
      u.ref.sum(),
      u.max(0),
      np.broadcastTo(v.ref, [3, 4]).sum(0),
      np.broadcastTo(v.ref, [3, 4]).sum([0, 1]),
      np.broadcastTo(v.ref, [3, 4]).prod(0),
      np.broadcastTo(v, [3, 4]).max(0),
    ],
  },
  {
    name: 'positions of extremes and cumulative sums',
    inputs: [floats(3, 5)],
    fn: (x) => [np.argmax(x.ref, 1), np.argmin(x.ref, 0), np.cumsum(x, 1)],
  },
  {
    name: 'transposes, reshapes, and both',
    inputs: [floats(2, 3, 4)],
    fn: (x) => [
      x.ref.transpose([2, 0, 1]),
      x.ref.transpose([1, 0, 2]).reshape([3, 8]),
      x.ref.reshape([6, 4]).transpose(),
      np.broadcastTo(x.ref.reshape([2, 3, 1, 4]), [2, 3, 5, 4]).reshape([2, 15, 4]),
      x.transpose().add(1).reshape([24]),
    ],
  },
  {
    name: 'slices, flips, pads, repeats and joins',
    inputs: [m34, v4],
    fn: (a, v) => [
      a.ref.slice([1, 3], [0, 2]),
      np.flip(a.ref, 1),
      np.flip(a.ref.transpose(), [0, 1]),
      np.pad(a.ref, [
        [1, 0],
        [2, 1],
      ]),
      np.concatenate([a.ref, np.broadcastTo(v.ref, [2, 4]), a.ref], 0),
      np.stack([v.ref, v.ref], 1),
      np.tile(v.ref, 3),
      np.repeat(v, 2),
      np.pad(np.broadcastTo(a.slice(0).reshape([1, 4]), [2, 4]), 1),
    ],
  },
  {
    name: 'walking along an axis',
    inputs: [floats(5, 3)],
    fn: (x) => {
      const [a, b, ...rest] = x;
      return a.mul(b).add(rest.reduce((s, r) => s.add(r)));
    },
  },
  {
    name: 'splits',
    inputs: [floats(6, 3)],
    fn: (x) => {
      const [a, b] = np.split(x.ref.transpose(), 2, 1);
      return [a.add(b), ...np.split(x, 3, 0)];
    },
  },
  {
    name: 'matrix products in every orientation',
    inputs: [floats(3, 4), floats(4, 5), floats(4, 3)],
    fn: (a, b, c) => [
      np.matmul(a.ref, b.ref),
      np.matmul(c.ref.transpose(), b.ref),
      np.matmul(b.ref.transpose(), a.ref.transpose()),
      np.matmul(b.transpose(), c),
      np.matmul(a.ref, a.transpose()),
    ],
    tolerance: 1e-5,
  },
  {
    name: 'batched matrix products, with shared and own operands',
    inputs: [floats(2, 3, 4), floats(2, 4, 5), floats(4, 5), floats(3, 2, 4)],
    fn: (a, b, w, p) => [
      np.matmul(a.ref, b.ref),
      np.matmul(a.ref, w.ref),
      np.matmul(p.transpose([1, 0, 2]), w),
      np.einsum('bik,bkj->jib', a, b),
    ],
    tolerance: 1e-5,
  },
  {
    name: 'contractions of several axes and of vectors',
    inputs: [floats(2, 3, 4), floats(4, 3), v4, floats(4)],
    fn: (a, b, v, w) => [
      np.einsum('bij,ji->b', a.ref, b.ref),
      np.einsum('bij,jk->kbi', a.ref, b),
      np.dot(v.ref, w.ref),
      np.outer(v.ref, w),
      np.matmul(a, v),
    ],
    tolerance: 1e-5,
  },
  {
    name: 'products of integers and bools',
    inputs: [ints(-5, 5, 3, 4), ints(-5, 5, 4, 2), bools(3, 4), bools(4, 2)],
    fn: (a, b, p, q) => [np.matmul(a, b), np.matmul(p, q)],
  },
  {
    name: 'sums of products along axes that repeat',
    inputs: [v4, m34],
    fn: (v, a) => [
      np.dot(np.broadcastTo(v.ref.reshape([4, 1]), [4, 3]), np.ones([3])),
      np.dot(a, np.full([4], 2)),
      np.dot(np.full([2, 3], 0.5), np.ones([3])),
      v,
    ],
    tolerance: 1e-5,
  },
  {
    name: 'convolutions with strides, pads and dilations',
    inputs: [floats(2, 3, 7, 8), floats(4, 3, 3, 2)],
    fn: (x, w) => [
      lax.conv(x.ref, w.ref, [1, 1], 'SAME'),
      lax.conv(x.ref, w.ref, [2, 3], 'VALID'),
      lax.convGeneralDilated(
        x.ref,
        w.ref,
        [1, 2],
        [
          [2, 1],
          [-1, 3],
        ],
        { rhsDilation: [2, 1] },
      ),
      lax.convGeneralDilated(
        x,
        w,
        [1, 1],
        [
          [1, 1],
          [1, 1],
        ],
        { lhsDilation: [2, 3] },
      ),
    ],
    tolerance: 1e-5,
  },
  {
    name: 'convolutions in one and three dimensions, in groups, and transposed',
    inputs: [floats(2, 4, 9), floats(6, 2, 3), floats(4, 3, 4), floats(1, 2, 4, 4, 4), floats(3, 2, 2, 2, 2)],
    fn: (x, g, t, y, w) => [
      lax.convGeneralDilated(x.ref, g, [1], 'SAME', { featureGroupCount: 2 }),
      lax.convTranspose(x, t, [2], 'SAME', { transposeKernel: true }),
      lax.conv(y, w, [1, 1, 1], 'VALID'),
    ],
    tolerance: 1e-5,
  },
  {
    name: 'convolutions that are mapped over both operands',
    inputs: [floats(3, 2, 2, 5, 5), floats(3, 4, 2, 3, 3)],
    fn: (x, w) => vmap((a: A, b: A) => lax.conv(a, b, [1, 1], 'VALID'), [0, 0])(x, w) as A,
    tolerance: 1e-5,
  },
  {
    name: 'gradients of a convolution',
    inputs: [floats(2, 3, 6, 6), floats(4, 3, 3, 3)],
    fn: (x, w) =>
      grad((a: A, b: A) => square(lax.conv(a, b, [2, 2], 'SAME')).sum(), { argnums: [0, 1] })(x, w) as unknown as A[],
    tolerance: 2e-5,
  },
  {
    name: 'pooling with and without overlap, and its gradient',
    inputs: [floats(2, 6, 7)],
    fn: (x) => {
      const pool = (a: A, size: number[], step: number[]) => lax.reduceWindow(a, (w: A) => w.max(), size, step);
      const slope = (a: A, size: number[], step: number[]) => grad((b: A) => square(pool(b, size, step)).sum())(a) as A;
      return [
        pool(x.ref, [2, 2], [2, 2]),
        pool(x.ref, [3, 2], [2, 1]),
        slope(x.ref, [3, 3], [2, 2]),
        slope(x.ref, [2, 2], [2, 3]),
        slope(x, [2, 6, 7], [1, 1, 1]),
      ];
    },
  },
  {
    name: 'values taken by index, on one and several axes',
    inputs: [floats(5, 4, 3), ints(0, 4, 2, 3), ints(0, 3, 3)],
    fn: (x, i, j) => [np.take(x.ref, i.ref, 1), x.ref.slice(i.ref), x.ref.slice([], i, j.ref), x.slice(j, [], 2)],
  },
  {
    name: 'repeated indices add their gradients',
    inputs: [floats(4, 3), tensor(Int32Array.of(2, 0, 2, 2, 3))],
    fn: (table, i) =>
      grad((t: A) =>
        square(t.slice(i))
          .mul(np.arange(5).astype(DType.Float32).reshape([5, 1]))
          .sum(),
      )(table) as A,
  },
  {
    name: 'one-hot codes and values looked up by mapped indices',
    inputs: [floats(3, 6), ints(0, 6, 3)],
    fn: (x, i) => [
      nn.oneHot(i.ref, 6),
      vmap((row: A, k: A) => row.slice(k), [0, 0])(x.ref, i.ref) as A,
      grad((a: A) => square(vmap((row: A, k: A) => row.slice(k), [0, 0])(a, i) as A).sum())(x) as A,
    ],
  },
  {
    name: 'sorting, of every type, and its gradient',
    inputs: [floats(3, 6), ints(-3, 3, 6), words(6)],
    referenceFault: 'its jit cannot sort what was transposed before',
    fn: (x, i, u) => [
      np.sort(x.ref),
      np.argsort(x.ref),
      np.argsort(i.ref),
      np.sort(i),
      np.sort(u),
      np.sort(x.ref, 0),
      ...lax.topK(x.ref, 2),
      grad((a: A) => np.sort(a).mul(np.arange(6).astype(DType.Float32)).sum())(x) as A,
    ],
  },
  {
    name: 'random numbers of a key, the same as outside a graph',
    inputs: [key()],
    fn: (k) => [
      random.bits(k.ref, [7]),
      random.split(k.ref, 3),
      random.uniform(k.ref, [2, 3]),
      random.normal(k.ref, [5]),
      random.bernoulli(k.ref, 0.3, [9]),
      random.randint(k.ref, { minval: -3, maxval: 9, shape: [6] }),
      random.permutation(k, 6),
    ],
    tolerance: 1e-5,
  },
  {
    name: 'random numbers of mapped keys',
    inputs: [words(3, 2)],
    fn: (k) => vmap((one: A) => random.uniform(one, [4]))(k) as A,
  },
  {
    name: 'Fourier transforms there and back',
    inputs: [floats(2, 12), floats(2, 12)],
    fn: (re, im) => {
      const { real, imag } = np.fft.fft({ real: re, imag: im });
      const back = np.fft.ifft({ real: real.ref, imag: imag.ref });
      return [real, imag, back.real, back.imag];
    },
    tolerance: 1e-5,
  },
  {
    name: 'activations and normalisations',
    inputs: [floats(3, 5)],
    fn: (x) => [
      nn.relu(x.ref),
      nn.sigmoid(x.ref),
      nn.softplus(x.ref),
      nn.gelu(x.ref),
      nn.silu(x.ref),
      nn.softmax(x.ref, -1),
      nn.logSoftmax(x.ref, 0),
      nn.standardize(x.ref),
      nn.logsumexp(x, 1),
    ],
    tolerance: 1e-5,
  },
  {
    name: 'a stopped gradient',
    inputs: [v4],
    fn: (x) => grad((a: A) => lax.stopGradient(square(a.ref)).mul(a).sum())(x) as A,
  },
  {
    name: 'arrays that are captured, and results that are constants or inputs',
    inputs: [v4],
    fn: (x) => [x.ref.mul(np.array([1, 2, 3, 4])), np.eye(3), np.array(5), np.zeros([2, 0]), x],
  },
  {
    name: 'empty arrays',
    inputs: [floats(0, 4)],
    referenceFault: 'its WebAssembly sums no elements to whatever lies in memory',
    fn: (x) => [x.ref.sum(0), x.ref.add(1), np.concatenate([x, np.ones([1, 4])], 0)],
  },
];
