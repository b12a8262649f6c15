/**
 * Topics on the stream: weekly stages over the last 26 weeks of a collection, from the shipped topics as they were
 * before, against a pipeline that clusters the last weeks anew each week (k-means, c-TF-IDF names, clusters matched to
 * those of the week before by one best assignment), on the same features.
 * `BROADSHEET_CORPUS=… node benchmarks/topics/live.ts [all|live|planted]`
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { readEncoder } from '@broadsheet/encoder';
import { createRng, meanOf, type Rng } from '@broadsheet/engine/stats';
import { bestAssignment, chosenRows, type Rows, rowOf } from '@broadsheet/methods/happy';
import { sphericalKMeans } from '@broadsheet/methods/new-classes';
import {
  assign,
  centred,
  countTerms,
  EMPTY_BACKGROUND,
  firstStage,
  foldOf,
  nameTopic,
  nextStage,
  type TopicModel,
  termsOf,
  topFiveOverlap,
  withCounts,
} from '@broadsheet/methods/topics';
import { plainText } from '@broadsheet/newsroom/papers';
import { fromDirection, readComputed } from '../../packages/newsroom/topics/computed-file.ts';
import { loadCorpus } from '../search/corpus.ts';

const WEEKS = 26;
const QUIET_WEEKS = 30;
const PANEL = 2000;
const REFIT_WEEKS = 4;
const HELD_OUT_WEEKS = 12;
/** Fields by a phrase in title or abstract, so that no clustering says what a class is. */
const PHRASES = [
  'gaussian splatting',
  'unlearning',
  'watermark',
  'speech recognition',
  'federated learning',
  'text-to-sql',
  'sign language',
  'knowledge graph',
  'autonomous driving',
  'protein',
];
const SAME_CLUSTER = 0.7; // below it a matched cluster counts as another

const computed = readComputed(readFileSync(new URL('../../data/topics.json.gz', import.meta.url)));
const bytes = readFileSync(createRequire(import.meta.url).resolve('@broadsheet/encoder/house-encoder.safetensors'));
const { encoder } = readEncoder(bytes);
const papers = (await loadCorpus()).map((paper) => {
  const text = `${plainText(paper.title)}. ${plainText(paper.abstract)}`;
  return { day: paper.day ?? '', text };
});
type Paper = (typeof papers)[number];
const lastDay =
  papers
    .map(({ day }) => day)
    .toSorted()
    .at(-1) ?? '';
const startOf = (week: number) => shifted(lastDay, 1 - 7 * (WEEKS - week));
const base = modelBefore(startOf(0));
const vectorOf = new Map<string, Float32Array>();
const features = (of: readonly { text: string }[], centre: Float64Array) =>
  centred(
    of.map(({ text }) => {
      const known = vectorOf.get(text) ?? encoder.encode(text);
      vectorOf.set(text, known);
      return known;
    }),
    centre,
  );

if (process.argv[2] !== 'planted') await live();
if (process.argv[2] !== 'live') await planted();

