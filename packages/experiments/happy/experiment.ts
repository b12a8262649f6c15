import type { Experiment } from '../contract.ts';
import { armNames, armOf } from './arms.ts';
import { claims } from './claims.ts';
import { figures, tables } from './figures.ts';
import { measuresOf } from './measures.ts';
import { parameters, settingsOf } from './parameters.ts';
import { runArm } from './run-arm.ts';
import { summaryOf } from './summary.ts';

/** Ma et al. 2024: new classes found stage by stage without forgetting the old. See claim.md beside this file. */
export const experiment: Experiment = {
  id: 'happy',
  paper: {
    arXivId: '2410.06535',
    title: 'Happy: A Debiased Learning Framework for Continual Generalized Category Discovery',
  },
  question: 'Can a learner find new classes in unlabelled data, stage after stage, without losing the ones it knows?',
  parameters,
  sizes: {
    live: { label: '12 + 3 × 3 classes in 32 dimensions, six methods: seconds', seeds: 10, seedsTogether: 5 },
    full: { label: '16 + 4 × 4 classes in 32 dimensions, nineteen methods: minutes', seeds: 10, seedsTogether: 5 },
  },
  claims,
  figures,
  tables,
  parts: (values) => armNames(settingsOf(values).arms),
  cost: (_, part) => (armOf(part).recipe ? 10 : 1),
  run: (context, values, seeds, part) => runArm(context, settingsOf(values), seeds, armOf(part)),
  measures: measuresOf,
  summary: summaryOf,
};
