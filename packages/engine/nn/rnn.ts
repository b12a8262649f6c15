import { type Array as JaxArray, numpy as np } from '@jax-js/jax';
import { checkAxis, checkRank } from '../shape-error.ts';
import type { Rng } from '../stats/index.ts';
import { type Tensor, zeros } from '../tensor.ts';
import { fanInUniform, normal } from './init.ts';
import { project } from './linear.ts';

/** h_t = (1 − leak) h_{t−1} + leak · φ(W_in x_t + W h_{t−1} + b); leak = 1 is the vanilla network (Elman 1990). */
export type Rnn<T> = {
  /** [hidden, in] */
  wIn: T;
  /** [hidden, hidden] */
  w: T;
  b: T;
};

/** @param gain the recurrent weights are N(0, gain² / hidden): their spectral radius is about `gain` */
export function initRnn(rng: Rng, sizes: { dIn: number; hidden: number; gain?: number }): Rnn<Tensor> {
  const { dIn, hidden, gain = 1 } = sizes;
  return {
    wIn: fanInUniform(rng, [hidden, dIn]),
    w: normal(rng, [hidden, hidden], gain / Math.sqrt(hidden)),
    b: zeros([hidden]),
  };
}

export interface RnnOptions {
  activation?: (x: JaxArray) => JaxArray;
  leak?: number;
}

/**
 * Unrolled over time; the trace, and the graph, grow with the length.
 * @param xs float32 [batch, time, dIn]
 * @returns the states, one float32 [batch, hidden] for each time
 */
export function rnn(
  { wIn, w, b }: Rnn<JaxArray>,
  xs: JaxArray,
  { activation = np.tanh as (x: JaxArray) => JaxArray, leak = 1 }: RnnOptions = {},
): JaxArray[] {
  checkRank('rnn: xs', xs, 3, 'batch, time, input');
  checkAxis('rnn: xs', xs, 2, wIn.shape[1]);
  const [batch, time] = xs.shape;
  // All inputs in one product, before the loop.
  const driven = project(wIn, xs, 'rnn').add(b.ref);
  const states: JaxArray[] = [];
  let h = np.zeros([batch, w.shape[0]]);
  for (let t = 0; t < time; t++) {
    const next = activation(driven.ref.slice([], t).add(project(w, h, 'rnn')));
    h = leak === 1 ? next : h.ref.mul(1 - leak).add(next.mul(leak));
    states.push(h.ref);
  }
  return states;
}
