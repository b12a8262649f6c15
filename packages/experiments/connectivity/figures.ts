import { TASK_NAMES, type TaskName, taskFacts } from '@broadsheet/datasets/neuro-tasks';
import type { Figure, Table } from '../contract.ts';

/** Names of the figures that there are for each task. */
export const figureOf = {
  loss: (task: TaskName) => `loss-${task}`,
  trajectory: (task: TaskName) => `trajectory-${task}`,
};

const RANK = { label: 'initial rank', scale: 'log' } as const;
const ITERATION = { label: 'iteration' } as const;

export const figures: readonly Figure[] = [
  {
    id: 'linear-rank',
    title: 'Linear network: kernel alignment after training, by initial rank',
    kind: 'dots',
    x: RANK,
    y: { label: 'tangent-kernel alignment (1 is lazy)' },
    closedForm: ['closed form'],
  },
  ...TASK_NAMES.map(
    (task): Figure => ({
      id: figureOf.trajectory(task),
      title: `Kernel alignment while training: ${taskFacts(task).title}`,
      kind: 'lines',
      x: ITERATION,
      y: { label: 'tangent-kernel alignment' },
    }),
  ),
  ...TASK_NAMES.map(
    (task): Figure => ({
      id: figureOf.loss(task),
      title: `Loss: ${taskFacts(task).title}`,
      kind: 'lines',
      x: ITERATION,
      y: { label: 'cross-entropy', unit: 'nats', scale: 'log' },
    }),
  ),
  {
    id: 'tka-rank',
    title: 'Recurrent network: kernel alignment by initial rank',
    kind: 'dots',
    x: RANK,
    y: { label: 'tangent-kernel alignment (1 is lazy)' },
  },
  {
    id: 'ra-rank',
    title: 'Recurrent network: representation alignment by initial rank',
    kind: 'dots',
    x: RANK,
    y: { label: 'representation alignment' },
  },
  {
    id: 'dw-rank',
    title: 'Recurrent network: change of the recurrent weights by initial rank',
    kind: 'dots',
    x: RANK,
    y: { label: '‖ΔW‖' },
  },
  {
    id: 'tka-sv',
    title: 'Kernel alignment against effective rank, all starts',
    kind: 'scatter',
    x: { label: 'effective rank: Σs / (s₁ N)' },
    y: { label: 'tangent-kernel alignment' },
  },
  {
    id: 'eigenvalues',
    title: 'Eigenvalues of the recurrent weights at the start, one seed',
    kind: 'scatter',
    x: { label: 'real part' },
    y: { label: 'imaginary part' },
  },
];

const column = (key: string, label: string, unit?: string) => ({ key, label, ...(unit ? { unit } : {}) });

export const tables: readonly Table[] = [
  {
    id: 'starts',
    title: 'What the starts were, and what became of them (means over seeds)',
    columns: [
      column('task', 'Task'),
      column('start', 'Start'),
      column('sv', 'Σs/(s₁N)'),
      column('er', 'Σ|λ|/(|λ₁|N)'),
      column('rho', 'Spectral radius'),
      column('s1', 'Operator norm'),
      column('fro', 'Frobenius norm'),
      column('rms', 'Activity before'),
      column('loss', 'Final loss', 'nats'),
      column('accuracy', 'Decisions right'),
      column('tka', 'TKA'),
      column('tkaAll', 'TKA, all weights'),
      column('ra', 'RA'),
      column('raCentred', 'RA, centred'),
      column('dW', '‖ΔW_h‖'),
      column('failed', 'Seeds ended early'),
    ],
  },
  {
    id: 'effects',
    title: 'Highest rank minus lowest, paired over seeds',
    columns: [
      column('task', 'Task'),
      column('measure', 'Measure'),
      column('mean', 'Difference'),
      column('low', 'Interval from'),
      column('high', 'to'),
      column('agree', 'Seeds with the claimed sign'),
      column('p', 'p (sign flips)'),
      column('pHolm', 'p (Holm)'),
    ],
  },
  {
    id: 'structures',
    title: 'Structure minus its null, paired over seeds',
    columns: [
      column('structure', 'Structure'),
      column('mean', 'Difference of TKA'),
      column('low', 'Interval from'),
      column('high', 'to'),
      column('lossGap', 'Difference of final loss', 'nats'),
    ],
  },
];
