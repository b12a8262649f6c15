import type { TaskName } from '@broadsheet/datasets/neuro-tasks';
import { spearman } from '@broadsheet/engine/stats';
import type { Measures, ParameterValues, SeedValues } from '../contract.ts';
import { ALIGNED_PART } from './aligned.ts';
import { rankPart, STRUCTURES, structurePart } from './arms.ts';
import { LINEAR_RANKS } from './linear.ts';
import { type Settings, settingsOf } from './parameters.ts';

type Values = ReadonlyMap<string, SeedValues>;

/** What of a seed is compared between highest and lowest rank: name → value of a part. */
export const COMPARED = ['tka', 'tkaAll', 'ra', 'raCentred', 'dW', 'sign', 'loss', 'accuracy'] as const;

/**
 * Measures of one seed. Differences are highest rank minus lowest (`rise.MEASURE.TASK`, and `rise.MEASURE` their mean over
 * tasks), or structure minus null; `PART.VALUE` are the values themselves.
 */
export function measuresOf(parameters: ParameterValues, values: Values): Measures {
  const settings = settingsOf(parameters);
  return {
    ...linearMeasures(values.get('linear')),
    ...rankMeasures(settings, values),
    ...structureMeasures(values),
    ...alignedMeasures(values.get(ALIGNED_PART)),
    ...everyValue(values),
  };
}

function linearMeasures(values: SeedValues | undefined): Measures {
  if (!values) return {};
  const of = (name: string) => values[name] ?? null;
  const gaps = LINEAR_RANKS.map((rank) => difference(of(`tka.${rank}`), of(`theory.${rank}`)));
  const full = of(`tka.${LINEAR_RANKS.at(-1)}`);
  return {
    linearRise: difference(full, of(`tka.${LINEAR_RANKS[0]}`)),
    linearGap: mean(gaps),
    alignedGain: difference(of('aligned'), full),
    alignedGap: difference(of('aligned'), 1),
  };
}

function rankMeasures({ tasks, ranks }: Settings, values: Values): Measures {
  const of = (task: TaskName, rank: number, name: string) => values.get(rankPart(task, rank))?.[name] ?? null;
  const [lowest, highest] = [ranks[0], ranks[ranks.length - 1]];
  if (lowest === highest) return {}; // nothing to compare: a difference of 0 would "support" that losses agree
  const found: Record<string, number | null> = {};
  for (const name of COMPARED) {
    const rises = tasks.map((task) => difference(of(task, highest, name), of(task, lowest, name)));
    tasks.forEach((task, i) => {
      found[`rise.${name}.${task}`] = rises[i];
    });
    found[`rise.${name}`] = mean(rises);
  }
  const atEqualLoss = tasks.map((task) =>
    riseAtEqualLoss(values.get(rankPart(task, lowest)), values.get(rankPart(task, highest))),
  );
  found['rise.tkaAtEqualLoss'] = mean(atEqualLoss);
  if (ranks.length > 2)
    found['trend.tka'] = mean(
      tasks.map((task) => {
        const series = ranks.map((rank) => of(task, rank, 'tka'));
        return series.some((value) => value === null) ? null : spearman(ranks, series as number[]);
      }),
    );
  return found;
}

function structureMeasures(values: Values): Measures {
  const found: Record<string, number | null> = {};
  for (const name of STRUCTURES) {
    if (name.endsWith('-null')) continue;
    const [own, nulls] = [values.get(structurePart(name)), values.get(`${structurePart(name)}-null`)];
    if (!own && !nulls) continue;
    for (const measure of ['tka', 'loss'] as const)
      found[`${name}.${measure}`] = difference(own?.[measure] ?? null, nulls?.[measure] ?? null);
  }
  return found;
}

function alignedMeasures(values: SeedValues | undefined): Measures {
  if (!values) return {};
  const of = (name: string) => difference(values[`aligned.${name}`] ?? null, values[`random.${name}`] ?? null);
  return { 'along.tka': of('tka'), 'along.ra': of('ra'), 'along.raCentred': of('raCentred'), 'along.loss': of('loss') };
}

/**
 * Highest rank minus lowest at the same loss: a slower learner looks lazier at the same iteration. The loss that both
 * reached is the larger of the two final ones; the kernel there is read off the checkpoints, linearly in between.
 */
function riseAtEqualLoss(lowest: SeedValues | undefined, highest: SeedValues | undefined): number | null {
  if (!lowest || !highest) return null;
  const goal = Math.max(lowest.loss ?? Number.NaN, highest.loss ?? Number.NaN);
  return difference(alignmentAtLoss(highest, goal), alignmentAtLoss(lowest, goal));
}

function alignmentAtLoss(values: SeedValues, goal: number): number | null {
  let [loss, tka] = [values.lossBefore ?? null, 1 as number | null];
  for (let n = 0; ; n++) {
    const isLast = !(`at.${n}.tka` in values);
    const [nextLoss, nextTka] = isLast
      ? [values.loss ?? null, values.tka ?? null]
      : [values[`at.${n}.loss`], values[`at.${n}.tka`]];
    if (loss === null || tka === null || nextLoss === null || nextTka === null) return null;
    if (nextLoss <= goal) {
      const share = loss > nextLoss ? Math.min(1, Math.max(0, (loss - goal) / (loss - nextLoss))) : 1;
      return tka + share * (nextTka - tka);
    }
    if (isLast) return null;
    [loss, tka] = [nextLoss, nextTka];
  }
}

function everyValue(values: Values): Measures {
  return Object.fromEntries(
    [...values].flatMap(([part, of]) => Object.entries(of).map(([name, value]) => [`${part}.${name}`, value])),
  );
}

function difference(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a - b;
}

/** Null where one is missing: a mean over other tasks would be another measure. */
function mean(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length > 0 && known.length === values.length
    ? known.reduce((sum, value) => sum + value, 0) / known.length
    : null;
}
