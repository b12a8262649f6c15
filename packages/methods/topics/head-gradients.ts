/**
 * Happy's losses that reach heads, with their gradients by the logits, by hand and in float64; the formulas are those
 * that the golden cases of the authors' code hold for the traced ones (../happy/losses.ts).
 */
export interface Gradient {
  readonly loss: number;
  /** ∂L/∂o, [N, K]. */
  readonly gradient: Float64Array;
}

export const TAU_P = 0.1;
const TAU_T = 0.05; // of continual stages
const TINY = 1e-30;

/**
 * §2.5(a): ∂L/∂o_i = (p_i − q_pair(i))/(τ_p N); rows i and i + N/2 are two views of one sample.
 * @param p the softmax of the logits at τ_p, where it is known
 */
export function selfDistillationGradient(
  logits: Float64Array,
  classes: number,
  tauT = TAU_T,
  p = softmax(logits, classes, TAU_P),
): Gradient {
  const n = logits.length / classes;
  const q = tauT === TAU_P / 2 ? squared(p, classes) : softmax(logits, classes, tauT);
  const gradient = new Float64Array(logits.length);
  let loss = 0;
  for (let i = 0; i < n; i++) {
    const pair = ((i + n / 2) % n) * classes;
    for (let c = 0; c < classes; c++) {
      const [own, target] = [p[i * classes + c], q[pair + c]];
      loss -= (target * Math.log(Math.max(own, TINY))) / n;
      gradient[i * classes + c] = (own - target) / (TAU_P * n);
    }
  }
  return { loss, gradient };
}

/**
 * §2.5(b) with all weights at 1: ∂L/∂o_ik = p_ik (G_k − Σ_c p_ic G_c)/(τ_p N),
 * G_c = ln p_g + 1 + (ln π_c + H(π_g))/p_g for c in group g; a group of one adds nothing of its own.
 */
export function groupEntropyGradient(
  logits: Float64Array,
  classes: number,
  oldClasses: number,
  p = softmax(logits, classes, TAU_P),
): Gradient {
  const n = logits.length / classes;
  const mean = new Float64Array(classes);
  for (let i = 0; i < n; i++) for (let c = 0; c < classes; c++) mean[c] += p[i * classes + c] / n;
  const g = new Float64Array(classes);
  let loss = Math.LN2;
  for (const [from, to] of [
    [0, oldClasses],
    [oldClasses, classes],
  ]) {
    let mass = 0;
    for (let c = from; c < to; c++) mass += mean[c];
    mass = Math.max(mass, TINY);
    let entropy = 0;
    for (let c = from; c < to; c++) entropy -= (mean[c] / mass) * Math.log(Math.max(mean[c] / mass, TINY));
    loss += mass * Math.log(mass) + (to - from > 1 ? Math.log(to - from) - entropy : 0);
    for (let c = from; c < to; c++) {
      const within = to - from > 1 ? (Math.log(Math.max(mean[c] / mass, TINY)) + entropy) / mass : 0;
      g[c] = Math.log(mass) + 1 + within;
    }
  }
  const gradient = new Float64Array(logits.length);
  for (let i = 0; i < n; i++) {
    let expected = 0;
    for (let c = 0; c < classes; c++) expected += p[i * classes + c] * g[c];
    for (let c = 0; c < classes; c++)
      gradient[i * classes + c] = (p[i * classes + c] * (g[c] - expected)) / (TAU_P * n);
  }
  return { loss, gradient };
}

/** §2.5(e): cross-entropy of drawn prototypes to their labels, ∂L/∂o = (p − 1[label])/(τ_p M). */
export function replayGradient(logits: Float64Array, classes: number, labels: ArrayLike<number>): Gradient {
  const m = logits.length / classes;
  const gradient = softmax(logits, classes, TAU_P);
  let loss = 0;
  for (let i = 0; i < m; i++) {
    const at = i * classes + labels[i];
    loss -= Math.log(Math.max(gradient[at], TINY)) / m;
    gradient[at] -= 1;
  }
  for (let i = 0; i < gradient.length; i++) gradient[i] /= TAU_P * m;
  return { loss, gradient };
}

/** Row by row, of logits/τ. */
export function softmax(logits: Float64Array | Float32Array, classes: number, tau: number): Float64Array {
  const out = new Float64Array(logits.length);
  for (let from = 0; from < logits.length; from += classes) {
    let most = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < classes; c++) most = Math.max(most, logits[from + c]);
    let sum = 0;
    for (let c = 0; c < classes; c++) {
      const weight = Math.exp((logits[from + c] - most) / tau);
      out[from + c] = weight;
      sum += weight;
    }
    for (let c = 0; c < classes; c++) out[from + c] /= sum;
  }
  return out;
}

/** The softmax at half the temperature of that of `p`: p²/Σp², without exponentials. */
function squared(p: Float64Array, classes: number): Float64Array {
  const out = p.map((value) => value * value);
  for (let from = 0; from < out.length; from += classes) {
    let sum = 0;
    for (let c = 0; c < classes; c++) sum += out[from + c];
    for (let c = 0; c < classes; c++) out[from + c] /= sum;
  }
  return out;
}
