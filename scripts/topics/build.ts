/**
 * Rebuilds data/topics.json.gz from a collection of papers (BROADSHEET_CORPUS: a folder with featured.ndjson.gz and
 * firehose.ndjson.gz): the first topics from the papers up to March 2025 together, then a stage a month. What is written holds ids,
 * names, directions, counts and where the almanac's papers belong; no abstracts. Same input, same bytes.
 *
 *   BROADSHEET_CORPUS=… node scripts/topics/build.ts
 */
import { createHash } from 'node:crypto';
import { createReadStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { plainText } from '@broadsheet/newsroom/papers';
import { houseEncoder } from '@broadsheet/newsroom/search';
import {
  type Assigned,
  type ComputedTopics,
  firstTopics,
  type StageInput,
  type StagePaper,
  toBase64,
  toDirection,
  workStage,
  writeComputed,
} from '@broadsheet/newsroom/topics';

/** The month with which a broad stream begins in the collection; before it only featured papers are there. */
const FIRST_UNTIL = '2025-03';
/** Clusters of the first months: docs/decisions/0731. */
const CLUSTERS = 100;
const WAITING_MONTHS = 3;
/** Of how many months the words are kept that speak for or against a name. */
const DRIFT_MONTHS = 3;
const TERMS = 12_000;

interface CorpusPaper extends StagePaper {
  key: string;
  month: string;
  day: string;
  isFeatured: boolean;
}

const corpus = process.env.BROADSHEET_CORPUS;
if (!corpus) {
  process.stderr.write(
    'BROADSHEET_CORPUS is not set; it names the folder with featured.ndjson.gz and firehose.ndjson.gz.\n',
  );
  process.exit(2);
}
const papers = await readPapers(corpus);
const months = [...new Set(papers.map(({ month }) => month))].toSorted();
const { encode: encodeAll, id: encoder } = await houseEncoder();
const vectors = await encodeAll(papers.map(({ text }) => text));
const encode = (() => {
  const of = new Map(papers.map(({ text }, i) => [text, vectors[i]]));
  return (text: string) => of.get(text) ?? [];
})();
const inMonth = (month: string) => papers.filter((paper) => paper.month === month);

const stages: ComputedTopics['stages'] = [];
const counts: ComputedTopics['counts'] = [];
const topics: ComputedTopics['topics'] = [];
const names: ComputedTopics['names'] = [];
const places = new Map<number, Assigned & { stage: number }>();

const first = papers.filter(({ month }) => month <= FIRST_UNTIL);
const begun = firstTopics(first, encode, { clusters: CLUSTERS, terms: TERMS });
let { model, background } = begun;
let state = { topicOf: [...Array(model.heads.count).keys()], words: begun.names.map(({ words }) => [...words]) };
for (const { month, assigned } of begun.months) {
  const own = inMonth(month);
  const apart = assigned.filter(({ head }) => head === null).length;
  const stage = addStage(month, own, {
    ...{ verdict: 'first', born: 0, candidates: apart, statistic: 0 },
    ...{ share: apart / own.length, usualShare: model.quiet[0].share },
  });
  note(assigned, stage);
  for (const [head, its] of Map.groupBy(assigned, ({ head }) => head))
    if (head !== null) counts.push([head + 1, stage, its.length]);
}
stages[0].born = model.heads.count;
for (let head = 0; head < model.heads.count; head++)
  addTopic(head, 1, { papers: begun.sizes[head], statistic: 0 }, begun.names[head]);

for (const month of months.filter((month) => month > FIRST_UNTIL)) {
  const own = inMonth(month);
  const before = months.slice(Math.max(0, months.indexOf(month) - WAITING_MONTHS), months.indexOf(month));
  const earlier = papers.filter((paper) => before.includes(paper.month));
  const input: StageInput = {
    ...{ model, ...state, background, seed: `stage ${month}`, papers: own },
    waiting: earlier.filter(({ id }) => places.get(id)?.head === null),
    waitingOutOf: earlier.length,
    earlier,
    young: topics.filter(({ stage }) => stage > stages.length - WAITING_MONTHS).map(({ id }) => id - 1),
  };
  const startedAt = performance.now();
  const result = workStage(input, encode);
  const { excess, births, verdict, training, epochs, proposals, retired, duplicates } = result.outcome;
  const stage = addStage(month, own, {
    ...{ verdict, born: births.length, candidates: excess.candidates.length, statistic: excess.statistic },
    ...{ share: excess.share, usualShare: excess.usual },
  });
  const note_ = training ? 'Only the heads of new topics were trained.' : 'Nothing was trained.';
  stages[stages.length - 1].report = { training, epochs, seconds: 0, proposals, retired, duplicates, note: note_ };
  for (const [i, birth] of births.entries()) {
    const { papers: size, nearest, cosine, statistic } = birth;
    model = result.outcome.model;
    addTopic(
      state.topicOf.length + i,
      stage,
      {
        ...{ papers: size, nearest: nearest + 1, cosine: rounded(cosine), statistic: rounded(statistic) },
        ...(birth.isWithin ? { isWithin: true } : {}),
      },
      result.names[i],
    );
  }
  model = result.outcome.model;
  state = {
    topicOf: [...Array(model.heads.count).keys()],
    words: [...state.words, ...result.names.map(({ words }) => [...words])],
  };
  background = result.background;
  note(result.assigned, stage);
  const isRecent = months.length - months.indexOf(month) <= DRIFT_MONTHS;
  for (const { head, papers: size, words } of result.counts)
    counts.push(isRecent ? [head + 1, stage, size, words] : [head + 1, stage, size]);
  process.stdout.write(
    `${month}: ${own.length} papers, z ${excess.statistic.toFixed(1)}, ${verdict} ${result.names.map(({ name }) => name).join(' | ')} (${Math.round(performance.now() - startedAt)} ms)\n`,
  );
}

const featured = papers.filter(({ isFeatured, id }) => isFeatured && places.has(id));
const placed = featured.map(({ id }) => places.get(id) as Assigned & { stage: number });
const kept = Object.entries(background.counts).toSorted((a, b) => (a[0] < b[0] ? -1 : 1));
const computed: ComputedTopics = {
  ...{ format: 'broadsheet-topics-1', encoder, centre: toBase64(model.centre), radius: model.radius },
  ...{ stages, topics, names, counts },
  assignments: {
    papers: featured.map(({ key }) => key).join(' '),
    topics: placed.map(({ head }) => (head === null ? 0 : head + 1)),
    runnersUp: placed.map(({ runnerUp }) => (runnerUp === null ? 0 : runnerUp + 1)),
    probabilities: placed.map(({ probability }) => Math.round(100 * probability)),
    margins: placed.map(({ margin }) => Math.round(100 * margin)),
    words: placed.map(({ head, words }) => maskOf(head === null ? [] : state.words[head], words)),
    stages: placed.map(({ stage }) => stage),
  },
  quiet: model.quiet,
  background: {
    ...{ terms: kept.map(([term]) => term).join('\n'), counts: kept.map(([, count]) => count) },
    ...{ total: background.total, topics: background.topics },
  },
};
const bytes = writeComputed(computed);
writeFileSync(new URL('../../data/topics.json.gz', import.meta.url), bytes);
const near = placed.filter(({ head }) => head !== null).length;
process.stdout.write(
  `${topics.length} topics, ${near} of ${placed.length} papers of the almanac have one; ${bytes.length} bytes in data/topics.json.gz\n`,
);

function addStage(
  month: string,
  own: CorpusPaper[],
  facts: Pick<
    ComputedTopics['stages'][number],
    'verdict' | 'born' | 'candidates' | 'statistic' | 'share' | 'usualShare'
  >,
): number {
  const hash = createHash('sha256');
  for (const { text } of own) hash.update(text);
  const id = stages.length + 1;
  const isLast = month === months[months.length - 1];
  // The last month is not whole: a site's own weeks go on from the day after.
  const toDay = isLast
    ? (own
        .map(({ day }) => day)
        .toSorted()
        .at(-1) ?? '')
    : lastDayOf(month);
  stages.push({
    id,
    fromDay: `${month}-01`,
    toDay,
    papers: own.length,
    report: null,
    inputHash: hash.digest('hex'),
    ...facts,
  });
  return id;
}

function addTopic(
  head: number,
  stage: number,
  bornFrom: ComputedTopics['topics'][number]['bornFrom'],
  { name, words }: { name: string; words: readonly string[] },
): void {
  const row = (of: { data: Float64Array; width: number }) => of.data.subarray(head * of.width, (head + 1) * of.width);
  const [prototype, own] = [toDirection(row(model.prototypes)), toDirection(row(model.heads))];
  const id = head + 1;
  topics.push({
    ...{
      id,
      stage,
      bornFrom,
      threshold: rounded(model.thresholds[head]),
      cohesion: rounded(model.cohesions[head]),
      prototype,
    },
    ...(own === prototype ? {} : { head: own }),
  });
  names.push({ topic: id, version: 1, stage, name, words: [...words], why: 'birth' });
}

function note(assigned: Assigned[], stage: number): void {
  for (const one of assigned) places.set(one.paperId, { ...one, stage });
}

function maskOf(all: readonly string[], own: readonly string[]): number {
  return all.reduce((mask, word, bit) => (own.includes(word) ? mask | (1 << bit) : mask), 0);
}

function lastDayOf(month: string): string {
  const [year, number] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10);
}

function rounded(value: number): number {
  return Math.round(1e4 * value) / 1e4;
}

async function readPapers(folder: string): Promise<CorpusPaper[]> {
  const read = new Map<string, Omit<CorpusPaper, 'id'>>();
  for (const name of ['firehose', 'featured']) {
    const input = createReadStream(join(folder, `${name}.ndjson.gz`)).pipe(createGunzip());
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      if (!line.trim()) continue;
      const { id: key, day, title, abstract } = JSON.parse(line) as Record<string, string>;
      if (!title || !abstract) continue;
      const text = `${plainText(title)}. ${plainText(abstract)}`;
      read.set(key, { key, day, month: day.slice(0, 7), text, hasAbstract: true, isFeatured: name === 'featured' });
    }
  }
  const ordered = [...read.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1));
  return ordered.map((paper, id) => ({ ...paper, id }));
}
