import { meanInterval, meanOf } from '@broadsheet/engine/stats';
import type { ParameterValues, Point, Row, SeedOutcome, Summary } from '../contract.ts';
import { ARMS, armOf } from './bench/arms.ts';
import { EVADED } from './model/evasive.ts';
import { CONTROLS, FAULTS } from './model/faults.ts';

/** What the figures show, out of the measures of all seeds; the ablation's shades and the arms' table over all of them. */
export function summary(_: ParameterValues, outcomes: readonly SeedOutcome[]): Summary {
  const points: Point[] = [];
  const each = (figure: string, series: string, x: number, measure: string) => {
    for (const { seed, measures } of outcomes) {
      const y = measures[measure];
      if (y !== null && y !== undefined) points.push({ figure, series, x, y, seed });
    }
  };
  for (const [x, fault] of FAULTS.entries()) each('detected', 'all five layers', x, `detected.${fault}`);
  for (const [x, name] of ['healthy', ...CONTROLS].entries()) each('alarmed', 'all five layers', x, `alarmed.${name}`);
  for (const [x, fault] of EVADED.entries()) each('evaded', 'evasive tier', x, `evaded.${fault}`);
  for (const [x, { id }] of ARMS.slice(0, 7).entries()) each('regret', 'mean regret', x, `regret.${id}`);
  for (const [y, { id }] of ARMS.slice(6).entries())
    for (const [x, fault] of FAULTS.entries()) {
      const shade = over(outcomes, y === 0 ? `detected.${fault}` : `${id}.${fault}`);
      if (shade !== null) points.push({ figure: 'ablation', series: shade.toFixed(3), x, y });
    }
  const rows = ARMS.slice(0, 7).flatMap(({ id, label }): Row[] => {
    const regret = over(outcomes, `regret.${id}`);
    if (regret === null) return [];
    const round = (value: number | null, digits: number) => (value === null ? null : Number(value.toFixed(digits)));
    return [
      {
        table: 'arms',
        cells: {
          arm: id,
          label,
          sessions: (over(outcomes, `sessions.${id}`) ?? 0) * outcomes.length,
          regret: round(regret, 4),
          wrongGo: round(over(outcomes, `wrongGo.${id}`), 3),
          wrongStop: round(over(outcomes, `wrongStop.${id}`), 3),
          tokens: round(over(outcomes, `tokens.${id}`), 0),
          calls: round(over(outcomes, `calls.${id}`), 0),
        },
      },
    ];
  });
  return { points, rows, headline: headlineOf(outcomes) };
}

/** Baselines that one would rather use if they do as well. */
const SIMPLER = ['B3', 'B4', 'B5', 'B6'] as const;

/** The cheapest simpler arm whose regret is not shown to be above that of the five layers. */
function headlineOf(outcomes: readonly SeedOutcome[]): string | undefined {
  const asGood = SIMPLER.filter((id) => {
    const gains = outcomes.flatMap(({ measures }) => {
      const [simpler, full] = [measures[`regret.${id}`], measures['regret.F']];
      return simpler === null || simpler === undefined || full === null || full === undefined ? [] : [simpler - full];
    });
    return gains.length >= 2 && meanInterval(gains).low <= 0;
  });
  const best = asGood.sort((a, b) => (over(outcomes, `regret.${a}`) ?? 0) - (over(outcomes, `regret.${b}`) ?? 0))[0];
  if (best === undefined) return undefined;
  const say = (id: string) =>
    `${over(outcomes, `regret.${id}`)?.toFixed(3)} at ${Math.round(over(outcomes, `tokens.${id}`) ?? 0).toLocaleString('en')} tokens a session`;
  return `First: five layers were not shown to leave less regret than a simpler way. Mean regret of “${armOf(best).label}” is ${say(best)}; of all five layers ${say('F')}.`;
}

function over(outcomes: readonly SeedOutcome[], measure: string): number | null {
  const values = outcomes.flatMap(({ measures }) => measures[measure] ?? []);
  return values.length === 0 ? null : meanOf(values);
}
