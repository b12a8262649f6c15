import { np, type TracedArray, valueAndGrad } from '@broadsheet/engine';
import { createRng } from '@broadsheet/engine/stats';
import { describe, expect, test } from 'vitest';
import golden from './golden.json' with { type: 'json' };
import * as happy from './index.ts';

// The functions that a run compiles, here in float64 by jax-js's interpreter (its WebAssembly has float32's exp).
const TOLERANCE = golden._meta.tolerance;
const DIGITS = 8;
const array = (values: unknown): TracedArray => np.array(values as number[][], { dtype: np.float64, device: 'cpu' });
const mask = (count: number, from: number, to: number) =>
  array(Array.from({ length: count }, (_, i) => (i >= from && i < to ? 1 : 0)));
const groups = (old: number, all: number) => ({ old: mask(all, 0, old), fresh: mask(all, old, all) });
const oneHot = (labels: readonly number[], classes: number) =>
  array(labels.map((label) => Array.from({ length: classes }, (_, c) => (c === label ? 1 : 0))));
const rowsFrom = (values: readonly (readonly number[])[]) => happy.rows(values.length, values[0].length, values.flat());
const numberOf = (value: TracedArray): number => value.js() as number;

function expectClose(actual: unknown, expected: unknown): void {
  const flat = (value: unknown): number[] => (Array.isArray(value) ? value : [value]).flat(3) as number[];
  const [a, e] = [flat(actual), flat(expected)];
  expect(a.length).toBe(e.length);
  for (let i = 0; i < e.length; i++) expect(Math.abs(a[i] - e[i])).toBeLessThanOrEqual(TOLERANCE);
}
const lossAndGrad = (fn: (x: TracedArray) => TracedArray, x: unknown): { loss: number; grad: unknown } => {
  const [loss, grad] = valueAndGrad(fn)(array(x));
  return { loss: numberOf(loss), grad: (grad as TracedArray).js() };
};

describe('schedules', () => {
  test('teacher temperature and learning rate by epoch', () => {
    for (const [epoch, value] of Object.entries(golden.teacher_temp_schedule.stage0.at))
      expect(happy.teacherTemperature(Number(epoch))).toBeCloseTo(value, DIGITS);
    const { lr, epochs, per_epoch } = golden.cosine_lr;
    per_epoch.forEach((value, epoch) => {
      expect(happy.cosineRate(lr, epoch, epochs)).toBeCloseTo(value, 10);
    });
  });
});

describe("the losses of the authors' code, values and gradients", () => {
  test('cosine heads', () => {
    const { weight_v, x, logits } = golden.cosine_head;
    expectClose(happy.cosineLogits(array(weight_v), array(x)).js(), logits);
  });

  test.each(Object.entries(golden.self_distillation.cases))('self-distillation, %s', (_, expected) => {
    const found = lossAndGrad(
      (o) => happy.selfDistillation(o, expected.teacher_temp),
      golden.self_distillation.student_out,
    );
    expectClose(found.loss, expected.loss);
    expectClose(found.grad, expected.grad);
  });

  test.each(Object.entries(golden.group_entropy.cases))('group-wise entropy, %s', (_, expected) => {
    const { student_out, num_old, weights } = expected;
    const sides = groups(num_old, student_out[0].length);
    const terms = happy.groupEntropy(array(student_out), sides);
    expectClose(numberOf(terms.between), expected.L_old_new);
    expectClose(numberOf(terms.old), expected.L_old_in);
    expectClose(numberOf(terms.fresh), expected.L_new_in);
    const found = lossAndGrad((o) => {
      const { between, old, fresh } = happy.groupEntropy(o, sides);
      return between.mul(weights[0]).add(old.mul(weights[1])).add(fresh.mul(weights[2]));
    }, student_out);
    expectClose(found.loss, expected.L_total_weighted);
    expectClose(found.grad, expected.grad);
  });

  test('contrast without labels', () => {
    const { features, loss, grad, temp } = golden.info_nce;
    const found = lossAndGrad((h) => happy.infoNce(h, temp), features);
    expectClose(found.loss, loss);
    expectClose(found.grad, grad);
  });

  test('contrast with labels', () => {
    const { features, labels, loss, grad, temp } = golden.sup_con; // features are [B, views, D]
    const stacked = (values: number[][][]) => [0, 1].flatMap((view) => values.map((sample) => sample[view]));
    const both = oneHot([...labels, ...labels], 3);
    const found = lossAndGrad((h) => happy.supervisedContrast(h, both, temp), stacked(features));
    expectClose(found.loss, loss);
    expectClose(found.grad, stacked(grad));
  });

  test('all of stage 0', () => {
    const { student_out, student_proj, labels, epoch, ...expected } = golden.stage0_total;
    const both = oneHot([...labels, ...labels], 3);
    const tau = happy.teacherTemperature(epoch);
    const lossOf = ({ o, h }: { o: TracedArray; h: TracedArray }) =>
      happy.initialLoss({ logits: o, projected: h }, both, mask(3, 0, 3), tau);
    const { terms } = lossOf({ o: array(student_out), h: array(student_proj) });
    expectClose(numberOf(terms.ce), expected.cls_loss);
    expectClose(numberOf(terms.contrast), expected.contrastive);
    expectClose(numberOf(terms.supervised), expected.sup_con);
    expectClose(numberOf(terms.self) + numberOf(terms.entropy), expected.cluster_loss_incl_memax);
    const [loss, grads] = valueAndGrad((both: { o: TracedArray; h: TracedArray }) => lossOf(both).loss)({
      o: array(student_out),
      h: array(student_proj),
    });
    expectClose(numberOf(loss), expected.total);
    expectClose(grads.o.js(), expected.grad_student_out);
    expectClose(grads.h.js(), expected.grad_student_proj);
  });

  test('distillation of features, in either convention', () => {
    const { feats_raw, feats_pre_raw, loss_code_squared_l2, loss_paper_1_minus_cos } = golden.feat_distill;
    const found = numberOf(happy.featureDistillation(array(feats_raw), array(feats_pre_raw)));
    expectClose(found, loss_code_squared_l2);
    expectClose(found / 2, loss_paper_1_minus_cos);
  });
});

