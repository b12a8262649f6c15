import { frobeniusNorm, fromRows, matmul, singularValues, svd, transpose } from '@broadsheet/engine/linalg';
import {
  effectiveRanks,
  kernelAlignment,
  participationRatio,
  representationAlignment,
  signSimilarity,
  weightChange,
} from '@broadsheet/engine/report';
import { describe, expect, test } from 'vitest';
import golden from './golden.json' with { type: 'json' };
import * as connectivity from './index.ts';

const DIGITS = 9; // of golden._meta.tolerance
const STATED = 6; // of cases that rest on central differences or quadrature

const expectClose = (actual: ArrayLike<number>, expected: ArrayLike<number>, digits = DIGITS) => {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) expect(actual[i]).toBeCloseTo(expected[i], digits);
};
const diagonal = (values: number[]) => fromRows(values.map((value, i) => values.map((_, j) => (i === j ? value : 0))));

describe('starts against the float64 reference', () => {
  const { W, r, truncated, match_frobenius, outer, ...scales } = golden.low_rank_init;
  const w = fromRows(W);
  const low = connectivity.truncated(svd(w), r);

  test('truncated decomposition, scaled to the Frobenius norm, spectral radius and operator norm', () => {
    expectClose(svd(w).s, golden.low_rank_init.singular_values);
    expectClose(low.data, truncated.flat());
    expectClose(connectivity.matched(low, w, 'fro').data, match_frobenius.flat());
    const factor = (match: connectivity.Match) => connectivity.matched(low, w, match).data[0] / low.data[0];
    expect(factor('fro')).toBeCloseTo(scales.scale_frobenius, DIGITS);
    expect(factor('rho')).toBeCloseTo(scales.scale_spectral_radius, DIGITS);
    expect(factor('s1')).toBeCloseTo(scales.scale_operator_norm, DIGITS);
    expect(connectivity.normOf(w, 'rho')).toBeCloseTo(scales.spectral_radius_W, DIGITS);
  });

  test('outer product', () => {
    const product = connectivity.outerProduct(fromRows(outer.u), fromRows(outer.v));
    expectClose(connectivity.matched(product, w, 'fro').data, outer.match_frobenius.flat());
  });

  test('effective ranks', () => {
    for (const expected of golden.effective_rank) {
      const ranks = effectiveRanks(fromRows(expected.W));
      expect(ranks.eigen).toBeCloseTo(expected.paper_eig, DIGITS);
      expect(ranks.singular).toBeCloseTo(expected.sv_sum_over_max, DIGITS);
    }
  });

  test("Dale's law, balanced", () => {
    const { G, dale_abs, balanced_frobenius_matched } = golden.dale;
    expectClose(connectivity.dale(fromRows(G), { isBalanced: false }).data, dale_abs.flat());
    const balanced = connectivity.dale(fromRows(G));
    expectClose(connectivity.matched(balanced, fromRows(G), 'fro').data, balanced_frobenius_matched.flat());
  });

  test('cell-type blocks', () => {
    const { types, P_post_pre, J_post_pre, uniform, magnitude, A, W_frobenius_2 } = golden.block;
    const table = { probability: P_post_pre, strength: J_post_pre };
    const w = connectivity.block(types, table, fromRows(uniform), fromRows(magnitude));
    expect([...w.data].map((value) => (value === 0 ? 0 : 1))).toEqual(A.flat());
    expectClose(
      w.data.map((value) => (2 * value) / frobeniusNorm(w.data)),
      W_frobenius_2.flat(),
    );
  });

  test('motif counts and correlations', () => {
    const { A_post_pre, p, counts, ...alphas } = golden.motifs;
    const found = connectivity.motifsOf(fromRows(A_post_pre));
    expect(found.density).toBeCloseTo(p, DIGITS);
    expect(found.counts).toEqual({
      chain: counts.chain,
      convergent: counts.conv,
      divergent: counts.div,
      reciprocal: counts.recip,
    });
    expect(found.alphas.chain).toBeCloseTo(alphas.alpha_chain, DIGITS);
    expect(found.alphas.convergent).toBeCloseTo(alphas.alpha_conv, DIGITS);
    expect(found.alphas.divergent).toBeCloseTo(alphas.alpha_div, DIGITS);
    expect(found.alphas.reciprocal).toBeCloseTo(alphas.alpha_recip, DIGITS);
  });

  test('SONET: α of ρ and back, and one graph from given normals', () => {
    for (const { p, rho, alpha } of golden.sonet.alpha_of_rho)
      expect(connectivity.motifAlpha(p, rho)).toBeCloseTo(alpha, STATED);
    for (const { p, rho, alpha } of golden.sonet.rho_of_alpha)
      expect(connectivity.motifCorrelation(p, alpha)).toBeCloseTo(rho, STATED);
    const { p, vx, vy, cxy, g1, g2, eps, Z, A } = golden.sonet.sample;
    const spec = { density: p, convergence: vx, divergence: vy, chains: cxy };
    const { z, adjacency } = connectivity.sonetOf(spec, g1, g2, fromRows(eps));
    expectClose(z.data, Z.flat());
    expectClose(adjacency.data, A.flat());
    expect(() => connectivity.sonetOf({ ...spec, chains: 0.4 }, g1, g2, fromRows(eps))).toThrow(/0\.300/);
  });
});