async function live(): Promise<void> {
  const rng = createRng('live');
  let model = base.model;
  const names: (readonly string[])[] = [...base.names];
  const panelPapers = rng.shuffle(papers.filter(({ day }) => day < startOf(0))).slice(0, PANEL);
  const panel = features(panelPapers, model.centre);
  let before = topicsOf(model, panel);
  const [kept, refitKept]: [number[], number[]] = [[], []];
  let verdicts = 0;
  const births: { prototype: Float64Array; words: readonly string[] }[] = [];
  let background = base.background;
  let clusters: Rows | undefined;
  let clusterOf: Int32Array | undefined;
  const refitNames: (readonly string[])[] = [];
  let refitNew = 0;
  for (let week = 0; week < WEEKS; week++) {
    const own = papers.filter(({ day }) => day >= startOf(week) && day < startOf(week + 1));
    const earlier = papers.filter(({ day }) => day >= shifted(startOf(week), -56) && day < startOf(week));
    const past = features(earlier, model.centre);
    const apart = [...assign(model, past).novelty].flatMap((novelty, i) => (novelty > 0 ? [i] : []));
    const now = features(own, model.centre);
    const waiting = { features: chosenRows(past, apart), outOf: earlier.length };
    const known = model.heads.count;
    const outcome = nextStage(model, now, waiting, rng.split('stage', week));
    model = outcome.model;
    if (outcome.births.length > 0) {
      verdicts++;
      const read = [...own, ...apart.map((i) => earlier[i])];
      const heads = topicsOf(model, features(read, model.centre));
      const counts = outcome.births.map((_, b) =>
        countTerms(read.filter((_, i) => heads[i] === known + b).map(({ text }) => text)),
      );
      background = withCounts(background, counts, model.heads.count);
      for (const [b, { prototype, cosine, papers: size }] of outcome.births.entries()) {
        const { name, words } = nameTopic(counts[b], background);
        names.push(words);
        births.push({ prototype, words });
        console.log(`  ${startOf(week)}: "${name}" from ${size} papers, cosine to its nearest ${cosine.toFixed(2)}`);
      }
    }
    const after = topicsOf(model, panel);
    kept.push(
      share(
        [...before.keys()].filter((i) => before[i] >= 0),
        (i) => after[i] === before[i],
      ),
    );
    before = after;
    // The pipeline that begins anew each week.
    const window = papers.filter(
      ({ day }) => day >= shifted(startOf(week + 1), -7 * REFIT_WEEKS) && day < startOf(week + 1),
    );
    const windowFeatures = features(window, model.centre);
    const found = sphericalKMeans(windowFeatures, base.model.heads.count, rng.split('refit', week), {
      restarts: 1,
      iterations: 15,
    });
    const ids = matched(found.centres, clusters);
    refitNew += ids.filter((id) => id < 0).length;
    const own_ = nearestOf(panel, found.centres);
    const last = clusterOf;
    if (last) refitKept.push(share([...own_.keys()], (i) => ids[own_[i]] === last[i]));
    clusters = found.centres;
    clusterOf = own_;
    if (week === WEEKS - HELD_OUT_WEEKS - 1) refitNames.push(...refitWords(found.labels, window, found.centres.count));
  }
  const heldOut = papers.filter(({ day }) => day >= startOf(WEEKS - HELD_OUT_WEEKS));
  console.log(
    `weekly stages: ${WEEKS}, with births ${verdicts}, births ${births.length}; topics ${base.model.heads.count} → ${model.heads.count}`,
  );
  console.log(
    `stability, share of ${PANEL} papers that keep their topic from week to week: mean ${percent(meanOf(kept))}, least ${percent(Math.min(...kept))}`,
  );
  console.log(
    `  refit: mean ${percent(meanOf(refitKept))}, least ${percent(Math.min(...refitKept))}; new clusters a week ${(refitNew / WEEKS).toFixed(1)}`,
  );
  console.log(
    `names, NPMI of the first five words over ${heldOut.length} later papers: ${npmi(names, heldOut).toFixed(3)}; refit ${npmi(refitNames, heldOut).toFixed(3)}`,
  );
  const all = [...births, ...base.births];
  const doubled = all.filter(
    (one, i) =>
      all.some((other, j) => j < i && isDuplicate(one, other)) || base.first.some((other) => isDuplicate(one, other)),
  );
  console.log(
    `duplicates among ${all.length} new topics (cosine ≥ 0.8 or five words in common by 0.4): ${doubled.length}`,
  );
}