describe('prototypes', () => {
  const offline = golden.prototypes_offline;
  const stored = happy.prototypesOf(rowsFrom(offline.features_raw), offline.labels, 3);

  test('means, radius, hardness and sampling after stage 0', () => {
    expectClose([...stored.means.data], offline.prototypes);
    expectClose(stored.radius, offline.radius);
    expectClose([...happy.hardnessOf(stored)], offline.mean_similarity);
    for (const [tau, expected] of Object.entries(offline.sampling_prob_by_temp))
      expectClose([...happy.samplingOf(happy.hardnessOf(stored), Number(tau))], expected);
  });

  test('new ones are appended; a head that won nothing stands for itself', () => {
    const { features_raw, pred, weight_v, prototypes, radius_unchanged, mean_similarity } = golden.prototypes_online;
    const next = happy.appendPrototypes(stored, rowsFrom(features_raw), pred, rowsFrom(weight_v));
    expectClose([...next.means.data], prototypes);
    expectClose(next.radius, radius_unchanged);
    expectClose([...happy.hardnessOf(next)], mean_similarity);
  });

  test('replay of given draws, down to the gradient of the weight-normed heads', () => {
    const { sampled_labels, noise, weight_v, loss, grad_weight_v } = golden.hap_loss;
    const drawn = array(drawnFrom(sampled_labels, noise));
    const targets = oneHot(sampled_labels, 5);
    const found = lossAndGrad((v) => happy.crossEntropyTo(happy.cosineLogits(v, drawn), targets), weight_v);
    expectClose(found.loss, loss);
    expectClose(found.grad, grad_weight_v);
  });
});

/** μ_c + r·ε, by the prototypes of the golden case. */
function drawnFrom(labels: readonly number[], noise: readonly number[][]): number[][] {
  const { prototypes, radius } = golden.prototypes_offline;
  return labels.map((label, i) => prototypes[label].map((value, k) => value + radius * noise[i][k]));
}

