import { frobeniusNorm, type Matrix, matmul, matrix, svd, transpose } from '@broadsheet/engine/linalg';
import { effectiveRanks, kernelAlignment, representationAlignment } from '@broadsheet/engine/report';
import { createRng, type Rng } from '@broadsheet/engine/stats';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  alignmentForTask,
  backPropagate,
  cellTypeBlocks,
  centred,
  conservedDrift,
  crossEntropy,
  dale,
  descend,
  erdosRenyi,
  gaussian,
  heavyTail,
  largestMeanAlignment,
  matched,
  meanAlignment,
  motifsOf,
  orthonormal,
  runNetwork,
  shuffled,
  sonet,
  tangentKernel,
  truncated,
  type Weights,
  weighted,
  whitenedKernel,
} from './index.ts';

const seeds = fc.integer({ min: 1, max: 1e6 });
const few = { numRuns: 15 };

const [n, channels, outputs] = [6, 2, 3];
const drawWeights = (rng: Rng): Weights => ({
  wx: matrix(n, channels, rng.normals(n * channels)),
  wh: gaussian(n, 1.25, rng),
  wo: matrix(outputs, n, rng.normals(outputs * n)),
});
const drawInputs = (rng: Rng, batch = 2) => ({ data: rng.normals(4 * batch * channels), steps: 4, batch });
const kernelOf = (weights: Weights, inputs: ReturnType<typeof drawInputs>, parameters?: 'all') =>
  tangentKernel(weights, inputs, runNetwork(weights, inputs), { parameters });
/** Rows and columns in another order. */
const reordered = (
  m: { data: ArrayLike<number>; shape: readonly number[] },
  rows: ArrayLike<number> | null,
  columns: ArrayLike<number> | null,
): Matrix => {
  const [height, width] = m.shape;
  const out = matrix(height, width);
  for (let i = 0; i < height; i++)
    for (let j = 0; j < width; j++) out.data[i * width + j] = m.data[(rows?.[i] ?? i) * width + (columns?.[j] ?? j)];
  return out;
};

describe('starts', () => {
  test('all ranks of one draw have its Frobenius norm, and rank one has effective rank 1/N', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 12 }), (seed, rank) => {
        const w = gaussian(12, 1.25, createRng(seed));
        for (const make of [truncated, orthonormal]) {
          const low = matched(make(svd(w), rank), w, 'fro');
          expect(Math.abs(frobeniusNorm(low.data) / frobeniusNorm(w.data) - 1)).toBeLessThan(1e-12);
          const ranks = effectiveRanks(low);
          expect(ranks.singular).toBeGreaterThan(0);
          expect(ranks.singular).toBeLessThanOrEqual(1 + 1e-12);
          if (rank === 1) expect(ranks.singular).toBeCloseTo(1 / 12, 12);
          if (rank === 12 && make === orthonormal) expect(ranks.eigen).toBeCloseTo(1, 9);
        }
      }),
      few,
    );
  });

  test("Dale's columns do not change sign; balanced, rows sum to zero on average", () => {
    const rows: number[] = [];
    for (let seed = 0; seed < 40; seed++) {
      const w = dale(gaussian(20, 1.25, createRng(seed)));
      for (let i = 0; i < 20; i++)
        for (let j = 0; j < 20; j++) expect(Math.sign(w.data[i * 20 + j])).toBe(j < 16 ? 1 : -1);
      rows.push(...Array.from({ length: 20 }, (_, i) => w.data.slice(i * 20, i * 20 + 20).reduce((s, v) => s + v, 0)));
    }
    const mean = rows.reduce((sum, value) => sum + value, 0) / rows.length;
    expect(Math.abs(mean)).toBeLessThan(0.25); // the same sums unbalanced: 20 · 0.8 · 0.22 = 3.4
  });

  test('a graph without correlations has motifs at chance; positive chains have more, negative fewer', () => {
    const chain = (chains: number) => {
      const spec = { density: 0.2, convergence: chains === 0 ? 0 : 0.3, divergence: chains === 0 ? 0 : 0.3, chains };
      return motifsOf(sonet(200, spec, createRng(7))).alphas.chain;
    };
    expect(Math.abs(chain(0))).toBeLessThan(0.03);
    expect(chain(0.25)).toBeGreaterThan(0.3);
    expect(chain(-0.25)).toBeLessThan(-0.2);
  });

  test('a null has the same weights at other places and none on the diagonal', () => {
    const rng = createRng(3);
    const w = cellTypeBlocks(30, rng);
    const mixed = shuffled(w, rng);
    expect([...mixed.data].sort()).toEqual([...w.data].sort());
    expect(mixed.data).not.toEqual(w.data);
    for (let i = 0; i < 30; i++) expect(mixed.data[i * 31]).toBe(0);
  });

  test('weights on a graph, centred, have mean zero; heavy tails lower the singular-value rank', () => {
    const rng = createRng(4);
    for (const w of [erdosRenyi(50, 0.1, rng), centred(weighted(matrix(50, 50, rng.uniforms(2500)), rng))])
      expect(w.data.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 9);
    expect(effectiveRanks(heavyTail(50, 1.5, rng)).singular).toBeLessThan(
      effectiveRanks(gaussian(50, 1, rng)).singular as number,
    );
  });

  test('a matrix without a spectral radius is not matched by it', () => {
    const nilpotent = matrix(2, 2, [0, 1, 0, 0]);
    expect(() => matched(nilpotent, gaussian(2, 1, createRng(1)), 'rho')).toThrow(/rho = 0/);
  });
});