/** Topics made without some fields; then weeks that hold none of these, and weeks with fifty papers of one. */
async function planted(): Promise<void> {
  const rng = createRng('planted');
  const pool = papers.filter(({ day }) => day >= '2025-03-15' && day < startOf(0));
  const has = (phrase: string) => (paper: Paper) => paper.text.toLowerCase().includes(phrase);
  const others = rng.shuffle(pool.filter((paper) => !PHRASES.some((phrase) => has(phrase)(paper))));
  const first = others.slice(0, 2500);
  const centre = meanRow(first.map(({ text }) => encoder.encode(text)));
  const before = features(first, centre);
  const model = firstStage(before, centre, rng.split('first'), { clusters: 50 });
  const refit = sphericalKMeans(before, 50, rng.split('refit'), { restarts: 1 });
  // The eight weeks before: what of them belongs to no topic waits for others like it.
  const past = features(others.slice(2500, 5300), centre);
  const apart = [...assign(model, past).novelty].flatMap((novelty, i) => (novelty > 0 ? [i] : []));
  const waiting = { features: chosenRows(past, apart), outOf: past.count };
  const weekOf = (week: number, size: number) => others.slice(5300 + 600 * week, 5300 + 600 * week + size);
  let [falseBirths, refitFalse] = [0, 0];
  for (let week = 0; week < QUIET_WEEKS; week++) {
    const now = features(weekOf(week, 600), centre);
    const { births } = nextStage(model, now, waiting, rng.split('quiet', week));
    if (births.length > 0) falseBirths++;
    if (freshClusters(now, refit.centres, rng.split('again', week)).length > 0) refitFalse++;
  }
  console.log(
    `weeks without any new class that brought a topic: ${falseBirths} of ${QUIET_WEEKS} (refit: new clusters in ${refitFalse})`,
  );
  const tally = { hits: 0, refitHits: 0, refitNew: 0, own: [] as number[] };
  for (const [i, phrase] of PHRASES.entries()) {
    const field = rng.shuffle(pool.filter(has(phrase))).slice(0, 50);
    const own = [...weekOf(i, 550), ...field];
    const now = features(own, centre);
    const isPlanted = (at: number) => at >= own.length - field.length;
    const found = nextStage(model, now, waiting, rng.split('planted', i));
    const after = topicsOf(found.model, now);
    const born = found.births.map((_, b) => [...after.keys()].filter((at) => after[at] === model.heads.count + b));
    const fresh = freshClusters(now, refit.centres, rng.split('refit planted', i));
    const mostly = (members: number[]) => members.filter(isPlanted).length > members.length / 2;
    const [good, refitGood] = [born.filter(mostly), fresh.filter(mostly)];
    if (good.length > 0) tally.hits++;
    if (refitGood.length > 0) tally.refitHits++;
    tally.refitNew += fresh.length;
    for (const members of good) tally.own.push(members.filter(isPlanted).length / members.length);
    console.log(
      `  ${phrase}: z ${found.excess.statistic.toFixed(1)}, births ${born.length}, of it ${good.map((members) => `${members.filter(isPlanted).length}/${members.length}`).join(' ') || 'none'}; refit: new clusters ${fresh.length}, of it ${refitGood.length}`,
    );
  }
  console.log(
    `planted fields found: ${tally.hits} of ${PHRASES.length} (refit ${tally.refitHits}, among ${(tally.refitNew / PHRASES.length).toFixed(0)} new clusters a week); share of the field in what was born ${percent(meanOf(tally.own.length > 0 ? tally.own : [0]))}`,
  );
}

/** Clusters of a week that match none of before. */
function freshClusters(now: Rows, before: Rows, rng: Rng): number[][] {
  const { labels, centres } = sphericalKMeans(now, before.count, rng, { restarts: 1 });
  return matched(centres, before).flatMap((id, c) =>
    id < 0 ? [[...labels.keys()].filter((i) => labels[i] === c)] : [],
  );
}

/** The shipped topics as they were before a day. */
function modelBefore(day: string) {
  const stages = computed.stages.filter(({ toDay }) => toDay < day);
  const last = stages[stages.length - 1].id;
  const topics = computed.topics.filter(({ stage }) => stage <= last);
  const centre = Buffer.from(computed.centre, 'base64');
  const width = centre.length / 4;
  const matrix = (of: (topic: (typeof topics)[number]) => string) => {
    const data = new Float64Array(topics.length * width);
    for (const [i, topic] of topics.entries()) data.set(fromDirection(of(topic)), i * width);
    return { data, count: topics.length, width };
  };
  const quiet = stages
    .filter(({ verdict }) => verdict === 'nothing-new')
    .map(({ share: novel, papers: count }) => ({ share: novel, papers: count }));
  const model: TopicModel = {
    centre: Float64Array.from({ length: width }, (_, d) => centre.readFloatLE(4 * d)),
    heads: matrix(({ head, prototype }) => head ?? prototype),
    prototypes: matrix(({ prototype }) => prototype),
    thresholds: Float64Array.from(topics, ({ threshold }) => threshold),
    cohesions: Float64Array.from(topics, ({ cohesion }) => cohesion),
    ...{ radius: computed.radius, quiet: quiet.length > 0 ? quiet : computed.quiet },
  };
  const words = (id: number) => computed.names.find(({ topic }) => topic === id)?.words ?? [];
  const born = topics.filter(({ stage }) => computed.stages[stage - 1].verdict !== 'first');
  const described = (of: typeof topics) =>
    of.map(({ id, prototype }) => ({ prototype: fromDirection(prototype), words: words(id) }));
  const terms = computed.background.terms.split('\n');
  const background = {
    counts: Object.fromEntries(terms.map((term, i) => [term, computed.background.counts[i]])),
    ...{ total: computed.background.total, topics: computed.background.topics },
  };
  return {
    model,
    background,
    names: topics.map(({ id }) => words(id)),
    births: described(born),
    first: described(topics.filter((topic) => !born.includes(topic))),
  };
}