describe('a whole step', () => {
  const { full_step: full, hap_loss: hap } = golden;
  const start = { w: full.backbone_W, v: full.weight_v, m: full.mlp_W, b: full.mlp_b };
  type Params = Record<keyof typeof start, TracedArray>;
  const x = array(full.x_two_views);
  const before = np.matmul(x.ref, np.transpose(array(full.previous_backbone_W)));
  const drawn = array(drawnFrom(hap.sampled_labels, hap.noise));
  const lossOf = ({ w, v, m, b }: Params) => {
    const features = np.matmul(x.ref, np.transpose(w));
    return happy.stageLoss(
      {
        logits: happy.cosineLogits(v, features),
        features,
        featuresBefore: before,
        projected: np.matmul(features.ref, np.transpose(m)).add(b),
        replayLogits: happy.cosineLogits(v, drawn),
        replayTargets: oneHot(hap.sampled_labels, 5),
      },
      groups(full.num_old, full.num_old + full.num_new),
      happy.HAPPY,
    );
  };
  const params = (): Params => ({ w: array(start.w), v: array(start.v), m: array(start.m), b: array(start.b) });

  test('every term, the total, all gradients, and the weights after one step of SGD', () => {
    const { terms } = lossOf(params());
    const value = (name: string) => numberOf(terms[name].ref);
    expectClose(value('between'), full.terms.L_old_new);
    expectClose(value('withinOld'), full.terms.L_old_in);
    expectClose(value('withinNew'), full.terms.L_new_in);
    expectClose(value('contrast'), full.terms.contrastive);
    expectClose(value('replay'), full.terms.hap);
    expectClose(value('distil'), full.terms.kd_code);
    const cluster = value('self') + value('between') + value('withinOld') + value('withinNew');
    expectClose(cluster, full.terms.cluster_loss_incl_entropy);

    const [loss, grads] = valueAndGrad((p: Params) => lossOf(p).loss)(params());
    expectClose(numberOf(loss), full.total);
    const { w, v, m, b } = grads as Params;
    expectClose([w, v, m, b].map((grad) => grad.ref.js()).flat(2), [
      ...full.grads.backbone_W.flat(),
      ...full.grads.weight_v.flat(),
      ...full.grads.mlp_W.flat(),
      ...full.grads.mlp_b,
    ]);
    const { lr, momentum, weight_decay, ...after } = full.after_one_sgd_step;
    const still = (like: TracedArray) => like.ref.mul(0);
    const moves: Params = { w: still(w), v: still(v), m: still(m), b: still(b) };
    const next = happy.descend(params(), grads as Params, moves, {
      learningRate: array(lr),
      momentum,
      weightDecay: weight_decay,
    }).params;
    expectClose(next.w.js(), after.backbone_W);
    expectClose(next.v.js(), after.weight_v);
    expectClose(next.m.js(), after.mlp_W);
    expectClose(next.b.js(), after.mlp_b);
  });
});

describe('clustering and evaluation', () => {
  test('initial heads: the centroids least like the old ones', () => {
    const { features_raw, old_head, num_new, new_head_rows_least_similar_first, max_cos_to_old } =
      golden.clustering_init;
    const found = happy.initialHeads(rowsFrom(features_raw), rowsFrom(old_head), num_new, createRng(0));
    expectClose([...found.heads.data], new_head_rows_least_similar_first);
    expectClose([...found.similarity], max_cos_to_old);
  });

  test.each(Object.entries(golden.cluster_acc))('accuracy by one assignment, %s', (name, expected) => {
    const { y_true, y_pred, old_mask_classes, all_old_new } = expected;
    const found = happy.clusterAccuracy(y_true, y_pred, (label) => old_mask_classes.includes(label));
    expect(found.all).toBeCloseTo(all_old_new[0], DIGITS);
    // In a tie only All is determined; the two shares may change places, their mean may not.
    if (name === 'old_swallows_new') expect([found.old, found.fresh].toSorted()).toEqual([0.5, 1]);
    else expectClose([found.old, found.fresh], all_old_new.slice(1));
  });

  test('silhouette, with and without a point alone', () => {
    const { X, labels3, score3, labels2, score2, labels4_singleton, score4 } = golden.silhouette;
    const points = rowsFrom(X);
    const of = (labels: number[]) => happy.silhouette(points, labels);
    expect(of(labels3)).toBeCloseTo(score3, DIGITS);
    expect(of(labels2)).toBeCloseTo(score2, DIGITS);
    expect(of(labels4_singleton)).toBeCloseTo(score4, DIGITS);
  });

  test('forgetting, discovery, class-based TF-IDF', () => {
    const { acc_init_by_stage_0_to_T, M_f, acc_new_stage_1_to_T, M_d } = golden.mf_md;
    expectClose([happy.forgetting(acc_init_by_stage_0_to_T), happy.discovery(acc_new_stage_1_to_T)], [M_f, M_d]);
    const { counts, idf, scores } = golden.c_tf_idf;
    const found = happy.classTfIdf(counts);
    expectClose([...found.idf], idf);
    expectClose(
      found.scores.flatMap((row) => [...row]),
      scores,
    );
  });
});