describe('kernels', () => {
  test('are positive semi-definite, zero at the first step, and scale with the square of the output weights', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const rng = createRng(seed);
        const [weights, inputs] = [drawWeights(rng), drawInputs(rng)];
        const k = kernelOf(weights, inputs);
        const probe = rng.normals(k.shape[0]);
        let quadratic = 0;
        for (let i = 0; i < probe.length; i++)
          for (let j = 0; j < probe.length; j++) quadratic += probe[i] * probe[j] * k.data[i * probe.length + j];
        expect(quadratic).toBeGreaterThanOrEqual(-1e-9);
        for (let i = 0; i < inputs.batch * outputs; i++) expect(k.data[i * k.shape[0] + i]).toBe(0);
        const scaled = {
          ...weights,
          wo: matrix(
            outputs,
            n,
            Float64Array.from(weights.wo.data, (v) => 3 * v),
          ),
        };
        const k3 = kernelOf(scaled, inputs);
        expect(frobeniusNorm(k3.data)).toBeCloseTo(9 * frobeniusNorm(k.data), 6);
      }),
      few,
    );
  });

  test('alignments do not see an order of units, nor the order of probe rows', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const rng = createRng(seed);
        const inputs = drawInputs(rng);
        const [one, two] = [drawWeights(rng), drawWeights(rng)];
        const order = rng.permutation(n);
        const mixed: Weights = {
          wx: reordered(two.wx, order, null),
          wh: reordered(two.wh, order, order),
          wo: reordered(two.wo, null, order),
        };
        for (const parameters of [undefined, 'all'] as const) {
          const [k1, k2, k3] = [one, two, mixed].map((weights) => kernelOf(weights, inputs, parameters));
          const alignment = kernelAlignment(k1, k2);
          if (alignment === null) continue; // a dead network
          expect(kernelAlignment(k1, k3)).toBeCloseTo(alignment, 9);
          const rows = rng.permutation(k1.shape[0]);
          expect(kernelAlignment(reordered(k1, rows, rows), reordered(k2, rows, rows))).toBeCloseTo(alignment, 9);
          expect(alignment).toBeGreaterThanOrEqual(0);
          expect(kernelAlignment(k1, k1)).toBeCloseTo(1, 12);
        }
        const states = (weights: Weights) => ({ data: runNetwork(weights, inputs).states, shape: [8, n] });
        expect(representationAlignment(states(two), states(mixed))).toBeCloseTo(1, 9);
      }),
      few,
    );
  });

  test('all-parameter kernels are larger by what W_x and W_o add', () => {
    const rng = createRng(5);
    const [weights, inputs] = [drawWeights(rng), drawInputs(rng)];
    const [recurrent, all] = [kernelOf(weights, inputs), kernelOf(weights, inputs, 'all')];
    const trace = (k: Matrix) => Array.from({ length: k.shape[0] }, (_, i) => k.data[i * k.shape[0] + i]);
    trace(recurrent).forEach((value, i) => {
      expect(trace(all)[i]).toBeGreaterThanOrEqual(value);
    });
  });

  test('with its output scaled up by a and the learning rate down by a², training becomes lazy', () => {
    const rng = createRng(8);
    const [start, inputs] = [drawWeights(rng), drawInputs(rng, 4)];
    const labels = rng.integers(inputs.steps * inputs.batch, 0, outputs);
    const alignments = [1, 10, 100].map((scale) => {
      const copy = (w: Weights['wx']) => matrix(w.shape[0], w.shape[1], w.data);
      const now = { wx: copy(start.wx), wh: copy(start.wh), wo: copy(start.wo) };
      const first = runNetwork(start, inputs);
      for (let step = 0; step < 200; step++) {
        const activity = runNetwork(now, inputs);
        const scaled = activity.logits.map((z, i) => scale * (z - first.logits[i])); // a (f − f₀)
        const dLogits = crossEntropy(scaled, labels).dLogits.map((d) => d * scale);
        const grads = backPropagate(now, inputs, activity, dLogits);
        for (const name of ['wx', 'wh', 'wo'] as const)
          grads[name].forEach((value, i) => {
            now[name].data[i] -= (0.05 / scale ** 2) * value;
          });
      }
      return kernelAlignment(kernelOf(start, inputs), kernelOf(now, inputs)) as number;
    });
    expect(alignments[0]).toBeLessThan(0.99);
    expect(alignments[1]).toBeGreaterThan(alignments[0]);
    expect(alignments[2]).toBeGreaterThan(0.999);
  });

  test('a dead network has no alignment, not a wrong one', () => {
    const rng = createRng(6);
    const weights = { ...drawWeights(rng), wx: matrix(n, channels), wh: matrix(n, n) };
    expect(kernelAlignment(kernelOf(weights, drawInputs(rng)), kernelOf(weights, drawInputs(rng)))).toBeNull();
  });
});

