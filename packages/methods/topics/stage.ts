import type { TrainingReport } from '@broadsheet/engine/report';
import type { Rng } from '@broadsheet/engine/stats';
import { chosenRows, joinedRows, type Rows, rowOf, rows } from '../happy/rows.ts';
import { type Excess, excessOf } from '../new-classes/index.ts';
import { type Birth, bornOf } from './births.ts';
import { HEAD_SCHEDULE, type HeadSchedule, trainNewHeads } from './heads.ts';
import { type Assignments, assign, describe, type TopicModel } from './model.ts';
import { proposedBy, type StagePool, type Waiting } from './proposals.ts';
import { reportOf } from './stage-report.ts';

export interface StageOutcome {
  readonly verdict: 'empty' | 'nothing-new' | 'born';
  readonly excess: Excess;
  readonly births: readonly Birth[];
  /** The model that the next stage starts from: the births appended, everything before where it was. */
  readonly model: TopicModel;
  readonly proposals: number;
  readonly retired: number;
  readonly duplicates: number;
  readonly training: TrainingReport | null;
  readonly epochs: number;
}

export interface StageOptions {
  readonly schedule?: HeadSchedule;
  readonly leastSize?: number;
  /** Cosine of prototypes from which two topics are one. */
  readonly duplicate?: number;
  /** Rows that are of titles alone: they lie elsewhere than whole texts, which is no growth. */
  readonly titlesOnly?: readonly number[];
}

const LEAST_SIZE = 8; // §6.2
const LEAST_SHARE = 0.0025; // §6.2 has 0.005, for batches of hundreds
const QUIET_STAGES = 8;
export const DUPLICATE = 0.8; // ours: docs/decisions/0731
/** Papers that new heads learn from; of more, as many are drawn evenly from the groups. */
const MOST_MEMBERS = 1000;

/**
 * One stage on a stream: is there more that belongs to no topic than usual, over all or in one group of papers; is there
 * a place, also inside a topic, that has become denser; and do such groups hold as topics once their heads have learnt
 * beside the old ones?
 * @param features centred unit rows of the stage's papers
 */
export function nextStage(
  before: TopicModel,
  features: Rows,
  waiting: Waiting,
  rng: Rng,
  options: StageOptions = {},
): StageOutcome {
  const assigned = assign(before, features);
  const excess = excessOf(assigned.novelty, usualShare(before));
  const nothing = { excess, births: [], proposals: 0, retired: 0, duplicates: 0, training: null, epochs: 0 };
  if (features.count === 0) return { ...nothing, verdict: 'empty', model: before };
  const calm = { ...nothing, verdict: 'nothing-new', model: withQuiet(before, excess.share, features.count) } as const;
  const leastSize = options.leastSize ?? Math.max(LEAST_SIZE, Math.ceil(LEAST_SHARE * features.count));
  const { titlesOnly = [] } = options;
  const found = proposedBy({ model: before, features, assigned, excess, waiting, leastSize, titlesOnly }, rng);
  const { points, proposals } = found;
  if (proposals.length === 0) return calm;
  const { schedule = HEAD_SCHEDULE, duplicate = DUPLICATE } = options;
  const fresh = rows(proposals.length, features.width);
  for (const [c, { members }] of proposals.entries())
    rowOf(fresh, c).set(describe(chosenRows(points, members)).prototype);
  const pool = trainingPool(found, features, assigned, rng.split('old'));
  const replayed = { means: before.prototypes, radius: before.radius };
  const trained = trainNewHeads(before.heads, fresh, pool, replayed, rng, schedule);
  const settled = bornOf(before, trained.heads, found, leastSize, duplicate);
  const training = reportOf(before.heads, fresh, trained, pool);
  const done = { excess, ...settled, proposals: proposals.length, training, epochs: schedule.epochs };
  if (settled.births.length === 0) return { ...done, verdict: 'nothing-new', model: calm.model };
  return { ...done, verdict: 'born', model: withTopics(before, settled.births) };
}

/** α₀: the share of novel papers over the last quiet stages, never quite none and never half. */
export function usualShare({ quiet }: TopicModel): number {
  const papers = quiet.reduce((sum, stage) => sum + stage.papers, 0);
  const novel = quiet.reduce((sum, stage) => sum + stage.share * stage.papers, 0);
  return Math.min(0.5, Math.max(0.01, novel / Math.max(1, papers)));
}

function withQuiet(model: TopicModel, share: number, papers: number): TopicModel {
  return { ...model, quiet: [...model.quiet, { share, papers }].slice(-QUIET_STAGES) };
}

export function withTopics(
  model: TopicModel,
  births: readonly Pick<Birth, 'head' | 'prototype' | 'threshold' | 'cohesion'>[],
): TopicModel {
  const { width } = model.heads;
  const flat = (of: 'head' | 'prototype') =>
    rows(births.length, width, Float64Array.from(births.flatMap((birth) => [...birth[of]])));
  return {
    ...model,
    heads: joinedRows(model.heads, flat('head')),
    prototypes: joinedRows(model.prototypes, flat('prototype')),
    thresholds: Float64Array.from([...model.thresholds, ...births.map(({ threshold }) => threshold)]),
    cohesions: Float64Array.from([...model.cohesions, ...births.map(({ cohesion }) => cohesion)]),
  };
}

/** §6.2: the proposals' members and as many papers that surely belong to old topics, spread over those. */
function trainingPool(
  { points, proposals, ofStage }: StagePool,
  features: Rows,
  { heads, novelty, probabilities }: Assignments,
  rng: Rng,
): Rows {
  const all = proposals.flatMap(({ members }) => members);
  const members = all.length > MOST_MEMBERS ? rng.shuffle(all).slice(0, MOST_MEMBERS) : all;
  const sure = [...heads.keys()].filter((i) => novelty[i] <= 0 && !ofStage.has(i));
  const byTopic = [...Map.groupBy(rng.shuffle(sure), (i) => heads[i]).values()].map((own) =>
    own.toSorted((a, b) => probabilities[b] - probabilities[a]),
  );
  const old: number[] = [];
  for (let turn = 0; old.length < Math.min(members.length, sure.length); turn++)
    for (const own of byTopic) if (turn < own.length && old.length < members.length) old.push(own[turn]);
  return joinedRows(chosenRows(points, members), chosenRows(features, old));
}
