import { np, type Tensor, type TracedArray, tensor } from '@broadsheet/engine';
import { fanInUniform, gelu } from '@broadsheet/engine/nn';
import type { Rng } from '@broadsheet/engine/stats';
import { type Rows, rows, unitRows } from './rows.ts';

/**
 * The adapter on frozen features, in place of the paper's last transformer block (ours): z = x + W₂ gelu(W₁x + b₁),
 * the identity at the start. Without hidden units there is none, and only heads learn.
 */
export type Adapter<T> = { up: T; upBias: T; down: T };

export function initAdapter(rng: Rng, { width, hidden }: { width: number; hidden: number }): Adapter<Tensor> {
  return {
    up: fanInUniform(rng, [hidden, width]),
    upBias: tensor(new Float32Array(hidden), [hidden]),
    down: tensor(new Float32Array(width * hidden), [width, hidden]),
  };
}

/** Traced. @param x [N, d] @returns [N, d], not normalised */
export function adapt({ up, upBias, down }: Adapter<TracedArray>, x: TracedArray): TracedArray {
  const hidden = gelu(np.matmul(x.ref, np.transpose(up.ref)).add(upBias.ref));
  return x.ref.add(np.matmul(hidden, np.transpose(down.ref)));
}

/** The same on the host: unit features of rows [n, d]. Float64 sums over float32 weights. */
export function embed(adapter: Adapter<Tensor>, x: Float32Array, width: number): Rows {
  const count = x.length / width;
  const out = rows(count, width, x);
  const { data: up } = adapter.up;
  const { data: bias } = adapter.upBias;
  const { data: down } = adapter.down;
  const hidden = bias.length;
  const h = new Float64Array(hidden);
  for (let i = 0; i < count; i++) {
    const from = i * width;
    for (let j = 0; j < hidden; j++) {
      let sum = bias[j];
      for (let k = 0; k < width; k++) sum += up[j * width + k] * x[from + k];
      h[j] = geluOf(sum);
    }
    for (let k = 0; k < width; k++) {
      let sum = 0;
      for (let j = 0; j < hidden; j++) sum += down[k * hidden + j] * h[j];
      out.data[from + k] += sum;
    }
  }
  return unitRows(out);
}

function geluOf(x: number): number {
  return 0.5 * x * (1 + erf(x * Math.SQRT1_2));
}

/** Abramowitz & Stegun 7.1.26, within 1.5e-7: as good as float32. */
function erf(x: number): number {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return Math.sign(x) * (1 - poly * Math.exp(-x * x));
}