function topicsOf(model: TopicModel, of: Rows): number[] {
  const { heads, novelty } = assign(model, of);
  return Array.from(heads, (head, i) => (novelty[i] > 0 ? -1 : head));
}

function nearestOf(points: Rows, centres: Rows): Int32Array {
  return Int32Array.from({ length: points.count }, (_, i) => {
    let [best, most] = [0, -2];
    for (let c = 0; c < centres.count; c++) {
      const cosine = dot(rowOf(points, i), rowOf(centres, c));
      if (cosine > most) [best, most] = [c, cosine];
    }
    return best;
  });
}

/** For each centre the one of before that it goes on as, by one best assignment; −1 where that is too far. */
function matched(centres: Rows, before: Rows | undefined): number[] {
  if (!before) return Array.from({ length: centres.count }, (_, c) => c);
  const weight = new Float64Array(centres.count * before.count);
  for (let c = 0; c < centres.count; c++)
    for (let b = 0; b < before.count; b++) weight[c * before.count + b] = dot(rowOf(centres, c), rowOf(before, b));
  return Array.from(bestAssignment(weight, centres.count), (b, c) =>
    weight[c * before.count + b] >= SAME_CLUSTER ? b : -1,
  );
}

function refitWords(labels: Int32Array, window: { text: string }[], count: number): (readonly string[])[] {
  const terms = Array.from({ length: count }, (_, c) =>
    countTerms(window.filter((_, i) => labels[i] === c).map(({ text }) => text)),
  );
  const background = withCounts(EMPTY_BACKGROUND, terms, count);
  return terms.map((own) => nameTopic(own, background).words);
}

/** Mean over topics and pairs of their first five words of ln(p(x, y)/(p(x)p(y)))/−ln p(x, y); −1 for pairs that never meet. */
function npmi(names: readonly (readonly string[])[], heldOut: readonly { text: string }[]): number {
  const having = new Map<string, Set<number>>();
  for (const [i, { text }] of heldOut.entries())
    for (const term of termsOf(text)) having.set(foldOf(term), (having.get(foldOf(term)) ?? new Set()).add(i));
  const n = heldOut.length;
  const values = names.flatMap((words) => {
    const sets = words.slice(0, 5).map((word) => having.get(foldOf(word)) ?? new Set<number>());
    return sets.flatMap((x, i) =>
      sets.slice(i + 1).map((y) => {
        const both = x.intersection(y).size / n;
        return both === 0 ? -1 : Math.log(both / ((x.size / n) * (y.size / n))) / -Math.log(both);
      }),
    );
  });
  return meanOf(values);
}

function isDuplicate(
  a: { prototype: Float64Array; words: readonly string[] },
  b: { prototype: Float64Array; words: readonly string[] },
): boolean {
  return dot(a.prototype, b.prototype) >= 0.8 || topFiveOverlap(a.words, b.words) >= 0.4;
}

function share(of: readonly number[], holds: (i: number) => boolean): number {
  return of.filter(holds).length / Math.max(1, of.length);
}

function meanRow(rows: Float32Array[]): Float64Array {
  const mean = new Float64Array(rows[0].length);
  for (const row of rows) for (let d = 0; d < mean.length; d++) mean[d] += row[d] / rows.length;
  return mean;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let d = 0; d < a.length; d++) sum += a[d] * b[d];
  return sum;
}

function shifted(day: string, days: number): string {
  return new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
}

function percent(value: number): string {
  return `${(100 * value).toFixed(1)} %`;
}