describe('theory of the linear network', () => {
  const spectra = fc.array(fc.double({ min: 0, max: 10, noNaN: true }), { minLength: 2, maxLength: 8 });

  test('the mean over tasks stays below its bound, reached by a flat spectrum', () => {
    fc.assert(
      fc.property(spectra, fc.double({ min: 0, max: 10, noNaN: true }), (spectrum, a) => {
        const bound = largestMeanAlignment(spectrum.length);
        expect(bound).toBeLessThan(1);
        const mean = meanAlignment(spectrum, a);
        if (mean === null) return;
        expect(mean).toBeLessThanOrEqual(bound + 1e-12);
        expect(
          meanAlignment(
            spectrum.map(() => 1),
            a,
          ),
        ).toBeCloseTo(bound, 12);
      }),
    );
  });

  test('descent from a small start ends at the closed form and conserves W₁W₁ᵀ − w₂w₂ᵀ', () => {
    for (let seed = 1; seed <= 5; seed++) {
      const rng = createRng(seed);
      const [h, d] = [10, 6];
      const w1 = matrix(h, d, rng.normals(h * d, 0, 1e-3));
      const start = { w1, w2: rng.normals(h, 0, 1e-4) };
      const beta = rng.normals(d);
      const end = descend(start, beta, { learningRate: 0.01, mostSteps: 20_000, goal: 1e-14 });
      expect(end.loss).toBeLessThan(1e-13);
      expect(conservedDrift(start, end)).toBeLessThan(0.05);
      const [k0, k1] = [whitenedKernel(w1, start.w2), whitenedKernel(end.w1, end.w2)];
      expect(Math.abs((kernelAlignment(k0, k1) as number) - (alignmentForTask(k0, beta) as number))).toBeLessThan(0.01);
    }
  });

  test('no learning, no change', () => {
    const rng = createRng(9);
    const start = { w1: matrix(4, 3, rng.normals(12)), w2: rng.normals(4) };
    const end = descend(start, [1, 2, 3], { learningRate: 0, mostSteps: 100 });
    expect(end.w1.data).toEqual(start.w1.data);
    expect(matmul(start.w1, transpose(start.w1)).data).toEqual(matmul(end.w1, transpose(end.w1)).data);
  });
});
