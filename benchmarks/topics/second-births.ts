/**
 * A field comes up in one week, and the field that is most like it in the next: is the second one found, though the
 * first one's topic is young and takes its papers in? Two rules on the same weeks: the young topic is not looked into at
 * all, or it is held against itself. And weeks that bring more of the first field alone, which must bring no topic.
 * `BROADSHEET_CORPUS=… node benchmarks/topics/second-births.ts`
 */
import { createRng } from '@broadsheet/engine/stats';
import { chosenRows, type Rows, rowOf } from '@broadsheet/methods/happy';
import {
  assign,
  centred,
  centreOf,
  firstStage,
  nextStage,
  type StageOutcome,
  type TopicModel,
} from '@broadsheet/methods/topics';
import { BEFORE, CHOOSING, CLUSTERS, FIELD, FIRST, has, planting, REPORTED, WEEK } from './fields.ts';
import { dot, features, type Paper, percent, share, topicsOf, vectorsOf, waitingOf, wilson } from './stream.ts';

/** The fields of planted.ts, those reported and those that figures were chosen on. */
const PHRASES = [...REPORTED, ...CHOOSING];
const DRAWS = 2;
/** Papers that the first field goes on with beside the second, and in weeks of its own. */
const GOES_ON = 20;
const ALONE = [20, 50];

const rng = createRng('second births');
const pool = planting();
const phrasesOf = (paper: Paper) => PHRASES.filter((phrase) => has(phrase)(paper));
const byPhrase = Map.groupBy(
  pool.map((paper) => ({ paper, phrases: phrasesOf(paper) })).filter(({ phrases }) => phrases.length < 2),
  ({ phrases }) => phrases[0] ?? '',
);
const of = (phrase: string) => (byPhrase.get(phrase) ?? []).map(({ paper }) => paper);
const others = rng.shuffle(of(''));
const firstPapers = others.slice(0, FIRST);
const earlier = others.slice(FIRST, FIRST + BEFORE);
const rest = others.slice(FIRST + BEFORE);
const centre = centreOf(vectorsOf(firstPapers));
const model = firstStage(features(firstPapers, centre), centre, rng.split('first'), { clusters: CLUSTERS });
const waiting = waitingOf(model, earlier);
const fields = PHRASES.map((phrase) => of(phrase));
const middles = centred(
  fields.map((own) => centreOf(vectorsOf(own))),
  centre,
);

const rules = [
  { name: 'not looked into', stage: notLookedInto, found: 0, ofTaken: 0, alone: 0 },
  { name: 'held against itself', stage: heldAgainstItself, found: 0, ofTaken: 0, alone: 0 },
];
let [pairs, taken, quiet, unborn] = [0, 0, 0, 0];
for (const [a, phrase] of PHRASES.entries()) {
  const b = nearestTo(a);
  const lines = rules.map(() => 0);
  let into = 0;
  for (let draw = 0; draw < DRAWS; draw++) {
    const seed = rng.split(`pair ${a}`, draw);
    const mine = seed.shuffle(fields[a]);
    const week = (size: number, what: string) => seed.split(what).shuffle(rest).slice(0, size);
    const weekOne = [...week(WEEK - FIELD, 'one'), ...mine.slice(0, FIELD)];
    const begun = nextStage(model, features(weekOne, centre), waiting, seed.split('first stage'));
    const home = topicsOf(begun.model, features(mine.slice(0, FIELD), centre));
    const young = begun.births.map((_, i) => model.heads.count + i);
    if (share(home, (topic) => topic >= model.heads.count) < 0.5) {
      unborn++;
      continue;
    }
    const before = [...earlier, ...weekOne].slice(-BEFORE);
    const theirs = seed.shuffle(fields[b]).slice(0, FIELD);
    const weekTwo = [...week(WEEK - FIELD - GOES_ON, 'two'), ...mine.slice(FIELD, FIELD + GOES_ON), ...theirs];
    const takenIn = share(topicsOf(begun.model, features(theirs, centre)), (topic) => topic >= model.heads.count);
    const isTaken = takenIn >= 0.3;
    into += takenIn / DRAWS;
    pairs++;
    if (isTaken) taken++;
    for (const [r, rule] of rules.entries()) {
      const outcome = rule.stage(begun.model, weekTwo, before, young, `two ${a} ${draw}`);
      const after = topicsOf(outcome.model, features(weekTwo, centre));
      const isFound = outcome.births.some((_, i) => {
        const members = [...after.keys()].filter((at) => after[at] === begun.model.heads.count + i);
        return share(members, (at) => at >= weekTwo.length - theirs.length) > 0.5;
      });
      if (isFound) [rule.found, lines[r]] = [rule.found + 1, lines[r] + 1];
      if (isFound && isTaken) rule.ofTaken++;
    }
    for (const count of ALONE) {
      const own = mine.slice(FIELD, FIELD + count);
      if (own.length < count) continue;
      quiet++;
      const alone = [...week(WEEK - count, `alone ${count}`), ...own];
      for (const rule of rules)
        if (rule.stage(begun.model, alone, before, young, `alone ${a} ${draw} ${count}`).births.length > 0)
          rule.alone++;
    }
  }
  console.log(
    `  ${phrase}, then ${PHRASES[b]}: ${percent(into)} taken in; found ${lines.join(' against ')} of ${DRAWS}`,
  );
}
console.log(
  `${pairs} pairs (${unborn} more whose first field was not born), in ${taken} of them 30 % of the second field or more taken in`,
);
for (const { name, found, ofTaken, alone } of rules)
  console.log(
    `${name}: second field found ${percent(found / pairs)}, where taken in ${percent(ofTaken / Math.max(1, taken))}; weeks of the first field alone that brought a topic ${alone} of ${quiet} ${wilson(alone, quiet)}`,
  );

function heldAgainstItself(
  now: TopicModel,
  week: Paper[],
  before: Paper[],
  young: number[],
  seed: string,
): StageOutcome {
  return nextStage(now, features(week, centre), waitingOf(now, before, young), rng.split(seed));
}

/** The rule before: what is near a young topic is left out of the scan, of the week and of those before. */
function notLookedInto(now: TopicModel, week: Paper[], before: Paper[], young: number[], seed: string): StageOutcome {
  const isNear = (features: Rows) => {
    const { heads, novelty } = assign(now, features);
    return [...heads.keys()].filter((i) => novelty[i] <= 0 && young.includes(heads[i]));
  };
  const own = features(week, centre);
  const past = waitingOf(now, before);
  const near = new Set(isNear(past.earlier as Rows));
  const kept = [...Array(before.length).keys()].filter((i) => !near.has(i));
  const without = { ...past, earlier: chosenRows(past.earlier as Rows, kept) };
  return nextStage(now, own, without, rng.split(seed), { titlesOnly: isNear(own) });
}

function nearestTo(a: number): number {
  const like = PHRASES.map((_, b) => (b === a ? -2 : dot(rowOf(middles, b), rowOf(middles, a))));
  return like.indexOf(Math.max(...like));
}
