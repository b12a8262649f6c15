import { hashProbe, type TrainingReport, trainingReport } from '@broadsheet/engine/report';
import { quantile, type Rng } from '@broadsheet/engine/stats';
import { chosenRows, dot, type Rows, rowOf, rows } from '../happy/rows.ts';
import { type Excess, excessOf, type Proposal, proposalsOf } from '../new-classes/index.ts';
import { HEAD_SCHEDULE, type HeadSchedule, joined, trainNewHeads } from './heads.ts';
import { assign, describe, type TopicModel } from './model.ts';
import { cosines } from './products.ts';

/** A topic that a stage found. */
export interface Birth {
  readonly head: Float64Array;
  readonly prototype: Float64Array;
  readonly threshold: number;
  readonly cohesion: number;
  /** Papers that it was born from. */
  readonly papers: number;
  /** The topic there was that is most like it. */
  readonly nearest: number;
  readonly cosine: number;
  /** z of the excess that it was found by: of the whole stage, or its own. */
  readonly statistic: number;
}

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
}

const LEAST_SIZE = 8; // §6.2
const LEAST_SHARE = 0.0025; // §6.2 has 0.005, for batches of hundreds
const QUIET_STAGES = 8;
export const DUPLICATE = 0.8; // ours: docs/decisions/0731
/** Candidates that proposals are looked for among; beyond it, as many are drawn. */
const MOST_CANDIDATES = 2000;
/** From which growth one group is news though the whole stage is not: twenty groups give one false alarm in 200 stages. */
const GROWTH = 3.5;

/** Papers of earlier stages that belong to no topic, and of how many papers they are left. */
export interface Waiting {
  /** Centred unit rows. */
  readonly features: Rows;
  readonly outOf: number;
}

/**
 * One stage on a stream: is there more that belongs to no topic than usual, over all or in one group of papers; does it
 * gather in groups that come back; and do those hold as topics once their heads have learnt beside the old ones?
 * @param features centred unit rows of the stage's papers
 */
export function nextStage(
  before: TopicModel,
  features: Rows,
  waiting: Waiting,
  rng: Rng,
  options: StageOptions = {},
): StageOutcome {
  const { novelty, heads, probabilities } = assign(before, features);
  const excess = excessOf(novelty, usualShare(before));
  const nothing = { excess, births: [], proposals: 0, retired: 0, duplicates: 0, training: null, epochs: 0 };
  if (features.count === 0) return { ...nothing, verdict: 'empty', model: before };
  const calm = { ...nothing, verdict: 'nothing-new', model: withQuiet(before, excess.share, features.count) } as const;
  const leastSize = options.leastSize ?? Math.max(LEAST_SIZE, Math.ceil(LEAST_SHARE * features.count));
  const { candidates, fromNow } = atMost(features, excess.candidates, waiting.features, rng.split('candidates'));
  const leastCohesion = quantile([...before.cohesions], 0.25);
  // Papers lie around this cosine to the middle of a group as close as the rule asks; a little less takes most of them in.
  const rules = { leastSize, leastCohesion, nearness: 0.9 * Math.sqrt(Math.max(0, leastCohesion)) };
  const statistics = new Map<Proposal, number>();
  const proposals = proposalsOf(candidates, rng.split('proposals'), rules).filter((group) => {
    const now = group.filter((i) => i < fromNow).length;
    const own = growthOf(now, features.count, group.length - now, waiting.outOf);
    statistics.set(group, own);
    return now > 0 && (excess.isExcess || own > GROWTH);
  });
  if (proposals.length === 0) return calm;
  const { schedule = HEAD_SCHEDULE, duplicate = DUPLICATE } = options;
  const fresh = rows(proposals.length, features.width);
  for (const [c, group] of proposals.entries()) rowOf(fresh, c).set(describe(chosenRows(candidates, group)).prototype);
  const pool = stagePool(candidates, proposals, { features, novelty, heads, probabilities }, rng.split('old'));
  const trained = trainNewHeads(
    before.heads,
    fresh,
    pool,
    { means: before.prototypes, radius: before.radius },
    rng,
    schedule,
  );
  const statisticOf = proposals.map((group) => (excess.isExcess ? excess.statistic : (statistics.get(group) ?? 0)));
  const { births, retired, duplicates } = settle(before, trained.heads, candidates, leastSize, duplicate, statisticOf);
  const report = reportOf(before.heads, fresh, trained, pool);
  const done = {
    excess,
    births,
    retired,
    duplicates,
    proposals: proposals.length,
    training: report,
    epochs: schedule.epochs,
  };
  if (births.length === 0) return { ...done, verdict: 'nothing-new', model: calm.model };
  return { ...done, verdict: 'born', model: withTopics(before, births) };
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
    heads: joined(model.heads, flat('head')),
    prototypes: joined(model.prototypes, flat('prototype')),
    thresholds: Float64Array.from([...model.thresholds, ...births.map(({ threshold }) => threshold)]),
    cohesions: Float64Array.from([...model.cohesions, ...births.map(({ cohesion }) => cohesion)]),
  };
}

/** The stage's candidates and those that wait, in this order; of too many as many as are manageable, drawn evenly. */
function atMost(
  features: Rows,
  chosen: readonly number[],
  waiting: Rows,
  rng: Rng,
): { candidates: Rows; fromNow: number } {
  const all = joined(chosenRows(features, chosen), waiting);
  if (all.count <= MOST_CANDIDATES) return { candidates: all, fromNow: chosen.length };
  const drawn = rng.permutation(all.count).slice(0, MOST_CANDIDATES).toSorted();
  return { candidates: chosenRows(all, drawn), fromNow: drawn.filter((i) => i < chosen.length).length };
}

