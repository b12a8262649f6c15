import { emptyTrials, fillTrials, oneHot, type TaskName, type Trials } from '@broadsheet/datasets/neuro-tasks';
import { compile, compileStep, np, type StepProgram, type Tensor, tensor, vmap } from '@broadsheet/engine';
import type { Rng } from '@broadsheet/engine/stats';
import {
  type NetworkShape,
  type TracedWeights,
  type TrainingState,
  tracedKernels,
  tracedStates,
  tracedStep,
} from '@broadsheet/methods/connectivity';
import type { RunContext } from '../contract.ts';
import type { Settings } from './parameters.ts';
import type { Stacked } from './stacked.ts';

const MOMENTUM = 0.9; // authors' code

type TracedBatch = { x: Parameters<typeof tracedStates>[1]; y: Parameters<typeof tracedStates>[1] };

/** The training step of all seeds together, several steps a call. Its metric is the loss of each step and seed. */
export async function openTraining(
  context: RunContext,
  settings: Settings,
  weights: Stacked,
  batches: BatchSource,
): Promise<StepProgram> {
  const shape: NetworkShape = { steps: batches.steps, batch: settings.batch, alpha: settings.alpha };
  const options = { ...shape, learningRate: settings.learningRate, momentum: MOMENTUM };
  const one = (state: TrainingState, { x, y }: TracedBatch) => tracedStep(state, x, y, options);
  const step = (state: TrainingState, batch: TracedBatch) => {
    const next = (vmap(one as never) as unknown as typeof one)(state, batch);
    return [next.state, next.loss] as const;
  };
  const still = (like: Tensor) => tensor(new Float32Array(like.data.length), like.shape);
  const moves: Stacked = { wx: still(weights.wx), wh: still(weights.wh), wo: still(weights.wo) };
  return compileStep(
    step,
    { state: { weights, moves }, batch: batches.example() },
    { executor: context.executor, threads: context.threads, stepsPerCall: batches.stepsPerCall, name: 'training step' },
  );
}

/** The batches of several seeds, each from its own stream, drawn into the same memory again and again. */
export interface BatchSource {
  readonly steps: number;
  readonly stepsPerCall: number;
  /** A batch of one step, of zeros. */
  example(): { x: Tensor; y: Tensor };
  /** Batches for the next call, [stepsPerCall, S, …] (without the first axis where it is 1). */
  next(): { x: Tensor; y: Tensor };
}

export function batchSource(
  task: TaskName,
  streams: readonly Rng[],
  { batch }: Settings,
  stepsPerCall: number,
): BatchSource {
  const trials: Trials = emptyTrials(task, { batch });
  const { steps, channels, inputs, labels } = trials;
  const targets = oneHot(labels);
  const outputs = targets.length / labels.length;
  const count = streams.length;
  const lead = stepsPerCall > 1 ? [stepsPerCall] : [];
  const x = new Float32Array(stepsPerCall * count * inputs.length);
  const y = new Float32Array(stepsPerCall * count * targets.length);
  const shapes = { x: [count, steps, batch, channels], y: [count, steps, batch, outputs] };
  return {
    steps,
    stepsPerCall,
    example: () => ({
      x: tensor(new Float32Array(count * inputs.length), shapes.x),
      y: tensor(new Float32Array(count * targets.length), shapes.y),
    }),
    next() {
      for (let step = 0; step < stepsPerCall; step++)
        streams.forEach((stream, seed) => {
          const at = step * count + seed;
          fillTrials(task, stream, trials);
          x.set(inputs, at * inputs.length);
          y.set(oneHot(labels, targets), at * targets.length);
        });
      return { x: tensor(x, [...lead, ...shapes.x]), y: tensor(y, [...lead, ...shapes.y]) };
    },
  };
}

/** What is asked of one network on the probe trials. */
export interface ProbeProgram {
  /** States of the last step [trials, N], and all logits [steps · trials, outputs]. */
  activity(weights: Stacked): Promise<{ states: Tensor; logits: Tensor }>;
  /** Tangent kernels on the first trials. */
  kernels(weights: Stacked): Promise<{ recurrent: Tensor; all: Tensor }>;
  close(): Promise<void>;
}

/** Compiles the probe's two programs for one network: states of all trials, kernels of the first few. */
export async function openProbe(
  context: RunContext,
  settings: Settings,
  probe: Trials,
  example: Stacked,
): Promise<ProbeProgram> {
  const { steps, batch: trials, channels } = probe;
  const { alpha, probeTrials } = settings;
  const options = { executor: context.executor, threads: context.threads };
  const all = tensor(probe.inputs, [steps, trials, channels]);
  const few = tensor(firstTrials(probe, probeTrials), [steps, probeTrials, channels]);
  const readActivity = (weights: TracedWeights, x: TracedBatch['x']) => {
    const states = tracedStates(weights, x, { steps, batch: trials, alpha });
    const last = states.ref.slice([(steps - 1) * trials, steps * trials]);
    return { states: last, logits: np.matmul(states, np.transpose(weights.wo)) };
  };
  const readKernels = (weights: TracedWeights, x: TracedBatch['x']) =>
    tracedKernels(weights, x, { steps, batch: probeTrials, alpha });
  const [activity, kernels] = await Promise.all([
    compile(readActivity, [example, all], { ...options, name: 'probe activity' }),
    compile(readKernels, [example, few], { ...options, name: 'probe kernels' }),
  ]);
  return {
    activity: async (weights) => (await activity.run(weights, all)) as { states: Tensor; logits: Tensor },
    kernels: async (weights) => (await kernels.run(weights, few)) as { recurrent: Tensor; all: Tensor },
    close: async () => {
      await Promise.all([activity.dispose(), kernels.dispose()]);
    },
  };
}

/** Inputs of the first trials of a probe, [steps, count, channels]. */
export function firstTrials({ inputs, steps, batch, channels }: Trials, count: number): Float32Array {
  const out = new Float32Array(steps * count * channels);
  for (let t = 0; t < steps; t++)
    out.set(inputs.subarray(t * batch * channels, (t * batch + count) * channels), t * count * channels);
  return out;
}
