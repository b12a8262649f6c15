import { type Array as JaxArray, numpy as np } from '@jax-js/jax';

/** The learning rate at a step that counts from zero. Traced, so that a compiled step follows it. */
export type Schedule = (step: JaxArray) => JaxArray;

export function constant(value: number): Schedule {
  return (step) => step.ref.mul(0).add(value);
}

/** From `from` to `to` along half a cosine within `steps`, then `to`; Loshchilov & Hutter 2017, arXiv 1608.03983, eq. 5. */
export function cosine({ from, to = 0, steps }: { from: number; to?: number; steps: number }): Schedule {
  return (step) => {
    const done = np.minimum(step.ref.mul(1 / steps), 1);
    return np
      .cos(done.mul(Math.PI))
      .add(1)
      .mul((from - to) / 2)
      .add(to);
  };
}

/** Rises in a straight line to what `then` starts with, over `steps`; `then` counts from its end. */
export function warmUp(steps: number, then: Schedule): Schedule {
  return (step) => {
    const rising = np.minimum(step.ref.add(1).mul(1 / steps), 1);
    return then(np.maximum(step.ref.sub(steps), 0)).mul(rising);
  };
}

/** Multiplied by `factor` every `every` steps. */
export function stepwise({ from, factor, every }: { from: number; factor: number; every: number }): Schedule {
  return (step) => np.exp(np.floor(step.ref.mul(1 / every)).mul(Math.log(factor))).mul(from);
}

export function scheduleOf(rate: number | Schedule): Schedule {
  return typeof rate === 'number' ? constant(rate) : rate;
}
