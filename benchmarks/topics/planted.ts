/**
 * Fields that topics were made without, put into ordinary weeks: which of them come out as new topics, and how often a
 * week that holds none of them brings one; against k-means anew with the same chance of a false alarm. Then ten weeks in a
 * row that each bring a field, to see whether papers keep their topics meanwhile.
 * `BROADSHEET_CORPUS=… node benchmarks/topics/planted.ts [choosing]`: with it, on the other fields that thresholds were chosen on
 */
import { createRng, meanOf, quantile } from '@broadsheet/engine/stats';
import { type Rows, rowOf } from '@broadsheet/methods/happy';
import { sphericalKMeans } from '@broadsheet/methods/new-classes';
import {
  type Background,
  centreOf,
  countTerms,
  EMPTY_BACKGROUND,
  firstStage,
  nameTopic,
  nextStage,
  withCounts,
} from '@broadsheet/methods/topics';
import { BEFORE, CHOOSING, CLUSTERS, FIELD, FIRST, has, planting, REPORTED, WEEK } from './fields.ts';
import {
  type Described,
  features,
  isDuplicate,
  nearestOf,
  type Paper,
  percent,
  type Refit,
  refitOn,
  share,
  topicsOf,
  vectorsOf,
  waitingOf,
  wilson,
} from './stream.ts';

const isChoosing = process.argv[2] === 'choosing';
const PHRASES = isChoosing ? CHOOSING : REPORTED;
const QUIET_WEEKS = isChoosing ? 100 : 300;
/** Quiet weeks that only the peer's threshold is chosen on. */
const TRIAL_WEEKS = 100;
/** Each field is planted so often, among other papers. */
const DRAWS = 5;
const LEAST_CLUSTER = 8; // the least topic of ours
const PANEL = 2000;
const LATER = 5; // papers of a field in each week after its first

const rng = createRng(isChoosing ? 'choosing' : 'planted');
const pool = planting();
const others = rng.shuffle(pool.filter((paper) => !PHRASES.some((phrase) => has(phrase)(paper))));
const fields = PHRASES.map((phrase) => rng.shuffle(pool.filter(has(phrase))));
const firstPapers = others.slice(0, FIRST);
const earlier = others.slice(FIRST, FIRST + BEFORE);
const rest = others.slice(FIRST + BEFORE);
const weekOf = (seed: string, size: number) => rng.split(seed).shuffle(rest).slice(0, size);
const centre = centreOf(vectorsOf(firstPapers));
const first = features(firstPapers, centre);
const model = firstStage(first, centre, rng.split('first'), { clusters: CLUSTERS });
const waiting = waitingOf(model, earlier);
const refit = sphericalKMeans(first, CLUSTERS, rng.split('refit'), { restarts: 1 }).centres;

/** What counts as new with the peer. */
interface Rule {
  name: string;
  isNew(found: Refit, c: number): boolean;
}
const rules = peerRules();
quietWeeks();
plantedWeeks();
weeksInARow();

function peerRules(): Rule[] {
  const trial = Array.from({ length: TRIAL_WEEKS }, (_, week) =>
    refitOn(features(weekOf(`trial ${week}`, WEEK), centre), refit, rng.split('trial', week)),
  );
  // A week has a false alarm when its least cosine is below the threshold: 5 % of the weeks.
  const level = (leastOf: (found: Refit) => number) => quantile(trial.map(leastOf), 0.05);
  const large = (found: Refit, of: number[]) => of.filter((_, c) => found.sizes[c] >= LEAST_CLUSTER);
  const byMatch = level((found) => Math.min(...found.matched));
  const byNearest = level((found) => Math.min(...large(found, found.nearest)));
  return [
    { name: 'k-means, below 0.7', isNew: ({ matched }, c) => matched[c] < 0.7 },
    { name: `k-means, matched below ${byMatch.toFixed(3)}`, isNew: ({ matched }, c) => matched[c] < byMatch },
    {
      name: `k-means, of 8 or more, nearest below ${byNearest.toFixed(3)}`,
      isNew: ({ nearest, sizes }, c) => sizes[c] >= LEAST_CLUSTER && nearest[c] < byNearest,
    },
  ];
}

