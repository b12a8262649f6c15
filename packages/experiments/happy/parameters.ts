import type { StagePlan } from '@broadsheet/datasets/class-stages';
import type { Parameter, ParameterValues } from '../contract.ts';
import type { ArmSet } from './arms.ts';
import { PAPER_WIDTH } from './papers.ts';

/** Epochs, rates and temperatures are the paper's unless a help says otherwise; sizes are ours. */
export const parameters: readonly Parameter[] = [
  {
    key: 'data',
    label: 'Data',
    help: 'Vectors on a sphere; invented signs seen by a small encoder that is trained without labels on other signs first; or papers of 32 arXiv categories as the house encoder sees them.',
    kind: 'choice',
    options: [
      { value: 'sphere', label: 'vectors' },
      { value: 'signs', label: 'pictures of signs' },
      { value: 'papers', label: 'papers by category' },
    ],
    defaults: { live: 'sphere' },
    isControl: true,
  },
  {
    key: 'initialClasses',
    label: 'Initial classes',
    help: 'Classes with labels at stage 0.',
    kind: 'integer',
    min: 4,
    max: 60,
    defaults: { live: 12, full: 16 },
    isControl: true,
  },
  {
    key: 'stages',
    label: 'Stages',
    help: 'Unlabelled stages after stage 0.',
    kind: 'integer',
    min: 1,
    max: 10,
    defaults: { live: 3, full: 4 },
    isControl: true,
  },
  {
    key: 'newPerStage',
    label: 'New classes a stage',
    help: 'Told to the learner, except to the one that estimates it.',
    kind: 'integer',
    min: 1,
    max: 12,
    defaults: { live: 3, full: 4 },
    isControl: true,
  },
  {
    key: 'scatter',
    label: 'Scatter',
    help: 'Of vectors: RMS length of a sample beside its class of length 1. More is harder.',
    kind: 'real',
    min: 0.2,
    max: 3,
    step: 0.1,
    defaults: { live: 1.2 },
    isControl: true,
  },
  {
    key: 'tauH',
    label: 'τ_h of replay',
    help: 'Small: only the hardest classes are replayed. Large: all evenly.',
    kind: 'real',
    min: 0.005,
    max: 10,
    scale: 'log',
    defaults: { live: 0.1 },
    isControl: true,
  },
  {
    key: 'epochs',
    label: 'Epochs a stage',
    help: 'The paper trains 30.',
    kind: 'integer',
    min: 1,
    max: 60,
    defaults: { live: 15, full: 20 },
    isControl: true,
  },
  {
    key: 'arms',
    label: 'Methods',
    help: 'A few, or all baselines, ablations and variants.',
    kind: 'choice',
    options: [
      { value: 'few', label: 'Happy, SimGCD, k-means, init only, a, b' },
      { value: 'all', label: 'all' },
    ],
    defaults: { live: 'few', full: 'all' },
    isControl: true,
  },
  {
    key: 'families',
    label: 'Families of classes',
    help: 'Members of a family lie near each other.',
    kind: 'integer',
    min: 1,
    max: 30,
    defaults: { live: 5, full: 7 },
    isControl: false,
  },
  {
    key: 'width',
    label: 'Features',
    help: 'd; the adapter has as many hidden units. Papers have 64.',
    kind: 'integer',
    min: 8,
    max: 256,
    defaults: { live: 32 },
    isControl: false,
  },
  {
    key: 'batch',
    label: 'Batch',
    help: 'B: a step has two views of each and 2B replayed prototypes. The paper has 128.',
    kind: 'integer',
    min: 8,
    max: 128,
    defaults: { live: 32 },
    isControl: false,
  },
  {
    key: 'perNew',
    label: 'Samples of a new class',
    help: 'In its stage; as many of an initial class at stage 0.',
    kind: 'integer',
    min: 10,
    max: 1000,
    defaults: { live: 60, full: 80 },
    isControl: false,
  },
  {
    key: 'perOld',
    label: 'Samples of an old class',
    help: 'In every later stage: about a sixteenth of those of a new class, as on CIFAR-100.',
    kind: 'integer',
    min: 0,
    max: 200,
    defaults: { live: 4, full: 5 },
    isControl: false,
  },
  {
    key: 'perTest',
    label: 'Test samples of a class',
    help: 'Unseen in training.',
    kind: 'integer',
    min: 5,
    max: 200,
    defaults: { live: 30 },
    isControl: false,
  },
  {
    key: 'initialEpochs',
    label: 'Epochs of stage 0',
    help: 'The paper trains 100 from a backbone of its own; features are given here.',
    kind: 'integer',
    min: 1,
    max: 100,
    defaults: { live: 8, full: 10 },
    isControl: false,
  },
  {
    key: 'encoderSteps',
    label: 'Steps of the encoder',
    help: 'Of signs: batches of 64 pictures that the encoder is trained on before anything else.',
    kind: 'integer',
    min: 1,
    max: 5000,
    defaults: { live: 100, full: 400 },
    isControl: false,
  },
  {
    key: 'restarts',
    label: 'Restarts of k-means',
    help: 'The code has 10.',
    kind: 'integer',
    min: 1,
    max: 20,
    defaults: { live: 3 },
    isControl: false,
  },
];

/** The same, typed. */
export interface Settings {
  readonly data: 'sphere' | 'signs' | 'papers';
  readonly encoderSteps: number;
  readonly plan: StagePlan;
  readonly families: number;
  readonly scatter: number;
  readonly width: number;
  readonly batch: number;
  readonly epochs: number;
  readonly initialEpochs: number;
  readonly tauH: number;
  readonly restarts: number;
  readonly arms: ArmSet;
}

export function settingsOf(values: ParameterValues): Settings {
  const number = (key: string) => values[key] as number;
  return {
    data: values.data as Settings['data'],
    encoderSteps: number('encoderSteps'),
    plan: {
      initialClasses: number('initialClasses'),
      stages: number('stages'),
      newPerStage: number('newPerStage'),
      perInitial: number('perNew'),
      perNew: number('perNew'),
      perOld: number('perOld'),
      perTest: number('perTest'),
    },
    families: number('families'),
    scatter: number('scatter'),
    width: values.data === 'papers' ? PAPER_WIDTH : number('width'),
    batch: number('batch'),
    epochs: number('epochs'),
    initialEpochs: number('initialEpochs'),
    tauH: number('tauH'),
    restarts: number('restarts'),
    arms: values.arms as ArmSet,
  };
}
