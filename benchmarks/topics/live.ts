/**
 * Topics on the stream: weekly stages over the last 26 weeks of a collection, from the shipped topics as they were
 * before, against a pipeline that clusters the last weeks anew each week (k-means, c-TF-IDF names, clusters matched to
 * those of the week before by one best assignment), on the same features. What a week finds: `planted.ts`.
 * `BROADSHEET_CORPUS=… node benchmarks/topics/live.ts`
 */
import { createRng, meanOf } from '@broadsheet/engine/stats';
import type { Rows } from '@broadsheet/methods/happy';
import { sphericalKMeans } from '@broadsheet/methods/new-classes';
import {
  countTerms,
  EMPTY_BACKGROUND,
  nameTopic,
  nextStage,
  type StageOutcome,
  withCounts,
} from '@broadsheet/methods/topics';
import {
  between,
  type Described,
  features,
  isDuplicate,
  modelBefore,
  nearestOf,
  npmi,
  type Paper,
  papers,
  percent,
  refitOn,
  share,
  shifted,
  startOf,
  topicsOf,
  WEEKS,
  waitingOf,
} from './stream.ts';

const PANEL = 2000;
const REFIT_WEEKS = 4;
const HELD_OUT_WEEKS = 12;
const WINDOW_WEEKS = 8;
const SAME_CLUSTER = 0.7; // below it a matched cluster counts as another

const rng = createRng('live');
const base = modelBefore(startOf(0));
let { model, background } = base;
const names: (readonly string[])[] = [...base.names];
const births: (Described & { week: number })[] = [];
const panel = features(rng.shuffle(papers.filter(({ day }) => day < startOf(0))).slice(0, PANEL), model.centre);
const kept: number[] = [];
const refit = { kept: [] as number[], fresh: 0, names: [] as (readonly string[])[] };
let clusters: Rows | undefined;
let clusterOf: Int32Array | undefined;
let before = topicsOf(model, panel);
for (let week = 0; week < WEEKS; week++) {
  const own = between(startOf(week), startOf(week + 1));
  const earlier = between(shifted(startOf(week), -7 * WINDOW_WEEKS), startOf(week));
  const known = model.heads.count;
  const young = births.flatMap(({ week: born }, b) =>
    week - born <= WINDOW_WEEKS ? [base.model.heads.count + b] : [],
  );
  const outcome = nextStage(
    model,
    features(own, model.centre),
    waitingOf(model, earlier, young),
    rng.split('stage', week),
  );
  model = outcome.model;
  if (outcome.births.length > 0) nameBirths(week, own, outcome, known);
  const after = topicsOf(model, panel);
  kept.push(
    share(
      [...before.keys()].filter((i) => before[i] >= 0),
      (i) => after[i] === before[i],
    ),
  );
  before = after;
  refitWeek(week);
}
const heldOut = papers.filter(({ day }) => day >= startOf(WEEKS - HELD_OUT_WEEKS));
// Names of what was born in the held-out weeks had their papers: they are left out, as on the other side.
const older = names.slice(0, names.length - births.filter(({ week }) => week >= WEEKS - HELD_OUT_WEEKS).length);
const all = [...births, ...base.births];
const doubled = all.filter((one, i) => [...base.first, ...all.slice(0, i)].some((other) => isDuplicate(one, other)));
console.log(
  `weekly stages: ${WEEKS}, with births ${new Set(births.map(({ week }) => week)).size}, births ${births.length}; topics ${base.model.heads.count} → ${model.heads.count}
stability, share of ${PANEL} papers that keep their topic from week to week: mean ${percent(meanOf(kept))}, least ${percent(Math.min(...kept))}
  refit: mean ${percent(meanOf(refit.kept))}, least ${percent(Math.min(...refit.kept))}; new clusters a week ${(refit.fresh / WEEKS).toFixed(1)}
names, NPMI of the first five words over ${heldOut.length} later papers: ${npmi(older, heldOut).toFixed(3)}; refit ${npmi(refit.names, heldOut).toFixed(3)}
duplicates among ${all.length} new topics (cosine ≥ 0.8 or five words in common by 0.4): ${doubled.length}`,
);

function nameBirths(week: number, own: Paper[], outcome: StageOutcome, known: number): void {
  const heads = topicsOf(model, features(own, model.centre));
  const members = outcome.births.map((_, b) => own.filter((_, i) => heads[i] === known + b));
  const counts = members.map((of) => countTerms(of.map(({ text }) => text)));
  background = withCounts(background, counts, model.heads.count);
  for (const [b, { prototype, nearest, cosine, isWithin, papers: size, statistic }] of outcome.births.entries()) {
    const { name, words } = nameTopic(counts[b], background);
    console.log(
      `  ${startOf(week)}: “${name}” from ${size} papers (${members[b].length} in it), z ${statistic.toFixed(1)}, ${isWithin ? 'split off from' : 'nearest'} “${names[nearest].slice(0, 3).join(', ')}” (${cosine.toFixed(2)})`,
    );
    names.push(words);
    births.push({ prototype, words, week });
  }
}

/** The pipeline that begins anew each week. */
function refitWeek(week: number): void {
  const window = between(shifted(startOf(week + 1), -7 * REFIT_WEEKS), startOf(week + 1));
  const now = features(window, model.centre);
  const count = base.model.heads.count;
  const found = clusters
    ? refitOn(now, clusters, rng.split('refit', week), 15)
    : { ...sphericalKMeans(now, count, rng.split('refit', week), { restarts: 1, iterations: 15 }), before: undefined };
  const place = nearestOf(panel, found.centres);
  if (found.before && clusterOf) {
    const [was, { matched, before: ids }] = [clusterOf, found];
    refit.kept.push(share([...place.keys()], (i) => matched[place[i]] >= SAME_CLUSTER && ids[place[i]] === was[i]));
    refit.fresh += matched.filter((cosine) => cosine < SAME_CLUSTER).length;
  }
  [clusters, clusterOf] = [found.centres, place];
  if (week === WEEKS - HELD_OUT_WEEKS - 1) refit.names.push(...refitWords(found.labels, window, count));
}

function refitWords(labels: Int32Array, window: { text: string }[], count: number): (readonly string[])[] {
  const terms = Array.from({ length: count }, (_, c) =>
    countTerms(window.filter((_, i) => labels[i] === c).map(({ text }) => text)),
  );
  const background = withCounts(EMPTY_BACKGROUND, terms, count);
  return terms.map((own) => nameTopic(own, background).words);
}
