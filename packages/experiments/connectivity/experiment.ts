import type { Experiment, ParameterValues } from '../contract.ts';
import { ALIGNED_PART, runAligned } from './aligned.ts';
import { armOf, rankPart, STRUCTURES, startOf, structurePart } from './arms.ts';
import { claims } from './claims.ts';
import { figures, tables } from './figures.ts';
import { runLinear } from './linear.ts';
import { measuresOf } from './measures.ts';
import { parameters, settingsOf } from './parameters.ts';
import { runArm } from './recurrent.ts';
import { summaryOf } from './summary.ts';

/** Liu et al. 2023: initial rank of the weights and how rich or lazy learning is. See claim.md beside this file. */
export const experiment: Experiment = {
  id: 'connectivity',
  paper: {
    arXivId: '2310.08513',
    title: 'How connectivity structure shapes rich and lazy learning in neural circuits',
  },
  question: 'Do networks that start with low-rank connections change more of what they compute while they learn?',
  parameters,
  sizes: {
    live: { label: 'linear network, then 50 units, rank 1 against full: seconds', seeds: 10, seedsTogether: 10 },
    full: { label: '100 units, three tasks, six ranks, structures: minutes', seeds: 10, seedsTogether: 10 },
    paper: {
      label: "300 units, 10,000 iterations, the paper's own scale: an hour or more",
      seeds: 10,
      seedsTogether: 10,
    },
  },
  claims,
  figures,
  tables,
  parts: partsOf,
  cost: costOf,
  async run(context, values, seeds, part) {
    const settings = settingsOf(values);
    if (part === 'linear') return runLinear(context, settings, seeds);
    if (part === ALIGNED_PART) return runAligned(context, settings, seeds);
    const arm = armOf(part);
    const starts = seeds.map((seed) => startOf(arm, seed, settings));
    return (await runArm({ context, settings, seeds, arm }, starts)).outcomes;
  },
  measures: measuresOf,
  summary: summaryOf,
};

/** The most telling parts first: the linear network, of which verdicts come in a second or two, and the ends of the ranks. */
function partsOf(values: ParameterValues): string[] {
  const { tasks, ranks, hasStructures } = settingsOf(values);
  const ends = [...new Set([ranks[0], ranks[ranks.length - 1]])];
  const between = ranks.filter((rank) => !ends.includes(rank));
  return [
    'linear',
    ...tasks.flatMap((task) => ends.map((rank) => rankPart(task, rank))),
    ...tasks.flatMap((task) => between.map((rank) => rankPart(task, rank))),
    ...(hasStructures ? [...STRUCTURES.map(structurePart), ALIGNED_PART] : []),
  ];
}

/** In training steps of one network, by the count of products (6 B T N² a step). */
function costOf(values: ParameterValues, part: string): number {
  const { units, batch, iterations } = settingsOf(values);
  const arm = 48 * batch * units ** 2 * iterations;
  if (part === 'linear') return 4e8;
  return part === ALIGNED_PART ? 3 * arm : arm;
}
