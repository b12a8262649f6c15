import { type Matrix, matrix } from '@broadsheet/engine/linalg';
import { type Activity, backPropagate, type Inputs, type Weights } from './network.ts';

/**
 * The tangent kernel of the recurrent weights, K = J Jᵀ, J row (t, b, k) = ∂z_{t,b,k}/∂vec W_h, without forming J
 * (our factorisation): every row is α Σ_{s≤t} δ_s h_{s−1}ᵀ, so that
 * K[(t,b,k),(t',b',k')] = α² Σ_{s≤t} Σ_{s'≤t'} (δ_s·δ'_{s'}) (h_{s−1,b}·h_{s'−1,b'}).
 * With `parameters: 'all'` the same with h_{s−1}·h_{s'−1} + x_s·x_{s'} (W_x) and + [k = k'] h_t·h_{t'} (W_o).
 * Plain float64; `traced.ts` has the program that a run uses.
 */
export function tangentKernel(
  weights: Weights,
  inputs: Inputs,
  { states }: Activity,
  { alpha = 1, parameters = 'recurrent' }: { alpha?: number; parameters?: 'recurrent' | 'all' } = {},
): Matrix {
  const [n, channels] = weights.wx.shape;
  const [outputs] = weights.wo.shape;
  const { steps, batch, data } = inputs;
  const rows = steps * batch * outputs;
  const deltas = rowDeltas(weights, inputs, states, alpha); // [row][s ≤ t] of N values
  const state = (t: number, b: number) =>
    t < 0 ? new Float64Array(n) : states.subarray((t * batch + b) * n, (t * batch + b + 1) * n);
  const input = (t: number, b: number) =>
    Array.from({ length: channels }, (_, c) => data[(t * batch + b) * channels + c]);
  const out = matrix(rows, rows);
  for (let p = 0; p < rows; p++)
    for (let q = p; q < rows; q++) {
      const [bp, bq] = [trialOf(p, batch, outputs), trialOf(q, batch, outputs)];
      let sum = 0;
      deltas[p].forEach((dp, s) => {
        deltas[q].forEach((dq, r) => {
          let through = dot(state(s - 1, bp), state(r - 1, bq));
          if (parameters === 'all') through += dot(input(s, bp), input(r, bq));
          sum += alpha * alpha * dot(dp, dq) * through;
        });
      });
      if (parameters === 'all' && p % outputs === q % outputs)
        sum += dot(state(stepOf(p, batch, outputs), bp), state(stepOf(q, batch, outputs), bq));
      out.data[p * rows + q] = sum;
      out.data[q * rows + p] = sum;
    }
  return out;
}

/** The Jacobian itself, [rows, N²]: what the kernel is checked against. */
export function jacobian(weights: Weights, inputs: Inputs, activity: Activity, alpha = 1): Matrix {
  const n = weights.wh.shape[0];
  const rows = inputs.steps * inputs.batch * weights.wo.shape[0];
  const out = matrix(rows, n * n);
  for (let row = 0; row < rows; row++) {
    const one = new Float64Array(rows);
    one[row] = 1;
    out.data.set(backPropagate(weights, inputs, activity, one, alpha).wh, row * n * n);
  }
  return out;
}

/** δ_s of each logit row, from its own step back to 0. */
function rowDeltas(
  { wh, wo }: Weights,
  { steps, batch }: Inputs,
  states: Float64Array,
  alpha: number,
): Float64Array[][] {
  const n = wh.shape[0];
  const [outputs] = wo.shape;
  return Array.from({ length: steps * batch * outputs }, (_, row) => {
    const [t, b, k] = [stepOf(row, batch, outputs), trialOf(row, batch, outputs), row % outputs];
    const isOn = (s: number, i: number) => states[(s * batch + b) * n + i] > 0;
    const deltas: Float64Array[] = [];
    let delta = Float64Array.from({ length: n }, (_, i) => (isOn(t, i) ? wo.data[k * n + i] : 0));
    for (let s = t; ; s--) {
      deltas[s] = delta;
      if (s === 0) return deltas;
      const earlier = new Float64Array(n);
      for (let i = 0; i < n; i++) {
        earlier[i] += (1 - alpha) * delta[i];
        for (let j = 0; j < n; j++) earlier[j] += alpha * wh.data[i * n + j] * delta[i];
      }
      delta = earlier.map((value, i) => (isOn(s - 1, i) ? value : 0));
    }
  });
}

function stepOf(row: number, batch: number, outputs: number): number {
  return Math.floor(row / (batch * outputs));
}

function trialOf(row: number, batch: number, outputs: number): number {
  return Math.floor(row / outputs) % batch;
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
