import type { Rng } from '@broadsheet/engine/stats';
import { contextIntegration, delayedMatch, forcedChoice, type TrialSpec, type TrialWriter } from './tasks.ts';

/**
 * The three cognitive tasks of Liu et al. 2023 (arXiv 2310.08513), as neurogym defines them with dt = 100 ms and no
 * fixation period: two-alternative forced choice, delayed match to sample, context-dependent integration. Trials are
 * drawn independently with replacement (neurogym caches a ring of trials; the law is the same).
 */
export type TaskName = '2AF' | 'DMS' | 'CXT';
export const TASK_NAMES: readonly TaskName[] = ['2AF', 'DMS', 'CXT'];

export const STEPS = 8;
/** Label 0 until the decision, then choice 1 or 2. */
export const CLASSES = 3;
/** 1/√dt with dt = 100 ms: the standard deviation of the input noise of each step and channel. */
export const NOISE = 0.1;

export interface TaskFacts {
  readonly name: TaskName;
  readonly title: string;
  readonly inputs: number;
}
const TASKS: Record<TaskName, TaskFacts & { spec: TrialSpec }> = {
  '2AF': { name: '2AF', title: 'two-alternative forced choice', inputs: 3, spec: forcedChoice },
  DMS: { name: 'DMS', title: 'delayed match to sample', inputs: 3, spec: delayedMatch },
  CXT: { name: 'CXT', title: 'context-dependent integration', inputs: 7, spec: contextIntegration },
};

export function taskFacts(name: TaskName): TaskFacts {
  const { title, inputs } = TASKS[name];
  return { name, title, inputs };
}

export interface BatchOptions {
  readonly batch: number;
  /** Every period is this many times as long: T = 8 · stretch. */
  readonly stretch?: number;
  readonly noise?: number;
}

/** Trials laid out time first, as the network reads them. */
export interface Trials {
  /** float32 [steps, batch, inputs]. */
  readonly inputs: Float32Array;
  /** [steps, batch], 0 … 2. */
  readonly labels: Uint8Array;
  readonly steps: number;
  readonly batch: number;
  readonly channels: number;
}

/** Room for trials of one task; `fillTrials` may write into it again and again. */
export function emptyTrials(name: TaskName, { batch, stretch = 1 }: BatchOptions): Trials {
  const channels = TASKS[name].inputs;
  const steps = STEPS * stretch;
  return {
    inputs: new Float32Array(steps * batch * channels),
    labels: new Uint8Array(steps * batch),
    steps,
    batch,
    channels,
  };
}

/** Draws a batch of trials. The same stream gives the same bytes. */
export function drawTrials(name: TaskName, rng: Rng, options: BatchOptions): Trials {
  return fillTrials(name, rng, emptyTrials(name, options), options.noise);
}

/** Draws trials over those that `into` holds. */
export function fillTrials(name: TaskName, rng: Rng, into: Trials, noise = NOISE): Trials {
  const { spec } = TASKS[name];
  return write(into, (writer) => spec.write(spec.draw(rng), writer), noise > 0 ? () => rng.normal(0, noise) : null);
}

/** One trial with the draws given, without noise: for tests and explanations. */
export function writeTrial(name: TaskName, draws: Record<string, number>): Trials {
  return write(emptyTrials(name, { batch: 1 }), (writer) => TASKS[name].spec.write(draws, writer), null);
}

function write(into: Trials, trial: (writer: TrialWriter) => void, noise: (() => number) | null): Trials {
  const { inputs, labels, batch, channels, steps } = into;
  const stretch = steps / STEPS;
  inputs.fill(0);
  labels.fill(0);
  let b = 0;
  const writer: TrialWriter = {
    add(channel, from, to, value) {
      for (let t = from * stretch; t < to * stretch; t++) inputs[(t * batch + b) * channels + channel] += value;
    },
    noise(channel, from, to) {
      if (!noise) return;
      for (let t = from * stretch; t < to * stretch; t++) inputs[(t * batch + b) * channels + channel] += noise();
    },
    decide(choice) {
      for (let t = (STEPS - 1) * stretch; t < steps; t++) labels[t * batch + b] = choice;
    },
  };
  for (b = 0; b < batch; b++) trial(writer);
  return into;
}

/** Labels as float32 one-hot rows [..., CLASSES]. */
export function oneHot(
  labels: Uint8Array,
  into: Float32Array = new Float32Array(labels.length * CLASSES),
): Float32Array {
  into.fill(0);
  for (let i = 0; i < labels.length; i++) into[i * CLASSES + labels[i]] = 1;
  return into;
}
