import { quantile, type Rng } from '@broadsheet/engine/stats';
import { chosenRows, joinedRows, type Rows } from '../happy/rows.ts';
import { denseGroups, type Excess, proposalsOf, SCAN_LEVEL } from '../new-classes/index.ts';
import { type Assignments, assign, type TopicModel } from './model.ts';

/** What stages before left behind. */
export interface Waiting {
  /** Their papers that belong to no topic: centred unit rows. */
  readonly features: Rows;
  /** Of how many papers these are left. */
  readonly outOf: number;
  /** All their papers, or an even draw of them; without it nothing is looked for inside old topics. */
  readonly earlier?: Rows;
  /** Topics that these stages brought: how much they grew is known, and only what grows inside them is news. */
  readonly young?: readonly number[];
}

/** A group of papers that may be a topic: indices of a pool's points. */
export interface TopicProposal {
  readonly members: readonly number[];
  readonly statistic: number;
  /** Found by how much denser its place is than before, and not by lying apart. */
  readonly isGrown: boolean;
  /** The topic that most of its papers were in; null where half of them or more were in none. */
  readonly parent: number | null;
}

export interface StagePool {
  /** First what belongs to no topic, now and before; then what groups inside topics add to it. */
  readonly points: Rows;
  readonly candidates: number;
  readonly proposals: readonly TopicProposal[];
  /** Rows of the stage that are members of a proposal. */
  readonly ofStage: ReadonlySet<number>;
}

/** Candidates that proposals are looked for among; beyond it, as many are drawn. */
const MOST_CANDIDATES = 2000;
/** From which growth one group is news though the whole stage is not: twenty groups give one false alarm in 200 stages. */
const GROWTH = 3.5;
/** A stream that was just begun, or is read more widely than before, has grown everywhere. */
const LEAST_BEFORE = 2;
/** Papers of a stage, and of those before, that are looked at for density; of more, as many are drawn. */
const MOST_NOW = 5000;
const MOST_BEFORE = 20_000;

/** A stage with what is known of its papers before any group is looked for. */
export interface StageRead {
  readonly model: TopicModel;
  readonly features: Rows;
  readonly assigned: Assignments;
  readonly excess: Excess;
  readonly waiting: Waiting;
  readonly leastSize: number;
  readonly titlesOnly: readonly number[];
}

/** Groups of a stage that may be topics: those that lie apart from every topic, and those whose place has become denser. */
export function proposedBy(stage: StageRead, rng: Rng): StagePool {
  const { model, features, excess, waiting, leastSize } = stage;
  const grown = grownGroups(stage, rng.split('density'));
  const { rows: candidates, ofStage } = atMost(features, excess.candidates, waiting.features, rng.split('candidates'));
  const leastCohesion = quantile([...model.cohesions], 0.25);
  // Papers lie around this cosine to the middle of a group as close as the rule asks; a little less takes most of them in.
  const rules = { leastSize, leastCohesion, nearness: 0.9 * Math.sqrt(Math.max(0, leastCohesion)) };
  const inGrown = new Set(grown.flatMap(({ members }) => members));
  const apart = proposalsOf(candidates, rng.split('proposals'), rules).flatMap((members): TopicProposal[] => {
    const now = members.filter((i) => i < ofStage.length);
    const own = growthOf(now.length, features.count, members.length - now.length, waiting.outOf);
    const isSeen = now.filter((i) => inGrown.has(ofStage[i])).length >= now.length / 2;
    if (isSeen || !(excess.isExcess || own > GROWTH)) return [];
    return [{ members, statistic: excess.isExcess ? excess.statistic : own, isGrown: false, parent: null }];
  });
  const place = new Map(ofStage.map((i, at) => [i, at]));
  const added = [...inGrown].filter((i) => !place.has(i));
  for (const [at, i] of added.entries()) place.set(i, candidates.count + at);
  const placed = grown.map((group) => ({ ...group, members: group.members.map((i) => place.get(i) as number) }));
  const ofApart = apart.flatMap(({ members }) => members.filter((i) => i < ofStage.length).map((i) => ofStage[i]));
  return {
    points: joinedRows(candidates, chosenRows(features, added)),
    candidates: candidates.count,
    proposals: [...placed, ...apart],
    ofStage: new Set([...inGrown, ...ofApart]),
  };
}

