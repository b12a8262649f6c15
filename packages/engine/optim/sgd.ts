import type { Array as JaxArray } from '@jax-js/jax';
import { tensor } from '../tensor.ts';
import type { Optimiser } from './optimiser.ts';
import { type Schedule, scheduleOf } from './schedules.ts';
import { type ArrayTree, mapTrees, zerosLike } from './trees.ts';

export interface SgdOptions {
  learningRate: number | Schedule;
  /** Default 0: no velocity is kept. */
  momentum?: number;
  nesterov?: boolean;
  /** Added to the gradient, as PyTorch does (L2); AdamW decouples it instead. */
  weightDecay?: number;
}

/** v ← μ v + g, θ ← θ − η v, as in PyTorch (Sutskever et al. 2013 put η into v). */
export function sgd({ learningRate, momentum = 0, nesterov = false, weightDecay = 0 }: SgdOptions): Optimiser {
  const rate = scheduleOf(learningRate);
  return {
    init: (params) => ({ step: tensor(0), ...(momentum === 0 ? {} : { velocity: zerosLike(params) }) }),
    update(params, grads, state) {
      const { step, velocity } = state as { step: JaxArray; velocity?: ArrayTree };
      const eta = rate(step);
      const own = params as unknown as ArrayTree;
      const decayed =
        weightDecay === 0
          ? (grads as unknown as ArrayTree)
          : mapTrees((g, p) => g.ref.add(p.ref.mul(weightDecay)), grads as unknown as ArrayTree, own);
      const next = velocity && mapTrees((v, g) => v.ref.mul(momentum).add(g.ref), velocity, decayed);
      const ahead = next && nesterov ? mapTrees((g, v) => g.ref.add(v.ref.mul(momentum)), decayed, next) : next;
      const moved = mapTrees((p, d) => p.ref.sub(d.ref.mul(eta.ref)), own, ahead ?? decayed);
      return [moved as never, { step: step.ref.add(1), ...(next ? { velocity: next } : {}) }];
    },
  };
}
