import { nn, np, type TracedArray } from '@broadsheet/engine';

/**
 * The recurrent network of `network.ts` as functions to compile, for one network; `vmap` trains seeds together.
 * Everything is float32. Arguments are borrowed: `.ref` keeps them, the caller disposes.
 */
export interface TracedWeights {
  wx: TracedArray;
  wh: TracedArray;
  wo: TracedArray;
}

export interface NetworkShape {
  steps: number;
  batch: number;
  alpha: number;
}

/** States as one array [steps · batch, N], time first. `x` is [steps, batch, channels]. */
export function tracedStates(
  { wx, wh }: TracedWeights,
  x: TracedArray,
  { steps, batch, alpha }: NetworkShape,
): TracedArray {
  const channels = x.shape[2];
  const driven = np.matmul(x.ref.reshape([steps * batch, channels]), np.transpose(wx.ref)).mul(alpha);
  const back = np.transpose(wh.ref).mul(alpha);
  const states: TracedArray[] = [];
  for (let t = 0; t < steps; t++) {
    const input = rowsOf(driven, t * batch, batch);
    if (t === 0) states.push(nn.relu(input));
    else {
      const before = states[t - 1];
      const through = input.add(np.matmul(before.ref, back.ref));
      states.push(nn.relu(alpha === 1 ? through : through.add(before.ref.mul(1 - alpha))));
    }
  }
  driven.dispose();
  back.dispose();
  return np.concatenate(states, 0);
}

/**
 * Mean cross-entropy over all steps and its gradient, back-propagated by hand: all steps' contributions to each weight
 * are one product, where differentiating the loop adds up one N × N matrix a step.
 * @param y one-hot labels [steps, batch, outputs]
 * @param scale multiplies the gradient where it costs nothing, at the logits
 */
export function tracedGradient(
  weights: TracedWeights,
  x: TracedArray,
  y: TracedArray,
  shape: NetworkShape,
  scale = 1,
): { loss: TracedArray; grads: TracedWeights } {
  const { steps, batch, alpha } = shape;
  const rows = steps * batch;
  const outputs = y.shape[2];
  const channels = x.shape[2];
  const states = tracedStates(weights, x, shape);
  const logits = np.matmul(states.ref, np.transpose(weights.wo.ref));
  const target = y.ref.reshape([rows, outputs]);
  const logProbabilities = nn.logSoftmax(logits, -1);
  const loss = logProbabilities.ref
    .mul(target.ref)
    .sum()
    .mul(-1 / rows);
  const dLogits = np
    .exp(logProbabilities)
    .sub(target)
    .mul(scale / rows);
  const fromOutput = np.matmul(dLogits.ref, weights.wo.ref); // [rows, N]
  const isOn = states.ref.greater(0);
  const deltas: TracedArray[] = [];
  for (let t = steps - 1; t >= 0; t--) {
    let delta = rowsOf(fromOutput, t * batch, batch);
    const later = deltas[0];
    if (later) {
      const back = np.matmul(later.ref, weights.wh.ref);
      delta = delta.add(alpha === 1 ? back : back.mul(alpha).add(later.ref.mul(1 - alpha)));
    }
    deltas.unshift(np.where(rowsOf(isOn, t * batch, batch), delta, 0));
  }
  fromOutput.dispose();
  isOn.dispose();
  const delta = np.concatenate(deltas, 0).mul(alpha);
  const before = rowsOf(states, 0, rows - batch);
  const after = rowsOf(delta, batch, rows - batch);
  return {
    loss,
    grads: {
      wx: np.matmul(np.transpose(delta), x.ref.reshape([rows, channels])),
      wh: np.matmul(np.transpose(after), before),
      wo: np.matmul(np.transpose(dLogits), states),
    },
  };
}

/** What SGD with momentum moves: the weights and, for each, the learning rate times its velocity. */
export interface TrainingState {
  weights: TracedWeights;
  moves: TracedWeights;
}

/**
 * One step of SGD with momentum, v ← m v + g, w ← w − lr v, for one network. Kept is u = lr v, so that the learning rate
 * is a factor on the logits' gradient and not a pass over every weight.
 */
export function tracedStep(
  { weights, moves }: TrainingState,
  x: TracedArray,
  y: TracedArray,
  { learningRate, momentum, ...shape }: NetworkShape & { learningRate: number; momentum: number },
): { state: TrainingState; loss: TracedArray } {
  const { loss, grads } = tracedGradient(weights, x, y, shape, learningRate);
  const next = (name: keyof TracedWeights) => moves[name].mul(momentum).add(grads[name]);
  const moved = { wx: next('wx'), wh: next('wh'), wo: next('wo') };
  const changed = (name: keyof TracedWeights) => weights[name].sub(moved[name].ref);
  return { state: { weights: { wx: changed('wx'), wh: changed('wh'), wo: changed('wo') }, moves: moved }, loss };
}