describe('the recurrent network against the float64 reference', () => {
  const { tiny_rnn } = golden;
  const weights = { wx: fromRows(tiny_rnn.Wx), wh: fromRows(tiny_rnn.Wh), wo: fromRows(tiny_rnn.Wo) };
  const inputs = { data: tiny_rnn.x.flat(2), steps: tiny_rnn.T, batch: tiny_rnn.B };

  test.each(Object.values(tiny_rnn.cases))(
    'α = $alpha: states, loss, gradient, kernel, and measures after a step',
    (c) => {
      const { alpha } = c;
      const before = connectivity.runNetwork(weights, inputs, alpha);
      expectClose(before.states, c.h.flat(2));
      expectClose(before.logits, c.logits.flat(2));
      const { loss, dLogits } = connectivity.crossEntropy(before.logits, tiny_rnn.y.flat());
      expect(loss).toBeCloseTo(c.loss, STATED);
      const grads = connectivity.backPropagate(weights, inputs, before, dLogits, alpha);
      expectClose(grads.wh, c.grad_Wh.flat(), STATED);
      const j = connectivity.jacobian(weights, inputs, before, alpha);
      expectClose(j.data.slice(-9), c.jacobian_row_last, STATED);
      const k0 = connectivity.tangentKernel(weights, inputs, before, { alpha });
      expectClose(k0.data, c.K0.flat(), STATED);
      expectClose(k0.data, matmul(j, transpose(j)).data, 10);
      expect(frobeniusNorm(k0.data)).toBeCloseTo(c.K0_frobenius, STATED);

      const expected = c.after_one_sgd_step_lr_0_1;
      const moved = (w: { data: ArrayLike<number>; shape: readonly number[] }, grad: Float64Array) => ({
        data: Float64Array.from(w.data, (value, i) => value - 0.1 * grad[i]),
        shape: w.shape,
      });
      const trained = {
        wx: moved(weights.wx, grads.wx),
        wh: moved(weights.wh, grads.wh),
        wo: moved(weights.wo, grads.wo),
      };
      expectClose(trained.wh.data, expected.Wh.flat(), STATED);
      expect(weightChange(weights.wh.data, trained.wh.data).absolute).toBeCloseTo(expected.weight_change, STATED);
      const after = connectivity.runNetwork(trained, inputs, alpha);
      const k1 = connectivity.tangentKernel(trained, inputs, after, { alpha });
      expect(kernelAlignment(k0, k1)).toBeCloseTo(expected.TKA, STATED);
      const last = (states: Float64Array) => ({ data: states.slice(-6), shape: [2, 3] });
      expect(representationAlignment(last(before.states), last(after.states))).toBeCloseTo(expected.RA, STATED);
      expect(signSimilarity(last(before.states), last(after.states))).toBe(expected.sign_similarity);
    },
  );

  test('leak of the exponential Euler step', () => {
    const { dt_over_tau, exp_euler_alpha } = golden.leak;
    expect(connectivity.exponentialEulerAlpha(dt_over_tau)).toBeCloseTo(exp_euler_alpha, DIGITS);
  });
});

