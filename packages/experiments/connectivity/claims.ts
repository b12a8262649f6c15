import type { Claim } from '../contract.ts';

const ABSTRACT = 'abstract';
const EVERYWHERE = ['live', 'full', 'paper'] as const;

/** Thresholds other than 0 are ours: what a reader would call "equal". */
export const claims: readonly Claim[] = [
  {
    id: 'C1a',
    statement: 'A linear network that starts with higher rank keeps more of its tangent kernel, on average over tasks.',
    paper: {
      says: 'Higher effective rank of the initial weights leads to lazier learning, in theory for a two-layer linear network.',
      where: ABSTRACT,
    },
    measure: 'linearRise',
    measureLabel: 'alignment at full rank minus alignment at rank 1',
    comparison: 'above',
    threshold: 0,
    sizes: EVERYWHERE,
  },
  {
    id: 'C1b',
    statement: 'How much it keeps is what the closed form says, for a small start.',
    paper: {
      says: 'A closed form exists for the two-layer linear network; the one used here is our derivation.',
      where: 'theory',
    },
    measure: 'linearGap',
    measureLabel: 'trained alignment minus the closed form, mean over ranks',
    comparison: 'within',
    threshold: 0.02,
    sizes: EVERYWHERE,
  },
  {
    id: 'C2a',
    statement: 'The exception: a rank-one start that points along the task is lazier than a full-rank start.',
    paper: { says: 'Low-rank starts that are aligned with the task and the data can be lazy.', where: ABSTRACT },
    measure: 'alignedGain',
    measureLabel: 'alignment of the rank-one start along the task minus that of full rank',
    comparison: 'above',
    threshold: 0,
    sizes: EVERYWHERE,
  },
  {
    id: 'C2b',
    statement: 'Such a start does not change its kernel at all.',
    paper: {
      says: 'Low-rank starts that are aligned with the task and the data can be lazy; that the kernel stays is our derivation.',
      where: 'theory',
    },
    measure: 'alignedGap',
    measureLabel: 'alignment of the rank-one start along the task minus 1',
    comparison: 'within',
    threshold: 0.02,
    sizes: EVERYWHERE,
  },
  {
    id: 'C3',
    statement:
      'Recurrent networks that start with full rank keep more of their tangent kernel than those that start with rank 1.',
    paper: { says: 'In recurrent networks on cognitive tasks, high-rank starts learn more lazily.', where: ABSTRACT },
    measure: 'rise.tka',
    measureLabel: 'kernel alignment at full rank minus at the lowest rank, mean over tasks',
    comparison: 'above',
    threshold: 0,
    sizes: EVERYWHERE,
  },
  {
    id: 'C3b',
    statement: 'They do so also at the same loss, not only after the same number of iterations.',
    paper: {
      says: 'Nothing: the paper stops after a fixed number of iterations; a slower learner looks lazier there.',
      where: 'ours',
    },
    measure: 'rise.tkaAtEqualLoss',
    measureLabel: 'the same difference where both have reached the same loss',
    comparison: 'above',
    threshold: 0,
    sizes: EVERYWHERE,
  },
  {
    id: 'C4',
    statement: 'They also keep more of their representation.',
    paper: { says: 'High-rank starts change their hidden representation less.', where: ABSTRACT },
    measure: 'rise.ra',
    measureLabel: 'representation alignment at full rank minus at the lowest rank, mean over tasks',
    comparison: 'above',
    threshold: 0,
    sizes: EVERYWHERE,
  },
  {
    id: 'C5',
    statement: 'They also move their recurrent weights less.',
    paper: { says: 'High-rank starts need smaller changes of the weights.', where: ABSTRACT },
    measure: 'rise.dW',
    measureLabel: '‖ΔW‖ at full rank minus at the lowest rank, mean over tasks',
    comparison: 'below',
    threshold: 0,
    sizes: EVERYWHERE,
  },
  {
    id: 'C6',
    statement:
      'Connectivity in cell-type blocks, of low effective rank, learns more richly than the same weights shuffled.',
    paper: {
      says: 'Connectivity as experiments find it, of low effective rank, leads to richer learning.',
      where: ABSTRACT,
    },
    measure: 'blocks.tka',
    measureLabel: 'kernel alignment of blocks minus that of their shuffle',
    comparison: 'below',
    threshold: 0,
    sizes: ['full'],
  },
  {
    id: 'C7',
    statement:
      'In recurrent networks too, a low-rank start along the task is lazier than a random one of the same norm.',
    paper: { says: 'Low-rank starts that are aligned with the task and the data can be lazy.', where: ABSTRACT },
    measure: 'along.tka',
    measureLabel: 'kernel alignment of the start along the task minus that of a random one',
    comparison: 'above',
    threshold: 0,
    sizes: ['full'],
  },
  {
    id: 'C8',
    statement: 'The difference is not one of how well they learnt: final losses agree.',
    paper: { says: 'Networks are compared after the same training.', where: 'evaluation' },
    measure: 'rise.loss',
    measureLabel: 'final loss at full rank minus at the lowest rank, mean over tasks',
    unit: 'nats',
    comparison: 'within',
    threshold: 0.02,
    sizes: EVERYWHERE,
  },
];
