import { type Array as JaxArray, lax, nn, numpy as np } from '@jax-js/jax';
import { checkAxis, checkRank, ShapeError } from './shape-error.ts';

/** Losses are means over the batch and scalars. They borrow their operands, as layers do. */

/** −mean log softmax(logits)[label]. @param logits [..., classes] @param labels int32 [...] */
export function crossEntropy(logits: JaxArray, labels: JaxArray): JaxArray {
  const classes = logits.shape[logits.ndim - 1];
  if (labels.shape.join() !== logits.shape.slice(0, -1).join())
    throw new ShapeError(
      `crossEntropy: labels have shape [${labels.shape}] for logits [${logits.shape}]; drop the last axis.`,
    );
  return softCrossEntropy(logits, nn.oneHot(labels.ref, classes));
}

/** −mean Σ target · log softmax(logits). @param targets probabilities of the shape of the logits; no gradient reaches them */
export function softCrossEntropy(logits: JaxArray, targets: JaxArray): JaxArray {
  checkSame('softCrossEntropy', logits, targets);
  return nn.logSoftmax(logits.ref, -1).mul(lax.stopGradient(targets.ref)).sum(-1).mean().neg();
}

/** mean Σ p · (log p − log q) over the last axis, p and q as logits; the gradient reaches both. */
export function klDivergence(pLogits: JaxArray, qLogits: JaxArray): JaxArray {
  checkSame('klDivergence', pLogits, qLogits);
  const logP = nn.logSoftmax(pLogits.ref, -1);
  return np
    .exp(logP.ref)
    .mul(logP.sub(nn.logSoftmax(qLogits.ref, -1)))
    .sum(-1)
    .mean();
}

/** −mean [y log σ(x) + (1 − y) log (1 − σ(x))], from logits, so that nothing overflows. */
export function binaryCrossEntropy(logits: JaxArray, targets: JaxArray): JaxArray {
  checkSame('binaryCrossEntropy', logits, targets);
  return nn
    .softplus(logits.ref)
    .sub(logits.ref.mul(lax.stopGradient(targets.ref)))
    .mean();
}

export function meanSquaredError(prediction: JaxArray, target: JaxArray): JaxArray {
  checkSame('meanSquaredError', prediction, target);
  const error = prediction.ref.sub(target.ref);
  return error.ref.mul(error).mean();
}

/** Vectors of length one, along the last axis. */
export function normalised(x: JaxArray): JaxArray {
  const squares = x.ref.mul(x.ref).sum(-1, { keepdims: true });
  return x.ref.div(np.sqrt(squares.add(1e-12))); // keeps the gradient of a zero vector finite
}

/** The cosine of the angle between vectors along the last axis, [...]. */
export function cosineSimilarity(a: JaxArray, b: JaxArray): JaxArray {
  checkSame('cosineSimilarity', a, b);
  return normalised(a).mul(normalised(b)).sum(-1);
}

/** 1 − cosine, its mean. */
export function cosineLoss(a: JaxArray, b: JaxArray): JaxArray {
  return cosineSimilarity(a, b).mean().neg().add(1);
}

/**
 * InfoNCE between two views: row i of one belongs to row i of the other, all else in the batch is contrast. Both
 * directions are averaged, as in CLIP (Radford et al. 2021, arXiv 2103.00020, fig. 3); van den Oord et al. 2018, arXiv
 * 1807.03748, eq. 4.
 * @param a float32 [batch, width], as b; they are normalised here
 */
export function contrastive(a: JaxArray, b: JaxArray, { temperature }: { temperature: number }): JaxArray {
  checkRank('contrastive: a', a, 2, 'batch, width');
  checkSame('contrastive', a, b);
  const cosines = np.matmul(normalised(a), normalised(b).transpose()).mul(1 / temperature);
  const target = np.eye(a.shape[0]);
  const there = softCrossEntropy(cosines, target.ref);
  return there.add(softCrossEntropy(cosines.transpose(), target)).mul(0.5);
}

/** The part of rows whose largest logit is the label's. Has no gradient. */
export function accuracy(logits: JaxArray, labels: JaxArray): JaxArray {
  checkAxis('accuracy: labels', labels, 0, logits.shape[0]);
  return np.argmax(logits.ref, -1).equal(labels.ref).astype(logits.dtype).mean();
}

function checkSame(where: string, a: JaxArray, b: JaxArray): void {
  if (a.shape.join() !== b.shape.join())
    throw new ShapeError(`${where}: shapes [${a.shape}] and [${b.shape}] differ; nothing is broadcast here.`);
}
