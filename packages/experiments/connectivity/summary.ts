import { taskFacts } from '@broadsheet/datasets/neuro-tasks';
import { createRng, holm, meanInterval, meanOf, signFlipTest } from '@broadsheet/engine/stats';
import type { Cell, ParameterValues, Row, SeedOutcome, Summary } from '../contract.ts';
import { armOf, rankPart, STRUCTURES, structurePart } from './arms.ts';
import { COMPARED } from './measures.ts';
import { type Settings, settingsOf } from './parameters.ts';

type Outcomes = readonly SeedOutcome[];

const LABELS: Record<(typeof COMPARED)[number], string> = {
  tka: 'tangent-kernel alignment',
  tkaAll: 'tangent-kernel alignment, all weights',
  ra: 'representation alignment',
  raCentred: 'representation alignment, centred',
  dW: '‖ΔW_h‖',
  sign: 'sign similarity',
  loss: 'final loss',
  accuracy: 'decisions right',
};
/** Corrected together: three measures on each task. */
const TESTED = ['tka', 'ra', 'dW'];
const CLAIMED_TO_FALL = ['dW', 'loss'];

/** The tables that need all seeds. */
export function summaryOf(parameters: ParameterValues, outcomes: Outcomes): Summary {
  const settings = settingsOf(parameters);
  return {
    points: [],
    rows: [...startRows(settings, outcomes), ...effectRows(settings, outcomes), ...structureRows(outcomes)],
  };
}

const START_CELLS = [
  'sv',
  'er',
  'rho',
  's1',
  'fro',
  'rms',
  'loss',
  'accuracy',
  'tka',
  'tkaAll',
  'ra',
  'raCentred',
  'dW',
];

function startRows({ tasks, ranks, hasStructures }: Settings, outcomes: Outcomes): Row[] {
  const parts = [
    ...tasks.flatMap((task) => ranks.map((rank) => rankPart(task, rank))),
    ...(hasStructures ? STRUCTURES.map(structurePart) : []),
  ];
  return parts.map((part) => {
    const { task, name, rank } = armOf(part);
    const facts = rank === null ? part : rankPart(tasks[0], rank); // facts of a start are measured for the first task
    const cells: Record<string, Cell> = { task: taskFacts(task).title, start: name };
    for (const cell of START_CELLS)
      cells[cell] = meanOfMeasure(outcomes, `${part}.${cell}`) ?? meanOfMeasure(outcomes, `${facts}.${cell}`);
    cells.failed = outcomes.filter(({ failures }) => failures.some((failure) => failure.startsWith(`${part}:`))).length;
    return { table: 'starts', cells };
  });
}

function effectRows({ tasks }: Settings, outcomes: Outcomes): Row[] {
  const rows = tasks.flatMap((task) =>
    COMPARED.flatMap((measure) => {
      const values = valuesOf(outcomes, `rise.${measure}.${task}`);
      if (values.length < 2) return [];
      const { mean, low, high } = meanInterval(values);
      const sign = CLAIMED_TO_FALL.includes(measure) ? -1 : 1;
      const agree = `${values.filter((value) => Math.sign(value) === sign).length} of ${values.length}`;
      const p = signFlipTest(values, createRng('sign flips')).p;
      return [{ measure, cells: { task: taskFacts(task).title, measure: LABELS[measure], mean, low, high, agree, p } }];
    }),
  );
  const tested = rows.filter(({ measure }) => TESTED.includes(measure));
  const corrected = holm(tested.map(({ cells }) => cells.p));
  return rows.map((row) => {
    const pHolm = corrected[tested.indexOf(row)] ?? null;
    return { table: 'effects', cells: { ...row.cells, pHolm } };
  });
}

function structureRows(outcomes: Outcomes): Row[] {
  const pairs = [
    ...STRUCTURES.filter((name) => !name.endsWith('-null')).map((name) => [name, name] as const),
    ['along the task, rank 1', 'along'] as const,
  ];
  return pairs.flatMap(([structure, key]) => {
    const values = valuesOf(outcomes, `${key}.tka`);
    if (values.length < 2) return [];
    const { mean, low, high } = meanInterval(values);
    return [
      { table: 'structures', cells: { structure, mean, low, high, lossGap: meanOfMeasure(outcomes, `${key}.loss`) } },
    ];
  });
}

function valuesOf(outcomes: Outcomes, measure: string): number[] {
  return outcomes.map(({ measures }) => measures[measure] ?? null).filter((value) => value !== null);
}

function meanOfMeasure(outcomes: Outcomes, measure: string): number | null {
  const values = valuesOf(outcomes, measure);
  return values.length > 0 ? meanOf(values) : null;
}
