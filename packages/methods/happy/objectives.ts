import type { TracedArray } from '@broadsheet/engine';
import {
  crossEntropyTo,
  featureDistillation,
  type Groups,
  groupEntropy,
  infoNce,
  meanEntropy,
  oldHeadDistillation,
  onlyHeads,
  selfDistillation,
  supervisedContrast,
} from './losses.ts';

/** Weights of the terms of a continual stage; a term with weight 0 is not computed. */
export interface StageWeights {
  readonly self: number;
  /** Grouped entropy, λ₁: between old and new, within old, within new. */
  readonly between: number;
  readonly withinOld: number;
  readonly withinNew: number;
  /** λ₃ */
  readonly contrast: number;
  readonly replay: number;
  /** λ₂ on the code's squared distance. */
  readonly distil: number;
  /** SimGCD: entropy over all heads at once, in place of the groups. */
  readonly ungrouped: number;
  /** SimGCD+: what the old heads said before. */
  readonly lwf: number;
}

/** Happy's own: all components at 1. */
export const HAPPY: StageWeights = {
  self: 1,
  between: 1,
  withinOld: 1,
  withinNew: 1,
  contrast: 1,
  replay: 1,
  distil: 1,
  ungrouped: 0,
  lwf: 0,
};

/** τ_t of continual stages. */
export const TAU_T = 0.05;

/** What the networks give for a batch of N = 2B rows; a field may be missing where its term has weight 0. */
export interface StageActivity {
  /** Cosine logits over all K heads, not masked. */
  readonly logits: TracedArray;
  readonly features: TracedArray;
  readonly featuresBefore?: TracedArray;
  readonly logitsBefore?: TracedArray;
  readonly projected?: TracedArray;
  /** Logits of drawn prototypes and their labels, one-hot [M, K]. */
  readonly replayLogits?: TracedArray;
  readonly replayTargets?: TracedArray;
}

/** §2.5: the loss of a continual stage and its terms, unweighted. */
export function stageLoss(
  activity: StageActivity,
  groups: Groups,
  weights: StageWeights,
): { loss: TracedArray; terms: Record<string, TracedArray> } {
  const active = groups.old.ref.add(groups.fresh.ref);
  const logits = onlyHeads(activity.logits, active);
  const need = <T>(value: T | undefined, term: string): T => {
    if (value === undefined) throw new TypeError(`stageLoss: the term "${term}" has a weight but no input.`);
    return value;
  };
  const parts: Record<string, readonly [number, () => TracedArray]> = {
    self: [weights.self, () => selfDistillation(logits, TAU_T)],
    contrast: [weights.contrast, () => infoNce(need(activity.projected, 'contrast'))],
    replay: [
      weights.replay,
      () =>
        crossEntropyTo(
          onlyHeads(need(activity.replayLogits, 'replay'), active),
          need(activity.replayTargets, 'replay'),
        ),
    ],
    distil: [weights.distil, () => featureDistillation(activity.features, need(activity.featuresBefore, 'distil'))],
    ungrouped: [weights.ungrouped, () => meanEntropy(logits, active)],
    lwf: [weights.lwf, () => oldHeadDistillation(activity.logits, need(activity.logitsBefore, 'lwf'), groups.old)],
  };
  const terms: Record<string, TracedArray> = {};
  let loss: TracedArray | undefined;
  const add = (name: string, weight: number, term: TracedArray) => {
    terms[name] = term;
    const part = term.ref.mul(weight);
    loss = loss ? loss.add(part) : part;
  };
  for (const [name, [weight, term]] of Object.entries(parts)) if (weight !== 0) add(name, weight, term());
  if (weights.between !== 0 || weights.withinOld !== 0 || weights.withinNew !== 0) {
    const entropy = groupEntropy(logits, groups);
    add('between', weights.between, entropy.between);
    add('withinOld', weights.withinOld, entropy.old);
    add('withinNew', weights.withinNew, entropy.fresh);
  }
  if (!loss) throw new RangeError('stageLoss: every weight is 0; there is nothing to train.');
  return { loss, terms };
}

/** §2.3: share a of the supervised terms at stage 0, and the weight of the entropy. */
export const SUPERVISED_SHARE = 0.35;

/**
 * §2.3 as the code has it: (1 − a)(self + entropy) + a·CE + (1 − a)·contrast + a·supervised contrast.
 * @param labels one-hot [N, K], both views
 * @param active 0/1 [K], the initial heads
 */
export function initialLoss(
  activity: { readonly logits: TracedArray; readonly projected: TracedArray },
  labels: TracedArray,
  active: TracedArray,
  tauT: number | TracedArray,
): { loss: TracedArray; terms: Record<'self' | 'entropy' | 'ce' | 'contrast' | 'supervised', TracedArray> } {
  const logits = onlyHeads(activity.logits, active);
  const terms = {
    self: selfDistillation(logits, tauT),
    entropy: meanEntropy(logits, active),
    ce: crossEntropyTo(logits, labels),
    contrast: infoNce(activity.projected),
    supervised: supervisedContrast(activity.projected, labels),
  };
  const a = SUPERVISED_SHARE;
  const unlabelled = terms.self.ref
    .add(terms.entropy.ref)
    .add(terms.contrast.ref)
    .mul(1 - a);
  return { loss: unlabelled.add(terms.ce.ref.add(terms.supervised.ref).mul(a)), terms };
}
