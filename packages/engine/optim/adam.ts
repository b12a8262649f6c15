import { type Array as JaxArray, numpy as np } from '@jax-js/jax';
import { tensor } from '../tensor.ts';
import type { Optimiser } from './optimiser.ts';
import { type Schedule, scheduleOf } from './schedules.ts';
import { type ArrayTree, mapTrees, zerosLike } from './trees.ts';

export interface AdamOptions {
  learningRate: number | Schedule;
  /** Defaults as in the paper, §2. */
  beta1?: number;
  beta2?: number;
  epsilon?: number;
}

/** Kingma & Ba 2015, arXiv 1412.6980v9, algorithm 1. */
export function adam(options: AdamOptions): Optimiser {
  return adamWith(options, 0);
}

/** Adam with weight decay beside the gradient; Loshchilov & Hutter 2019, arXiv 1711.05101v3, algorithm 2. */
export function adamW({ weightDecay = 0.01, ...options }: AdamOptions & { weightDecay?: number }): Optimiser {
  return adamWith(options, weightDecay);
}

function adamWith(options: AdamOptions, weightDecay: number): Optimiser {
  const { learningRate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  const rate = scheduleOf(learningRate);
  return {
    init: (params) => ({ step: tensor(0), mean: zerosLike(params), square: zerosLike(params) }),
    update(params, grads, state) {
      const { step, ...before } = state as { step: JaxArray; mean: ArrayTree; square: ArrayTree };
      const own = params as unknown as ArrayTree;
      const slopes = grads as unknown as ArrayTree;
      const eta = rate(step);
      const count = step.ref.add(1);
      const mean = mapTrees((m, g) => m.ref.mul(beta1).add(g.ref.mul(1 - beta1)), before.mean, slopes);
      const square = mapTrees((v, g) => v.ref.mul(beta2).add(g.ref.mul(g.ref).mul(1 - beta2)), before.square, slopes);
      const unbias = (beta: number) =>
        np
          .exp(count.ref.mul(Math.log(beta)))
          .neg()
          .add(1); // 1 − βᵗ
      const [first, second] = [unbias(beta1), unbias(beta2)];
      const moved = mapTrees(
        (p, m, v) => {
          const direction = m.ref.div(first.ref).div(np.sqrt(v.ref.div(second.ref)).add(epsilon));
          const decayed = weightDecay === 0 ? direction : direction.add(p.ref.mul(weightDecay));
          return p.ref.sub(decayed.mul(eta.ref));
        },
        own,
        mean,
        square,
      );
      return [moved as never, { step: count, mean, square }];
    },
  };
}