describe('the two-layer linear network against the float64 reference', () => {
  test('kernel, several outputs and one', () => {
    const { W1, W2, X_columns_are_samples, K_rows_sample_major, scalar_output_case } = golden.two_layer_linear_kernel;
    const [w1, x] = [fromRows(W1), fromRows(X_columns_are_samples)];
    expectClose(connectivity.linearKernel(w1, fromRows(W2), x).data, K_rows_sample_major.flat());
    expectClose(connectivity.linearKernel(w1, fromRows(scalar_output_case.W2), x).data, scalar_output_case.K.flat());
  });

  test.each(golden.two_layer_theory.cases)('mean alignment over tasks: $name', (c) => {
    expect(connectivity.meanAlignment(c.spec, c.a)).toBeCloseTo(c.mean_TKA, DIGITS);
    expect(participationRatio(c.spec.map((value) => value + c.a))).toBeCloseTo(c.PR, DIGITS);
    const k0 = diagonal(c.spec.map((value) => value + c.a));
    const unit = (axis: number) => c.spec.map((_, i) => (i === axis ? 1 : 0));
    expect(connectivity.alignmentForTask(k0, unit(0))).toBeCloseTo(c.TKA_beta_e1, DIGITS);
    expect(connectivity.alignmentForTask(k0, unit(5))).toBeCloseTo(c.TKA_beta_e6, DIGITS);
  });

  test('the exception: rank one along the task, balanced, does not change its kernel at all', () => {
    const { beta, TKA_balanced, TKA_w2_zero, full_rank_isotropic } = golden.two_layer_theory.aligned;
    const length = frobeniusNorm(beta);
    const w1 = fromRows([beta.map((value) => value / length), beta.map(() => 0)]);
    expect(connectivity.alignmentForTask(connectivity.whitenedKernel(w1, [1, 0]), beta)).toBeCloseTo(
      TKA_balanced,
      DIGITS,
    );
    expect(connectivity.alignmentForTask(connectivity.whitenedKernel(w1, [0, 0]), beta)).toBeCloseTo(
      TKA_w2_zero,
      DIGITS,
    );
    expect(connectivity.largestMeanAlignment(6)).toBeCloseTo(full_rank_isotropic, DIGITS);
  });

  test('feature modulation: the partially aligned start approaches the aligned one', () => {
    for (const { kappa, aligned, partial } of golden.feature_modulation.cases) {
      const beta = [kappa, kappa, 1, 1];
      const along = (direction: number[]) => {
        const w1 = fromRows([direction.map((value) => value / frobeniusNorm(direction))]);
        return connectivity.alignmentForTask(connectivity.whitenedKernel(w1, [1]), beta);
      };
      expect(along(beta)).toBeCloseTo(aligned, DIGITS);
      expect(along([kappa, kappa, 0, 0])).toBeCloseTo(partial, DIGITS);
    }
  });

  test('200 steps of gradient descent', () => {
    const { W1, w2, beta, lr, steps, W1_final, w2_final, TKA, conserved_drift, loss_at } = golden.two_layer_gd;
    const start = { w1: fromRows(W1), w2 };
    const end = connectivity.descend(start, beta, { learningRate: lr, mostSteps: steps });
    expectClose(end.w1.data, W1_final.flat());
    expectClose(end.w2, w2_final);
    expect(connectivity.descend(start, beta, { learningRate: lr, mostSteps: 10 }).loss).toBeCloseTo(
      loss_at['10'],
      DIGITS,
    );
    const [k0, k1] = [connectivity.whitenedKernel(start.w1, w2), connectivity.whitenedKernel(end.w1, end.w2)];
    expect(kernelAlignment(k0, k1)).toBeCloseTo(TKA, DIGITS);
    expect(connectivity.conservedDrift(start, end)).toBeCloseTo(conserved_drift, DIGITS);
  });
});

test('singular values of a truncated start: r of them, the others zero', () => {
  const w = fromRows(golden.low_rank_init.W);
  for (let rank = 1; rank <= 5; rank++) {
    const s = singularValues(connectivity.truncated(svd(w), rank));
    expect([...s].filter((value) => value > 1e-12 * s[0])).toHaveLength(rank);
  }
  expect(() => connectivity.truncated(svd(w), 6)).toThrow(/rank 6 .* 5 singular values/);
});
