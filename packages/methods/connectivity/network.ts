import type { MatrixLike } from '@broadsheet/engine/linalg';

/**
 * The recurrent network of Liu et al. 2023 (arXiv 2310.08513, authors' code), in plain float64:
 * h_t = relu((1 − α) h_{t−1} + α (W_x x_t + W_h h_{t−1})), z_t = W_o h_t, h_0 = 0, no biases.
 * α = dt/τ is 1 in their code: no leak. This is the reference that the compiled programs of `traced.ts` are held against.
 */
export interface Weights {
  /** [N, inputs]. */
  readonly wx: MatrixLike;
  /** [N, N], W[i][j] from unit j to unit i. */
  readonly wh: MatrixLike;
  /** [outputs, N]. */
  readonly wo: MatrixLike;
}

/** Inputs [steps, batch, channels], flat, time first. */
export interface Inputs {
  readonly data: ArrayLike<number>;
  readonly steps: number;
  readonly batch: number;
}

export interface Activity {
  /** [steps, batch, N]. */
  readonly states: Float64Array;
  /** [steps, batch, outputs]. */
  readonly logits: Float64Array;
}

/** α of exponential Euler, 1 − e^(−dt/τ), where the paper's equation is read as a leaky integrator. */
export function exponentialEulerAlpha(dtOverTau: number): number {
  return 1 - Math.exp(-dtOverTau);
}

export function runNetwork({ wx, wh, wo }: Weights, { data, steps, batch }: Inputs, alpha = 1): Activity {
  const [n, channels] = wx.shape;
  const [outputs] = wo.shape;
  const states = new Float64Array(steps * batch * n);
  const logits = new Float64Array(steps * batch * outputs);
  for (let row = 0; row < steps * batch; row++) {
    const previous = row - batch; // the same trial a step earlier
    for (let i = 0; i < n; i++) {
      let drive = 0;
      for (let c = 0; c < channels; c++) drive += wx.data[i * channels + c] * data[row * channels + c];
      if (previous >= 0) for (let j = 0; j < n; j++) drive += wh.data[i * n + j] * states[previous * n + j];
      const kept = previous >= 0 ? (1 - alpha) * states[previous * n + i] : 0;
      states[row * n + i] = Math.max(0, kept + alpha * drive);
    }
    for (let k = 0; k < outputs; k++)
      for (let i = 0; i < n; i++) logits[row * outputs + k] += wo.data[k * n + i] * states[row * n + i];
  }
  return { states, logits };
}

/** Mean cross-entropy over all steps and trials, and its gradient with respect to the logits. */
export function crossEntropy(logits: Float64Array, labels: ArrayLike<number>): { loss: number; dLogits: Float64Array } {
  const rows = labels.length;
  const outputs = logits.length / rows;
  const dLogits = new Float64Array(logits.length);
  let loss = 0;
  for (let row = 0; row < rows; row++) {
    const of = logits.subarray(row * outputs, (row + 1) * outputs);
    const highest = Math.max(...of);
    const exponentials = of.map((z) => Math.exp(z - highest));
    const total = exponentials.reduce((sum, e) => sum + e, 0);
    for (let k = 0; k < outputs; k++)
      dLogits[row * outputs + k] = (exponentials[k] / total - (k === labels[row] ? 1 : 0)) / rows;
    loss -= (of[labels[row]] - highest - Math.log(total)) / rows;
  }
  return { loss, dLogits };
}

/**
 * Gradient of Σ dLogits·z by back-propagation through time:
 * δ_t = (W_oᵀ dz_t + (1 − α) δ_{t+1} + α W_hᵀ δ_{t+1}) ∘ 1[h_t > 0]; ∂W_h = α Σ δ_t h_{t−1}ᵀ, ∂W_x = α Σ δ_t x_tᵀ.
 */
export function backPropagate(
  { wx, wh, wo }: Weights,
  { data, steps, batch }: Inputs,
  { states }: Activity,
  dLogits: ArrayLike<number>,
  alpha = 1,
): { wx: Float64Array; wh: Float64Array; wo: Float64Array } {
  const [n, channels] = wx.shape;
  const [outputs] = wo.shape;
  const grads = { wx: new Float64Array(n * channels), wh: new Float64Array(n * n), wo: new Float64Array(outputs * n) };
  let later = new Float64Array(batch * n);
  for (let t = steps - 1; t >= 0; t--) {
    const delta = new Float64Array(batch * n);
    for (let b = 0; b < batch; b++) {
      const row = t * batch + b;
      for (let k = 0; k < outputs; k++)
        for (let i = 0; i < n; i++) {
          grads.wo[k * n + i] += dLogits[row * outputs + k] * states[row * n + i];
          delta[b * n + i] += wo.data[k * n + i] * dLogits[row * outputs + k];
        }
      for (let i = 0; i < n; i++) {
        const from = later[b * n + i];
        delta[b * n + i] += (1 - alpha) * from;
        if (from !== 0) for (let j = 0; j < n; j++) delta[b * n + j] += alpha * wh.data[i * n + j] * from;
      }
      for (let i = 0; i < n; i++) {
        if (!(states[row * n + i] > 0)) delta[b * n + i] = 0;
        const d = alpha * delta[b * n + i];
        if (d === 0) continue;
        for (let c = 0; c < channels; c++) grads.wx[i * channels + c] += d * data[row * channels + c];
        if (t > 0) for (let j = 0; j < n; j++) grads.wh[i * n + j] += d * states[(row - batch) * n + j];
      }
    }
    later = delta;
  }
  return grads;
}