function quietWeeks(): void {
  let births = 0;
  const alarms = rules.map(() => 0);
  for (let week = 0; week < QUIET_WEEKS; week++) {
    const now = features(weekOf(`quiet ${week}`, WEEK), centre);
    const found = nextStage(model, now, waiting, rng.split('quiet', week));
    if (found.births.length > 0) births++;
    for (const { isWithin, statistic, papers: size } of found.births)
      console.log(`  quiet week ${week}: ${size} papers, ${isWithin ? 'inside' : 'apart'}, z ${statistic.toFixed(1)}`);
    const again = refitOn(now, refit, rng.split('again', week));
    for (const [r, rule] of rules.entries()) if (newIn(again, rule).length > 0) alarms[r]++;
  }
  console.log(`quiet weeks that brought something: ${births} of ${QUIET_WEEKS} ${wilson(births, QUIET_WEEKS)}`);
  for (const [r, { name }] of rules.entries())
    console.log(`  ${name}: ${alarms[r]} of ${QUIET_WEEKS} ${wilson(alarms[r], QUIET_WEEKS)}`);
}

interface Tally {
  name: string;
  found: number[];
  groups: number;
  declared: number;
  right: number;
}

function plantedWeeks(): void {
  const tallies = ['stage', ...rules.map(({ name }) => name)].map((name): Tally => {
    return { name, found: PHRASES.map(() => 0), groups: 0, declared: 0, right: 0 };
  });
  let planted = 0;
  for (const [f, phrase] of PHRASES.entries())
    for (let draw = 0; draw < DRAWS; draw++) {
      const field = rng.split(`field ${f}`, draw).shuffle(fields[f]).slice(0, FIELD);
      const own = [...weekOf(`planted ${f} ${draw}`, WEEK - FIELD), ...field];
      planted += field.length;
      const now = features(own, centre);
      const isPlanted = (i: number) => i >= own.length - field.length;
      const found = nextStage(model, now, waiting, rng.split(`stage ${f}`, draw));
      const after = topicsOf(found.model, now);
      const born = found.births.map((_, b) => [...after.keys()].filter((i) => after[i] === model.heads.count + b));
      const again = refitOn(now, refit, rng.split(`refit ${f}`, draw));
      const sets = [born, ...rules.map((rule) => newIn(again, rule))];
      for (const [t, groups] of sets.entries()) {
        tallies[t].groups += groups.length;
        tallies[t].declared += groups.flat().length;
        tallies[t].right += groups.flat().filter(isPlanted).length;
        if (groups.some((members) => share(members, isPlanted) > 0.5)) tallies[t].found[f]++;
      }
      if (draw === 0) {
        const said = sets.map((groups) => groups.map((of) => `${of.filter(isPlanted).length}/${of.length}`));
        const how = found.births.map(({ isWithin }) => (isWithin ? 'inside' : 'apart')).join(' ') || 'none';
        const [stage, , ...equal] = said.map((of) => of.join(' ') || '–');
        console.log(`  ${phrase}: z ${found.excess.statistic.toFixed(1)}, ${how}: ${stage}; peer ${equal.join('; ')}`);
      }
    }
  for (const { name, found, groups, declared, right } of tallies) {
    const [precision, recall] = [right / Math.max(1, declared), right / planted];
    const f1 = (2 * precision * recall) / (precision + recall || 1);
    console.log(
      `${name}: fields found in most of ${DRAWS} draws ${found.filter((hits) => 2 * hits > DRAWS).length} of ${PHRASES.length}, over all draws ${percent(meanOf(found) / DRAWS)}; ${(groups / PHRASES.length / DRAWS).toFixed(1)} groups a week; precision ${percent(precision)}, recall ${percent(recall)}, F1 ${percent(f1)} (${found.join(' ')})`,
    );
  }
}