/** z of a group's share of papers now against before; 0 where there is no before. */
function growthOf(now: number, papers: number, before: number, outOf: number): number {
  if (outOf === 0) return 0;
  const share = (now + before) / (papers + outOf);
  return (now / papers - before / outOf) / Math.sqrt(share * (1 - share) * (1 / papers + 1 / outOf));
}

/** §6.2: the proposals' members and as many papers that surely belong to old topics, spread over those. */
function stagePool(
  candidates: Rows,
  proposals: readonly Proposal[],
  stage: { features: Rows; novelty: Float64Array; heads: Int32Array; probabilities: Float64Array },
  rng: Rng,
): Rows {
  const members = proposals.flat();
  const sure = [...stage.heads.keys()].filter((i) => stage.novelty[i] <= 0);
  const byTopic = [...Map.groupBy(rng.shuffle(sure), (i) => stage.heads[i]).values()].map((own) =>
    own.toSorted((a, b) => stage.probabilities[b] - stage.probabilities[a]),
  );
  const old: number[] = [];
  for (let turn = 0; old.length < Math.min(members.length, sure.length); turn++)
    for (const own of byTopic) if (turn < own.length && old.length < members.length) old.push(own[turn]);
  return joined(chosenRows(candidates, members), chosenRows(stage.features, old));
}

/** New heads with what they won among the candidates; those with too little are retired, duplicates united. */
function settle(
  before: TopicModel,
  trained: Rows,
  candidates: Rows,
  leastSize: number,
  duplicate: number,
  statisticOf: readonly number[],
) {
  const all = joined(before.heads, trained);
  const won = nearest(candidates, all);
  const groups = Array.from({ length: trained.count }, (_, c) =>
    [...won.keys()].filter((i) => won[i] === before.heads.count + c),
  );
  const large = groups
    .map((members, c) => ({ members, c }))
    .filter(({ members }) => members.length >= leastSize)
    .toSorted((a, b) => b.members.length - a.members.length || a.c - b.c);
  const births: Birth[] = [];
  let duplicates = 0;
  for (const { members, c } of large) {
    const { prototype, threshold, cohesion } = describe(chosenRows(candidates, members));
    const near = mostLike(prototype, before.prototypes);
    const isOld = near.cosine >= duplicate;
    if (isOld || births.some((birth) => dot(birth.prototype, prototype) >= duplicate)) {
      duplicates++;
      continue;
    }
    const head = Float64Array.from(rowOf(trained, c));
    births.push({
      ...{ head, prototype, threshold, cohesion, papers: members.length },
      ...{ nearest: near.index, cosine: near.cosine, statistic: statisticOf[c] },
    });
  }
  return { births, retired: trained.count - large.length, duplicates };
}

function nearest(points: Rows, heads: Rows): Int32Array {
  const products = cosines(points, heads);
  return Int32Array.from({ length: points.count }, (_, i) => {
    let best = 0;
    for (let c = 1; c < heads.count; c++)
      if (products[i * heads.count + c] > products[i * heads.count + best]) best = c;
    return best;
  });
}

export function mostLike(vector: Float64Array, others: Rows): { index: number; cosine: number } {
  let [index, cosine] = [-1, -1];
  for (let c = 0; c < others.count; c++) {
    const found = dot(vector, rowOf(others, c));
    if (found > cosine) [index, cosine] = [c, found];
  }
  return { index, cosine };
}

const PROBE = 48;

/** How rich or lazy the stage's training was: the tangent kernel of all logits by the new heads, on some of its papers. */
function reportOf(
  old: Rows,
  fresh: Rows,
  { heads, loss }: { heads: Rows; loss: { before: number; after: number } },
  pool: Rows,
): TrainingReport {
  const step = Math.max(1, Math.floor(pool.count / PROBE));
  const probe = chosenRows(
    pool,
    Array.from({ length: Math.min(PROBE, pool.count) }, (_, i) => i * step),
  );
  const representation = { data: probe.data, shape: [probe.count, probe.width] };
  const snapshot = (of: Rows, value: number) => ({
    weights: { 'new heads': { data: of.data, shape: [of.count, of.width] } },
    probeHash: hashProbe(probe.data),
    representation,
    kernel: tangentKernel(of, probe),
    loss: value,
  });
  const isNew = nearest(probe, joined(old, heads));
  return trainingReport(snapshot(fresh, loss.before), snapshot(heads, loss.after), {
    target: Float64Array.from(isNew, (head) => (head >= old.count ? 1 : -1)),
  });
}

/** Σ_c z_iᵀ(I − ŵ_cŵ_cᵀ)z_j for heads of length one. */
function tangentKernel(heads: Rows, probe: Rows) {
  const n = probe.count;
  const own = cosines(probe, probe);
  const along = cosines(probe, heads);
  const data = own.map((value, at) => {
    const [i, j] = [Math.floor(at / n) * heads.count, (at % n) * heads.count];
    let sum = heads.count * value;
    for (let c = 0; c < heads.count; c++) sum -= along[i + c] * along[j + c];
    return sum;
  });
  return { data, shape: [n, n] };
}