/**
 * Tangent kernels [rows, rows] of the recurrent weights and of all weights, rows (t, b, k), as `kernel.ts` defines them.
 * δ of all logits are carried back together: at step s those of t ≥ s. Contributions of pairs (s, s') are added from
 * the last steps to the first, each a corner of the kernel, padded in front.
 */
export function tracedKernels(
  weights: TracedWeights,
  x: TracedArray,
  shape: NetworkShape,
): { recurrent: TracedArray; all: TracedArray } {
  const { steps, batch, alpha } = shape;
  const outputs = weights.wo.shape[0];
  const states = tracedStates(weights, x, shape);
  const deltas = carriedBack(weights, states, shape);
  const stateAt = (t: number) => rowsOf(states, t * batch, batch);
  const inputAt = (t: number) => rowsOf(x, t, 1).reshape([batch, x.shape[2]]);
  const overlap = (a: TracedArray, b: TracedArray) => np.matmul(a, np.transpose(b)); // [batch, batch]

  let recurrent: TracedArray | undefined;
  let all: TracedArray | undefined;
  for (let s = steps - 1; s >= 0; s--) {
    let recurrentRows: TracedArray | undefined;
    let allRows: TracedArray | undefined;
    for (let r = steps - 1; r >= 0; r--) {
      const [high, wide] = [steps - s, steps - r];
      const through = np
        .matmul(deltas[s].ref, np.transpose(deltas[r].ref))
        .mul(alpha * alpha)
        .reshape([high, batch, outputs, wide, batch, outputs]);
      const spread = (overlaps: TracedArray) => overlaps.reshape([1, batch, 1, 1, batch, 1]);
      const flat = (block: TracedArray) => block.reshape([high * batch * outputs, wide * batch * outputs]);
      const byInput = overlap(inputAt(s), inputAt(r));
      if (s === 0 || r === 0) allRows = joined(allRows, flat(through.mul(spread(byInput))), batch * outputs, 1);
      else {
        const byState = overlap(stateAt(s - 1), stateAt(r - 1));
        recurrentRows = joined(recurrentRows, flat(through.ref.mul(spread(byState.ref))), batch * outputs, 1);
        allRows = joined(allRows, flat(through.mul(spread(byState.add(byInput)))), batch * outputs, 1);
      }
    }
    if (recurrentRows) recurrent = joined(recurrent, recurrentRows, batch * outputs, 0);
    all = joined(all, allRows as TracedArray, batch * outputs, 0);
  }
  for (const delta of deltas) delta.dispose();
  const rows = steps * batch * outputs;
  const read = np
    .matmul(states.ref, np.transpose(states))
    .reshape([steps * batch, 1, steps * batch, 1])
    .mul(np.eye(outputs).reshape([1, outputs, 1, outputs]))
    .reshape([rows, rows]);
  // Rows and columns of t = 0 are zero in the recurrent kernel: there is no state before.
  const front = batch * outputs;
  return {
    recurrent: np.pad(recurrent as TracedArray, [
      [front, 0],
      [front, 0],
    ]),
    all: (all as TracedArray).add(read),
  };
}

/** δ_s of the logits of t ≥ s, [(steps − s) · batch · outputs, N], for each s. */
function carriedBack(
  { wh, wo }: TracedWeights,
  states: TracedArray,
  { steps, batch, alpha }: NetworkShape,
): TracedArray[] {
  const [n, outputs] = [wh.shape[0], wo.shape[0]];
  const deltas: TracedArray[] = [];
  for (let s = steps - 1; s >= 0; s--) {
    const isOn = rowsOf(states, s * batch, batch)
      .greater(0)
      .reshape([1, batch, 1, n]);
    const own = np.broadcastTo(wo.ref.reshape([1, 1, outputs, n]), [1, batch, outputs, n]);
    const later = deltas[0];
    let open = own;
    if (later) {
      const back = np.matmul(later.ref, wh.ref);
      const carried = alpha === 1 ? back : back.mul(alpha).add(later.ref.mul(1 - alpha));
      open = np.concatenate([own, carried.reshape([steps - s - 1, batch, outputs, n])], 0);
    }
    deltas.unshift(np.where(isOn, open, 0).reshape([(steps - s) * batch * outputs, n]));
  }
  return deltas;
}

/** `smaller`, padded with `front` zeros in front along an axis, added to `larger`. */
function joined(smaller: TracedArray | undefined, larger: TracedArray, front: number, axis: 0 | 1): TracedArray {
  if (!smaller) return larger;
  const widths: [number, number][] = [
    [0, 0],
    [0, 0],
  ];
  widths[axis] = [front, 0];
  return larger.add(np.pad(smaller, widths));
}

/** Rows from … from + count of the first axis; the array is kept. */
function rowsOf(array: TracedArray, from: number, count: number): TracedArray {
  return array.ref.slice([from, from + count]);
}
