import { type Matrix, matrix, svd } from '@broadsheet/engine/linalg';
import { kernelAlignment } from '@broadsheet/engine/report';
import type { Rng } from '@broadsheet/engine/stats';
import { alignmentForTask, descend, matched, truncated, whitenedKernel } from '@broadsheet/methods/connectivity';
import type { PartOutcome, RunContext } from '../contract.ts';
import { streamsOf } from './arms.ts';
import type { Settings } from './parameters.ts';

/** The two-layer linear network: 20 inputs, 40 hidden units, tasks of norm 2 in random directions. Sizes are ours. */
const INPUTS = 20;
const HIDDEN = 40;
const TASKS = 20;
const TASK_NORM = 2;
export const LINEAR_RANKS: readonly number[] = [1, 2, 5, 10, 20];
const DESCENT = { learningRate: 0.02, mostSteps: 4000, goal: 1e-10 };

/**
 * Trains one network a task from each rank, and one from rank one along the task with both layers of one norm; compares
 * the kernel's alignment with the closed form. In plain float64: a network has 840 weights, a compiled program gains nothing.
 */
export async function runLinear(
  context: RunContext,
  settings: Settings,
  seeds: readonly number[],
): Promise<PartOutcome[]> {
  const outcomes: PartOutcome[] = [];
  for (const [i, seed] of seeds.entries()) {
    outcomes.push({ seed, values: linearValues(settings, seed) });
    for (const rank of LINEAR_RANKS)
      for (const [series, name] of [
        ['gradient descent', 'tka'],
        ['closed form', 'theory'],
      ]) {
        const y = outcomes[i].values[`${name}.${rank}`];
        if (y !== null) context.emit({ type: 'point', figure: 'linear-rank', series, x: rank, y, seed });
      }
    const aligned = outcomes[i].values.aligned;
    if (aligned !== null)
      context.emit({ type: 'point', figure: 'linear-rank', series: 'rank 1 along the task', x: 1, y: aligned, seed });
    context.emit({ type: 'progress', done: i + 1, total: seeds.length, label: `linear network, seed ${seed}` });
    await new Promise((resolve) => setTimeout(resolve)); // lets a stop be heard
    context.signal.throwIfAborted();
  }
  return outcomes;
}

function linearValues({ linearScale, alignment }: Settings, seed: number): Record<string, number | null> {
  const stream = streamsOf(seed);
  const tasks = Array.from({ length: TASKS }, (_, task) => direction(stream(`task ${task}`), INPUTS, TASK_NORM));
  const full = matrix(HIDDEN, INPUTS, stream('linear w1').normals(HIDDEN * INPUTS));
  const decomposition = svd(full);
  const unit = matrix(1, 1, [linearScale]);
  const w2 = direction(stream('linear w2'), HIDDEN, linearScale / 5);
  const values: Record<string, number | null> = {};
  for (const rank of LINEAR_RANKS) {
    const w1 = matched(truncated(decomposition, rank), unit, 'fro');
    const k0 = whitenedKernel(w1, w2);
    values[`tka.${rank}`] = mean(tasks.map((beta) => trainedAlignment(w1, w2, beta)));
    values[`theory.${rank}`] = mean(tasks.map((beta) => alignmentForTask(k0, beta)));
  }
  const hidden = direction(stream('aligned hidden'), HIDDEN, linearScale);
  values.aligned = mean(
    tasks.map((beta, task) => {
      const along = tilted(beta, alignment, stream(`tilt ${task}`));
      return trainedAlignment(outer(hidden, along), hidden, beta); // ‖W₁‖ = ‖w₂‖: balanced
    }),
  );
  return values;
}

/** Null where descent did not arrive: a kernel half-way says nothing. */
function trainedAlignment(w1: Matrix, w2: Float64Array, beta: Float64Array): number | null {
  const end = descend({ w1, w2 }, beta, DESCENT);
  if (!(end.loss <= DESCENT.goal)) return null;
  return kernelAlignment(whitenedKernel(w1, w2), whitenedKernel(end.w1, end.w2));
}

/** A unit vector whose cosine with β is `cosine`. */
function tilted(beta: Float64Array, cosine: number, rng: Rng): Float64Array {
  const along = beta.map((value) => value / TASK_NORM);
  const other = direction(rng, beta.length, 1);
  const overlap = other.reduce((sum, value, i) => sum + value * along[i], 0);
  const across = other.map((value, i) => value - overlap * along[i]);
  const length = Math.hypot(...across);
  return along.map((value, i) => cosine * value + (Math.sqrt(1 - cosine ** 2) * across[i]) / length);
}

function direction(rng: Rng, count: number, norm: number): Float64Array {
  const values = rng.normals(count);
  const length = Math.hypot(...values);
  return values.map((value) => (value * norm) / length);
}

function outer(u: Float64Array, v: Float64Array): Matrix {
  const out = matrix(u.length, v.length);
  for (let i = 0; i < u.length; i++) for (let j = 0; j < v.length; j++) out.data[i * v.length + j] = u[i] * v[j];
  return out;
}

function mean(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === values.length ? known.reduce((sum, value) => sum + value, 0) / known.length : null;
}
