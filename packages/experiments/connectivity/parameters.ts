import { TASK_NAMES, type TaskName } from '@broadsheet/datasets/neuro-tasks';
import type { Match } from '@broadsheet/methods/connectivity';
import type { Parameter, ParameterValues } from '../contract.ts';

/** Constants of the authors' code, unless a help says otherwise; sizes follow ours and the paper's scale. */
export const parameters: readonly Parameter[] = [
  {
    key: 'units',
    label: 'Recurrent units',
    help: 'N. Below about 50 the effect of rank drowns in the spread between seeds.',
    kind: 'integer',
    min: 8,
    max: 300,
    defaults: { live: 50, full: 100, paper: 300 },
    isControl: true,
  },
  {
    key: 'ranks',
    label: 'Initial ranks',
    help: 'Ranks of the recurrent weights at the start; one above N means full rank. Claims compare the lowest with the highest.',
    kind: 'integers',
    min: 1,
    max: 300,
    mostItems: 8,
    defaults: { live: [1, 300], full: [1, 2, 5, 10, 25, 300], paper: [1, 30, 100, 300] },
    isControl: true,
  },
  {
    key: 'match',
    label: 'Held equal',
    help: 'What all starts have in common. The paper holds Σw² equal, which gives rank 1 a larger operator norm; with the operator norm equal the effect turns round.',
    kind: 'choice',
    options: [
      { value: 'fro', label: 'Σw² (Frobenius norm, the paper)' },
      { value: 's1', label: 'operator norm' },
      { value: 'rho', label: 'spectral radius (unstable at rank 1)' },
    ],
    defaults: { live: 'fro' },
    isControl: true,
  },
  {
    key: 'gain',
    label: 'Gain',
    help: 'g: the full-rank start has entries of deviation g/√N. The code has 1.25.',
    kind: 'real',
    min: 0.1,
    max: 2,
    step: 0.05,
    defaults: { live: 1.25 },
    isControl: true,
  },
  {
    key: 'tasks',
    label: 'Tasks',
    help: 'Two-alternative forced choice, delayed match to sample, context-dependent integration.',
    kind: 'choice',
    options: [
      { value: '2AF', label: 'forced choice' },
      { value: 'DMS', label: 'delayed match' },
      { value: 'CXT', label: 'context' },
      { value: 'all', label: 'all three' },
    ],
    defaults: { live: '2AF', full: 'all' },
    isControl: true,
  },
  {
    key: 'iterations',
    label: 'Training iterations',
    help: 'Each with a fresh batch. The paper trains 10,000.',
    kind: 'integer',
    min: 20,
    max: 20000,
    defaults: { live: 1000, paper: 10000 },
    isControl: true,
  },
  {
    key: 'linearScale',
    label: 'Scale of the linear network',
    help: 'Norm of its first layer at the start; the second has a fifth. The closed form holds for small ones.',
    kind: 'real',
    min: 0.01,
    max: 3,
    scale: 'log',
    defaults: { live: 0.05 },
    isControl: true,
  },
  {
    key: 'alignment',
    label: 'Alignment with the task',
    help: 'Cosine between the rank-one start of the linear network and its task: at 1 the exception holds exactly.',
    kind: 'real',
    min: 0,
    max: 1,
    step: 0.05,
    defaults: { live: 1 },
    isControl: true,
  },
  {
    key: 'batch',
    label: 'Batch',
    help: 'Trials an iteration; the paper has 32.',
    kind: 'integer',
    min: 4,
    max: 128,
    defaults: { live: 16, paper: 32 },
    isControl: false,
  },
  {
    key: 'learningRate',
    label: 'Learning rate',
    help: 'Of SGD with momentum 0.9, for all three matrices.',
    kind: 'real',
    min: 0,
    max: 0.1,
    scale: 'log',
    defaults: { live: 0.003 },
    isControl: false,
  },
  {
    key: 'alpha',
    label: 'α = dt/τ',
    help: '1 in the code: no leak. Exponential Euler of the same dt and τ would be 0.632.',
    kind: 'real',
    min: 0.05,
    max: 1,
    defaults: { live: 1 },
    isControl: false,
  },
  {
    key: 'probeTrials',
    label: 'Probe trials of the kernel',
    help: 'Each gives 8 steps × 3 logits of kernel rows; the paper has 32.',
    kind: 'integer',
    min: 2,
    max: 32,
    defaults: { live: 8, paper: 32 },
    isControl: false,
  },
  {
    key: 'structures',
    label: 'Structured starts',
    help: "Cell-type blocks, chains, Dale's law and aligned low rank, each with its null, on the forced choice.",
    kind: 'choice',
    options: [
      { value: 'none', label: 'none' },
      { value: 'all', label: 'all' },
    ],
    defaults: { live: 'none', full: 'all', paper: 'none' },
    isControl: false,
  },
];

/** The same, typed. */
export interface Settings {
  readonly units: number;
  /** Ascending, each at most N: the last is the highest. */
  readonly ranks: readonly number[];
  readonly match: Match;
  readonly gain: number;
  readonly tasks: readonly TaskName[];
  readonly iterations: number;
  readonly linearScale: number;
  readonly alignment: number;
  readonly batch: number;
  readonly learningRate: number;
  readonly alpha: number;
  readonly probeTrials: number;
  readonly hasStructures: boolean;
}

export function settingsOf(values: ParameterValues): Settings {
  const { units, ranks, tasks, structures, ...rest } = values as unknown as Omit<Settings, 'tasks'> & {
    tasks: TaskName | 'all';
    structures: string;
  };
  return {
    ...rest,
    units,
    ranks: [...new Set(ranks.map((rank) => Math.min(rank, units)))].toSorted((a, b) => a - b),
    tasks: tasks === 'all' ? TASK_NAMES : [tasks],
    hasStructures: structures === 'all',
  };
}
