import { lax, nn, np, type TracedArray } from '@broadsheet/engine';
import { normalised } from '@broadsheet/engine/losses';

/**
 * The losses of Happy (Ma et al. 2024, arXiv 2410.06535v2; where paper and code differ, the code), as functions to
 * differentiate and compile. Batches hold two views, [view 1 rows; view 2 rows], N = 2B: row i pairs with row i + B.
 * Everything borrows its operands and takes the dtype of its inputs; means are over rows.
 */

/** Student temperature τ_p. */
export const TAU_P = 0.1;
/** Below any logit that matters, within float32: exp of it is 0. */
const OUT = 1e4;
/** Keeps ln and division finite where a group has no mass; far below e⁻²⁰/K, the least that a cosine head gives. */
const TINY = 1e-30;

/** Which heads are old and which new, 0/1 over [K]; a head in neither is not there yet. */
export interface Groups {
  readonly old: TracedArray;
  readonly fresh: TracedArray;
}

/** o = unit(x) · unit(v)ᵀ: weight-normed heads with g = 1. @param v [K, d] @param x [N, d] @returns [N, K] in [−1, 1] */
export function cosineLogits(v: TracedArray, x: TracedArray): TracedArray {
  return np.matmul(normalised(x), np.transpose(normalised(v)));
}

/** Logits over the heads that are there: the others' become so low that their probability is 0. @param mask 0/1 [K] */
export function onlyHeads(logits: TracedArray, mask: TracedArray): TracedArray {
  return logits.ref.add(mask.ref.sub(1).mul(OUT * TAU_P));
}

/** §2.5(a): each view learns what the same network says, sharper, of the other; no gradient reaches the teacher. */
export function selfDistillation(logits: TracedArray, tauT: number | TracedArray): TracedArray {
  const scaled = typeof tauT === 'number' ? logits.ref.mul(1 / tauT) : logits.ref.div(tauT.ref);
  const teacher = lax.stopGradient(nn.softmax(scaled, -1));
  return crossEntropyTo(logits, otherView(teacher));
}

/**
 * §2.5(b), each in [0, ln of its count] and 0 when even: mass between old and new heads, and within either group.
 * A group of one head has nothing to even out and is 0.
 */
export function groupEntropy(
  logits: TracedArray,
  { old, fresh }: Groups,
): Record<'between' | 'old' | 'fresh', TracedArray> {
  const mean = nn.softmax(logits.ref.mul(1 / TAU_P), -1).mean(0); // p̄ [K]
  const [pOld, pNew] = [mean.ref.mul(old.ref).sum(), mean.ref.mul(fresh.ref).sum()];
  const within = (mask: TracedArray, mass: TracedArray) => {
    const share = mean.ref.mul(mask.ref).div(np.maximum(mass.ref, TINY)); // π, 0 outside the group
    return xLogX(share)
      .sum()
      .add(np.log(np.maximum(mask.ref.sum(), 1)));
  };
  return {
    between: xLogX(pOld).add(xLogX(pNew)).add(Math.LN2),
    old: within(old, pOld),
    fresh: within(fresh, pNew),
  };
}

/** ln K + Σ p̄ ln p̄ over all heads at once: SimGCD's regulariser, and stage 0's. @param mask 0/1 [K] */
export function meanEntropy(logits: TracedArray, mask: TracedArray): TracedArray {
  const mean = nn.softmax(logits.ref.mul(1 / TAU_P), -1).mean(0);
  return xLogX(mean).sum().add(np.log(mask.ref.sum()));
}

/** §2.5(c): the other view against all other rows. @param projected [N, D]; normalised here */
export function infoNce(projected: TracedArray, tauC = 1): TracedArray {
  const rows = projected.shape[0];
  const logP = againstOthers(projected, tauC);
  const own = np.eye(rows).astype(projected.dtype);
  return logP.mul(otherView(own)).sum(-1).mean().neg();
}

/** §2.5(d): all rows of the same class are positives, except the row itself. @param labels one-hot [N, classes] */
export function supervisedContrast(projected: TracedArray, labels: TracedArray, tau = 0.07): TracedArray {
  const logP = againstOthers(projected, tau);
  const same = np.matmul(labels.ref, np.transpose(labels.ref));
  const positive = same.sub(np.eye(projected.shape[0]).astype(projected.dtype));
  const mean = logP.mul(positive.ref).sum(-1).div(positive.sum(-1)); // the other view is always one
  return mean.mean().neg();
}

/** Cross-entropy of softmax(o / τ_p) to given probabilities: labels (stage 0) or drawn prototypes (§2.5e). */
export function crossEntropyTo(logits: TracedArray, targets: TracedArray): TracedArray {
  return nn
    .logSoftmax(logits.ref.mul(1 / TAU_P), -1)
    .mul(targets.ref)
    .sum(-1)
    .mean()
    .neg();
}

/** §2.5(f) as in the code: mean ‖z − z_pre‖² of unit features, twice the paper's mean(1 − cos). */
export function featureDistillation(features: TracedArray, before: TracedArray): TracedArray {
  const change = normalised(features).sub(lax.stopGradient(normalised(before)));
  return change.ref.mul(change).sum(-1).mean();
}

/** SimGCD+: what the model before said of the old heads. Temperature τ_p: the baseline's own is not published. */
export function oldHeadDistillation(logits: TracedArray, before: TracedArray, old: TracedArray): TracedArray {
  const said = nn.softmax(onlyHeads(before, old).mul(1 / TAU_P), -1);
  return crossEntropyTo(onlyHeads(logits, old), lax.stopGradient(said));
}

function xLogX(p: TracedArray): TracedArray {
  return p.ref.mul(np.log(np.maximum(p.ref, TINY)));
}

/** Rows of the other view. */
function otherView(rows: TracedArray): TracedArray {
  const half = rows.shape[0] / 2;
  return np.concatenate([rows.ref.slice([half, 2 * half]), rows.ref.slice([0, half])], 0);
}

/** log softmax of cosines over all rows but the own, [N, N]. */
function againstOthers(projected: TracedArray, temperature: number): TracedArray {
  const unit = normalised(projected);
  const cosines = np.matmul(unit.ref, np.transpose(unit)).mul(1 / temperature);
  const own = np.eye(projected.shape[0]).astype(projected.dtype);
  return nn.logSoftmax(cosines.sub(own.mul(OUT)), -1);
}
