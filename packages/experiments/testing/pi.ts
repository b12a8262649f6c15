import { createRng } from '@broadsheet/engine/stats';
import type { Experiment, ParameterValues, PartOutcome, RunContext } from '../contract.ts';

/**
 * π by throwing darts: the smallest experiment that has everything one can have. It trains nothing, takes milliseconds,
 * and one of its claims is wrong on purpose. Tests run it through page, server and command.
 */
export const experiment: Experiment = {
  id: 'pi',
  paper: { arXivId: '2601.00001', title: 'Estimating π by Throwing Darts' },
  question: 'How near to π do darts come, and does it help to spread them?',
  parameters: [
    {
      kind: 'integer',
      key: 'darts',
      label: 'Darts',
      help: 'More darts come nearer to π; the error falls with their square root.',
      defaults: { live: 2_000, full: 20_000 },
      isControl: true,
      min: 100,
      max: 1_000_000,
      scale: 'log',
      unit: 'darts',
    },
    {
      kind: 'choice',
      key: 'target',
      label: 'Target',
      help: 'The shape that the darts are thrown at.',
      defaults: { live: 'quarter' },
      isControl: true,
      options: [
        { value: 'quarter', label: 'a quarter disc' },
        { value: 'disc', label: 'a whole disc' },
      ],
    },
    {
      kind: 'integers',
      key: 'marks',
      label: 'Marks',
      help: 'After how many per cent of the darts the estimate is written down.',
      defaults: { live: [1, 5, 10, 20, 40, 60, 80, 100] },
      isControl: true,
      min: 1,
      max: 100,
      mostItems: 100,
    },
    {
      kind: 'real',
      key: 'wind',
      label: 'Wind',
      help: 'Pushes every dart aside; 0 is none. Above 0.9 most darts are lost.',
      defaults: { live: 0 },
      isControl: false,
      min: 0,
      max: 1,
      step: 0.01,
    },
    {
      kind: 'integer',
      key: 'pauseMs',
      label: 'Pause',
      help: 'Milliseconds between two marks, to watch it.',
      defaults: { live: 0 },
      isControl: false,
      min: 0,
      max: 1_000,
    },
  ],
  sizes: {
    live: { label: '2,000 darts, 10 seeds: at once', seeds: 10, seedsTogether: 5 },
    full: { label: '20,000 darts, 20 seeds', seeds: 20, seedsTogether: 5 },
  },
  claims: [
    {
      id: 'C1',
      statement: 'Spread darts come nearer to π than darts thrown blindly.',
      paper: { says: 'Stratified draws have the smaller error.', where: 'Section 2', value: 0.02 },
      measure: 'gain',
      measureLabel: 'error of blind darts minus error of spread darts',
      comparison: 'above',
      threshold: 0,
      sizes: ['live', 'full'],
    },
    {
      id: 'C2',
      statement: 'Blind darts always come within a ten-thousandth of π.',
      paper: { says: 'The error is negligible.', where: 'Abstract' },
      measure: 'blind',
      measureLabel: 'error of blind darts',
      comparison: 'below',
      threshold: 0.0001,
      sizes: ['live', 'full'],
    },
    {
      id: 'C3',
      statement: 'The estimate leans to neither side.',
      paper: { says: 'The estimator is unbiased.', where: 'Section 1' },
      measure: 'lean',
      measureLabel: 'estimate minus π',
      comparison: 'within',
      threshold: 0.05,
      sizes: ['full'],
    },
  ],
  figures: [
    {
      id: 'estimate',
      title: 'The estimate as darts are thrown',
      kind: 'lines',
      x: { label: 'darts thrown' },
      y: { label: 'estimate of π' },
      paperPoints: [{ figure: 'estimate', series: 'the paper', x: 2_000, y: 3.15 }],
      closedForm: ['π itself'],
    },
    {
      id: 'error',
      title: 'How far off the estimate is in the end',
      kind: 'dots',
      x: { label: 'way of throwing', categories: ['blind', 'spread'] },
      y: { label: 'error' },
    },
  ],
  tables: [
    {
      id: 'ends',
      title: 'Where each seed ended',
      columns: [
        { key: 'seed', label: 'Seed' },
        { key: 'blind', label: 'Blind' },
        { key: 'spread', label: 'Spread' },
      ],
    },
  ],
  parts: () => ['blind', 'spread'],
  run,
  measures: (_parameters, values) => {
    const [blind, spread] = ['blind', 'spread'].map((part) => values.get(part)?.estimate ?? null);
    const off = (estimate: number | null) => (estimate === null ? null : Math.abs(estimate - Math.PI));
    return {
      blind: off(blind),
      gain: blind === null || spread === null ? null : (off(blind) as number) - (off(spread) as number),
      lean: blind === null ? null : blind - Math.PI,
    };
  },
};

async function run(context: RunContext, p: ParameterValues, seeds: readonly number[], part: string) {
  const marks = [...(p.marks as readonly number[])].sort((a, b) => a - b);
  const throwers = seeds.map((seed) => thrower(seed, part, p));
  for (const [done, mark] of marks.entries()) {
    context.signal.throwIfAborted();
    for (const [i, seed] of seeds.entries()) {
      const { darts, estimate } = throwers[i](Math.max(1, Math.round(((p.darts as number) * mark) / 100)));
      if (estimate !== null)
        context.emit({ type: 'point', figure: 'estimate', series: part, x: darts, y: estimate, seed });
    }
    if (part === 'blind')
      context.emit({
        type: 'point',
        figure: 'estimate',
        series: 'π itself',
        x: ((p.darts as number) * mark) / 100,
        y: Math.PI,
      });
    context.emit({ type: 'progress', done: done + 1, total: marks.length, label: `${part}, ${mark} % of the darts` });
    // A breath between marks, so that a stop is heard.
    await new Promise((resolve) => setTimeout(resolve, p.pauseMs as number));
  }
  return throwers.map((thrown, i): PartOutcome => {
    const { estimate } = thrown(p.darts as number);
    const seed = seeds[i];
    if (estimate === null) return { seed, values: { estimate }, failure: 'every dart was blown away' };
    const x = part === 'blind' ? 0 : 1;
    context.emit({ type: 'point', figure: 'error', series: 'error', x, y: Math.abs(estimate - Math.PI), seed });
    context.emit({ type: 'row', table: 'ends', cells: { seed, [part]: Number(estimate.toFixed(4)) } });
    return { seed, values: { estimate } };
  });
}

/** Throws darts until so many are thrown in all, and says what they tell of π. */
function thrower(seed: number, part: string, p: ParameterValues) {
  const rng = createRng(seed).split(part);
  const isSpread = part === 'spread';
  const side = Math.max(1, Math.floor(Math.sqrt(p.darts as number)));
  const order = isSpread ? rng.permutation(side * side) : undefined;
  let [thrown, counted, inside] = [0, 0, 0];
  return (until: number): { darts: number; estimate: number | null } => {
    for (; thrown < until; thrown++) {
      let [x, y] = [rng.uniform(), rng.uniform()];
      if (order) {
        const cell = order[thrown % order.length];
        x = (x + (cell % side)) / side;
        y = (y + Math.floor(cell / side)) / side;
      }
      x += p.wind as number;
      if (x > 1) continue;
      counted++;
      if (p.target === 'disc') {
        x = 2 * x - 1;
        y = 2 * y - 1;
      }
      if (x * x + y * y < 1) inside++;
    }
    return { darts: until, estimate: counted === 0 ? null : (4 * inside) / counted };
  };
}