/** Every week brings the next field, and a few papers of those before. */
function weeksInARow(): void {
  const panel = features([...firstPapers, ...earlier].slice(0, PANEL), centre);
  let [now, before] = [model, earlier];
  let last = topicsOf(now, panel);
  const texts = firstPapers.map(({ text }) => text);
  const home = topicsOf(model, first);
  const terms = Array.from({ length: model.heads.count }, (_, c) => countTerms(texts.filter((_, i) => home[i] === c)));
  let background: Background = withCounts(EMPTY_BACKGROUND, terms, terms.length);
  const known: Described[] = terms.map((own, c) => ({
    ...{ prototype: rowOf(model.prototypes, c), words: nameTopic(own, background).words },
  }));
  const bornOf = new Map<number, number>(); // field → topic
  const [kept, keptApart, ownKept, refitKept]: number[][] = [[], [], [], []];
  let [duplicates, again, clusters, labels] = [
    0,
    0,
    undefined as Rows | undefined,
    undefined as Int32Array | undefined,
  ];
  let ofFields: { paper: Paper; field: number }[] = [];
  for (const [week, phrase] of PHRASES.entries()) {
    const older = fields.slice(0, week).flatMap((all, f) => {
      const from = FIELD + LATER * (week - f - 1);
      return all.slice(from, from + LATER).map((paper) => ({ paper, field: f }));
    });
    const fresh = fields[week].slice(0, FIELD).map((paper) => ({ paper, field: week }));
    const own = [...weekOf(`row ${week}`, WEEK - FIELD), ...[...older, ...fresh].map(({ paper }) => paper)];
    const young = Array.from({ length: now.heads.count - model.heads.count }, (_, i) => model.heads.count + i);
    const found = nextStage(now, features(own, centre), waitingOf(now, before, young), rng.split('row', week));
    const after = topicsOf(found.model, panel);
    const held = [...last.keys()].filter((i) => last[i] >= 0);
    kept.push(share(held, (i) => after[i] === last[i]));
    keptApart.push(
      share(
        [...last.keys()].filter((i) => last[i] < 0),
        (i) => after[i] < 0,
      ),
    );
    const was = topicsOf(
      now,
      features(
        ofFields.map(({ paper }) => paper),
        centre,
      ),
    );
    const is = topicsOf(
      found.model,
      features(
        ofFields.map(({ paper }) => paper),
        centre,
      ),
    );
    const placed = [...was.keys()].filter((i) => was[i] >= model.heads.count);
    if (placed.length > 0) ownKept.push(share(placed, (i) => is[i] === was[i]));
    ofFields = [...ofFields, ...fresh];
    const home = topicsOf(found.model, features(own, centre));
    for (const [b, { prototype }] of found.births.entries()) {
      const topic = now.heads.count + b;
      const members = own.filter((_, i) => home[i] === topic);
      const counts = countTerms(members.map(({ text }) => text));
      background = withCounts(background, [counts], topic + 1);
      const described = { prototype, words: nameTopic(counts, background).words };
      const isAgain = known.some((other) => isDuplicate(described, other));
      if (isAgain) duplicates++;
      known.push(described);
      const isField = share([...members.keys()], (i) => has(phrase)(members[i])) > 0.5;
      if (isField && !bornOf.has(week)) bornOf.set(week, topic);
      else again++;
      console.log(
        `  ${phrase}: “${nameTopic(counts, background).name}”, ${members.filter(has(phrase)).length} of ${members.length}${isAgain ? ', a duplicate' : ''}`,
      );
    }
    const refitNow = peerOf([...before, ...own].slice(-4 * WEEK), clusters, week);
    const place = nearestOf(panel, refitNow.centres);
    const was_ = labels;
    if (was_ && refitNow.before) {
      const ids = refitNow.before;
      refitKept.push(share([...place.keys()], (i) => ids[place[i]] === was_[i]));
    }
    [clusters, labels] = [refitNow.centres, place];
    [now, last, before] = [found.model, after, [...before, ...own].slice(-BEFORE)];
  }
  const all = now.heads.count - model.heads.count;
  console.log(
    `ten weeks in a row: fields born ${bornOf.size} of ${PHRASES.length}, other births ${again}, duplicates ${duplicates} of ${all}; of ${PANEL} older papers keep their topic, mean ${percent(meanOf(kept))}, least ${percent(Math.min(...kept))}; papers of no topic stay so ${percent(meanOf(keptApart))}; papers of born topics stay ${percent(meanOf(ownKept))}, least ${percent(Math.min(...ownKept))}; refit ${percent(meanOf(refitKept))}, least ${percent(Math.min(...refitKept))}`,
  );
}

/** Of the peer, clusters of the last four weeks; `before` says which cluster of last week each goes on as. */
function peerOf(window: Paper[], clusters: Rows | undefined, week: number): { centres: Rows; before?: number[] } {
  const now = features(window, centre);
  if (!clusters) return sphericalKMeans(now, CLUSTERS, rng.split('peer', week), { restarts: 1 });
  const { centres, before, matched } = refitOn(now, clusters, rng.split('peer', week));
  return { centres, before: before.map((b, c) => (matched[c] >= 0.7 ? b : -1)) };
}

function newIn(found: Refit, { isNew }: Rule): number[][] {
  return found.sizes.flatMap((size, c) =>
    size > 0 && isNew(found, c) ? [[...found.labels.keys()].filter((i) => found.labels[i] === c)] : [],
  );
}
