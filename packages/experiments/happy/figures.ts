import type { Figure, Table } from '../contract.ts';
import { paperPoints } from './paper-values.ts';

const STAGE = { label: 'stage' } as const;
const GROUPS = ['old', 'new'];
const PERCENT = { unit: '%' } as const;

const accuracy = (id: string, title: string): Figure => ({
  id,
  title,
  kind: 'dots',
  x: STAGE,
  y: { label: 'accuracy', ...PERCENT },
  paperPoints: paperPoints(id),
});
const confusion = (id: string, title: string): Figure => ({
  id,
  title,
  kind: 'matrix',
  x: { label: 'predicted', categories: GROUPS },
  y: { label: 'true', categories: GROUPS },
});

export const figures: readonly Figure[] = [
  accuracy('all', 'All classes, stage by stage; hollow: the paper on CIFAR-100'),
  accuracy('new', 'New classes of each stage; hollow: the paper on CIFAR-100'),
  accuracy('old', 'Classes known before each stage; hollow: the paper on CIFAR-100'),
  confusion('confusion-g', 'Old and new after stage 1, Happy: share of each row'),
  confusion('confusion-simgcd', 'Old and new after stage 1, SimGCD: share of each row'),
  {
    id: 'hardness',
    title: 'Initial classes at the end, by hardness: near to others, worse remembered?',
    kind: 'scatter',
    x: { label: 'mean cosine of the prototype to the others' },
    y: { label: 'accuracy of the class', ...PERCENT },
  },
  {
    id: 'map',
    title: 'Test features at the end, by the stage in which their class was found (first seeds)',
    kind: 'scatter',
    x: { label: 'first direction' },
    y: { label: 'second direction' },
  },
];

const column = (key: string, label: string, unit?: string) => ({ key, label, ...(unit ? { unit } : {}) });

export const tables: readonly Table[] = [
  {
    id: 'averages',
    title: 'Averages over stages; the paper on CIFAR-100 beside them',
    columns: [
      column('method', 'Method'),
      column('all', 'All', '%'),
      column('old', 'Old', '%'),
      column('fresh', 'New', '%'),
      column('paperAll', 'paper: All', '%'),
      column('paperOld', 'Old', '%'),
      column('paperFresh', 'New', '%'),
    ],
  },
  {
    id: 'biases',
    title: 'Biases, forgetting, discovery (means over seeds)',
    columns: [
      column('method', 'Method'),
      column('deltaP', 'Δp', '%'),
      column('deltaR', 'Δr', '%'),
      column('variance', 'Var₀'),
      column('worst', 'Worst class', '%'),
      column('forgetting', 'M_f', '%'),
      column('discovery', 'M_d', '%'),
    ],
  },
  {
    id: 'stages',
    title: 'All / Old / New after each stage (means over seeds)',
    columns: [
      column('method', 'Method'),
      column('stage', 'Stage'),
      column('all', 'All', '%'),
      column('old', 'Old', '%'),
      column('fresh', 'New', '%'),
    ],
  },
];
