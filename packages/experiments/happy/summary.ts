import { meanOf } from '@broadsheet/engine/stats';
import type { ParameterValues, Point, Row, SeedOutcome, Summary } from '../contract.ts';
import { armNames, armOf } from './arms.ts';
import { PAPER_AVERAGES } from './paper-values.ts';
import { settingsOf } from './parameters.ts';

const BIASES = ['deltaP', 'deltaR', 'variance', 'worst', 'forgetting', 'discovery'];

/** The tables, and who took whom after stage 1: means over seeds. */
export function summaryOf(parameters: ParameterValues, outcomes: readonly SeedOutcome[]): Summary {
  const { arms, plan } = settingsOf(parameters);
  const mean = (arm: string, name: string): number | null => {
    const values = outcomes.map(({ measures }) => measures[`${arm}.${name}`] ?? null).filter((value) => value !== null);
    return values.length > 0 ? meanOf(values) : null;
  };
  const found = armNames(arms).filter((arm) => mean(arm, 'all') !== null);
  const rows = found.flatMap((arm): Row[] => {
    const method = armOf(arm).label;
    const shares = (of: string) => ({
      all: mean(arm, `all${of}`),
      old: mean(arm, `old${of}`),
      fresh: mean(arm, `fresh${of}`),
    });
    const [paperAll = null, paperOld = null, paperFresh = null] = PAPER_AVERAGES[arm] ?? [];
    return [
      { table: 'averages', cells: { method, ...shares(''), paperAll, paperOld, paperFresh } },
      { table: 'biases', cells: { method, ...Object.fromEntries(BIASES.map((name) => [name, mean(arm, name)])) } },
      ...Array.from({ length: plan.stages }, (_, i) => ({
        table: 'stages',
        cells: { method, stage: i + 1, ...shares(`.${i + 1}`) },
      })),
    ];
  });
  return {
    rows,
    points: ['g', 'simgcd'].flatMap((arm) => confusionOf(arm, mean(arm, 'deltaR'), mean(arm, 'oldAsNew'))),
  };
}

/** The shade of a cell is the name of its series. */
function confusionOf(arm: string, newAsOld: number | null, oldAsNew: number | null): Point[] {
  if (newAsOld === null || oldAsNew === null) return [];
  const cell = (x: number, y: number, percent: number) => ({
    figure: `confusion-${arm}`,
    series: (percent / 100).toFixed(3),
    x,
    y,
  });
  return [cell(0, 0, 100 - oldAsNew), cell(1, 0, oldAsNew), cell(0, 1, newAsOld), cell(1, 1, 100 - newAsOld)];
}