/**
 * As indices of the stage's rows. A young topic is held against itself: of it, the weeks before have little but what came
 * since its birth, so that its own growth is found once and what then comes beside it all the same.
 */
function grownGroups(stage: StageRead, rng: Rng): TopicProposal[] {
  const { model, features, assigned, waiting, leastSize, titlesOnly } = stage;
  const { earlier, young = [] } = waiting;
  if (!earlier || earlier.count === 0 || waiting.outOf < LEAST_BEFORE * features.count) return [];
  const isTitle = new Set(titlesOnly);
  const all = [...Array(features.count).keys()].filter((i) => !isTitle.has(i));
  const now = someOf(all, MOST_NOW, rng.split('now'));
  const then = chosenRows(earlier, someOf([...Array(earlier.count).keys()], MOST_BEFORE, rng.split('before')));
  const least = Math.max(
    Math.min(leastSize, LEAST_GROWN),
    Math.ceil((leastSize * now.length) / Math.max(1, all.length)),
  );
  const isYoung = new Set(young);
  const youngOf = ({ heads, novelty }: Assignments, i: number) =>
    novelty[i] <= 0 && isYoung.has(heads[i]) ? heads[i] : NOT_YOUNG;
  const past = isYoung.size > 0 ? assign(model, then) : undefined;
  const before = Map.groupBy(Array(then.count).keys(), (i) => (past ? youngOf(past, i) : NOT_YOUNG));
  return [...Map.groupBy(now, (i) => youngOf(assigned, i))]
    .toSorted((a, b) => a[0] - b[0])
    .flatMap(([head, own]) => {
      // The level is for the whole stage, whatever it is parted in.
      const rules = { leastSize: least, level: (SCAN_LEVEL * own.length) / now.length };
      const groups = denseGroups(chosenRows(features, own), chosenRows(then, before.get(head) ?? []), rules);
      return groups.map(({ members, statistic }) =>
        grownOf(
          members.map((i) => own[i]),
          statistic,
          assigned,
        ),
      );
    });
}

const NOT_YOUNG = -1;

function grownOf(members: readonly number[], statistic: number, { heads, novelty }: Assignments): TopicProposal {
  const homes = Map.groupBy(
    members.filter((i) => novelty[i] <= 0),
    (i) => heads[i],
  );
  const within = [...homes.values()].reduce((sum, some) => sum + some.length, 0);
  const [home] = [...homes].toSorted((a, b) => b[1].length - a[1].length || a[0] - b[0]);
  return { members, statistic, isGrown: true, parent: 2 * within > members.length ? home[0] : null };
}

/** Of a stage of which a part was drawn, a group has fewer papers. */
const LEAST_GROWN = 8;

/** The stage's candidates and those that wait, in this order; of too many as many as are manageable, drawn evenly. */
function atMost(features: Rows, chosen: readonly number[], waiting: Rows, rng: Rng): { rows: Rows; ofStage: number[] } {
  const all = joinedRows(chosenRows(features, chosen), waiting);
  const kept = someOf([...Array(all.count).keys()], MOST_CANDIDATES, rng);
  return {
    rows: kept.length < all.count ? chosenRows(all, kept) : all,
    ofStage: kept.filter((i) => i < chosen.length).map((i) => chosen[i]),
  };
}

function someOf(all: readonly number[], most: number, rng: Rng): readonly number[] {
  if (all.length <= most) return all;
  return Array.from(rng.permutation(all.length).slice(0, most).toSorted(), (i) => all[i]);
}

/** z of a group's share of papers now against before; 0 where there is no before. */
function growthOf(now: number, papers: number, before: number, outOf: number): number {
  if (outOf === 0) return 0;
  const share = (now + before) / (papers + outOf);
  return (now / papers - before / outOf) / Math.sqrt(share * (1 - share) * (1 / papers + 1 / outOf));
}
