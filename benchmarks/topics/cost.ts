/**
 * What a weekly stage of 5,000 papers that brings new topics and the assignment of one paper cost, with 50, 500 and 5,000
 * topics, and what 50,000 papers at once cost; each in a process of its own, so that its memory is its own. Draws
 * docs/pictures/topics-cost.svg.
 * `BROADSHEET_CORPUS=… node benchmarks/topics/cost.ts`
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { readEncoder } from '@broadsheet/encoder';
import { createRng } from '@broadsheet/engine/stats';
import { chosenRows } from '@broadsheet/methods/happy';
import {
  centred,
  centreOf,
  describe,
  EMPTY_BACKGROUND,
  type TopicModel,
  trainNewHeads,
} from '@broadsheet/methods/topics';
import { assignPapers, workStage } from '@broadsheet/newsroom/topics';
import { loadCorpus } from '../search/corpus.ts';

const TOPICS = [50, 500, 5000];
const PAPERS = 5000;
const BEFORE = 20_000; // what a site hands to a stage at most
const MOST = 50_000;
/** Fields that only the stage has papers of, so that it brings something. */
const FIELDS = ['gaussian splatting', 'speech recognition', 'deepfake'];
const FIELD = 50;

interface Cost {
  topics: number;
  stageMs: number;
  cpuMs: number;
  assignMs: number;
  mebibytes: number;
  births: number;
  /** CPU of the training of three heads on 400 papers, which is a part of it. */
  trainingMs: number;
}

if (process.argv[2] === '--one')
  console.log(JSON.stringify(await measure(Number(process.argv[3]), Number(process.argv[4]))));
else {
  const costOf = (topics: number, size: number): Cost => {
    const file = fileURLToPath(import.meta.url);
    const said = execFileSync(process.execPath, [file, '--one', String(topics), String(size)]).toString();
    const cost = JSON.parse(said.trim().split('\n').at(-1) ?? '') as Cost;
    console.log(
      `${topics} topics: stage of ${size} papers ${(cost.stageMs / 1000).toFixed(1)} s (${(cost.cpuMs / 1000).toFixed(1)} s of CPU) with ${cost.births} births, of it training of three heads ${(cost.trainingMs / 1000).toFixed(1)} s of CPU, one paper ${cost.assignMs.toFixed(2)} ms, ${cost.mebibytes.toFixed(0)} MiB`,
    );
    return cost;
  };
  const costs = TOPICS.map((topics) => costOf(topics, PAPERS));
  costOf(TOPICS[1], MOST);
  writeFileSync(new URL('../../docs/pictures/topics-cost.svg', import.meta.url), drawn(costs));
}

/** Topics are single papers with their own surroundings: as many as wanted, and no two alike. */
async function measure(topics: number, size: number): Promise<Cost> {
  const bytes = readFileSync(createRequire(import.meta.url).resolve('@broadsheet/encoder/house-encoder.safetensors'));
  const { encoder } = readEncoder(bytes);
  const rng = createRng('cost');
  const corpus = (await loadCorpus()).map(({ title, abstract }, id) => ({
    id,
    text: `${title}. ${abstract}`,
    hasAbstract: true,
  }));
  const has = (field: string) => (paper: { text: string }) => paper.text.toLowerCase().includes(field);
  const others = rng.shuffle(corpus.filter((paper) => !FIELDS.some((field) => has(field)(paper))));
  const fields = FIELDS.flatMap((field) => rng.shuffle(corpus.filter(has(field))).slice(0, FIELD));
  // At its largest the stage is nearly the whole collection, and what was before it is a part of that.
  const papers = [...others.slice(0, size - fields.length), ...fields];
  const earlier = others.slice(-BEFORE);
  const seeds = others.slice(-topics).map(({ text }) => encoder.encode(text));
  const centre = centreOf(seeds);
  const heads = centred(seeds, centre);
  const model: TopicModel = {
    ...{ centre, heads, prototypes: heads, radius: 0.05, quiet: [{ share: 0.02, papers: 2000 }] },
    // As tight as leaves a tenth of the papers to no topic, or nothing would be looked for.
    thresholds: new Float64Array(topics).fill(tightness((text) => encoder.encode(text), papers, { centre, heads })),
    cohesions: new Float64Array(topics).fill(0.25),
  };
  const kept = { topicOf: [...Array(topics).keys()], words: Array.from({ length: topics }, () => [] as string[]) };
  const started = { at: performance.now(), cpu: process.cpuUsage() };
  // Each text is encoded once, as a site does.
  const before = { waiting: [], waitingOutOf: 8 * size, earlier, young: [] };
  const vectorOf = new Map([...papers, ...earlier].map(({ text }) => [text, encoder.encode(text)]));
  const { outcome } = workStage(
    { model, ...kept, background: EMPTY_BACKGROUND, seed: 'cost', papers, ...before },
    (text) => vectorOf.get(text) ?? [],
  );
  const stageMs = performance.now() - started.at;
  const { user, system } = process.cpuUsage(started.cpu);
  const training = process.cpuUsage();
  const pool = centred(
    papers.slice(0, 400).map(({ text }) => encoder.encode(text)),
    centre,
  );
  trainNewHeads(heads, chosenRows(pool, [0, 1, 2]), pool, { means: heads, radius: model.radius }, rng);
  const spent = process.cpuUsage(training);
  const trainingMs = (spent.user + spent.system) / 1000;
  const times = papers.slice(0, 60).map((paper) => {
    const at = performance.now();
    assignPapers({ model, ...kept }, [paper], (text) => encoder.encode(text));
    return performance.now() - at;
  });
  return {
    ...{ topics, stageMs, cpuMs: (user + system) / 1000, assignMs: times.toSorted((a, b) => a - b)[30] },
    ...{ mebibytes: process.resourceUsage().maxRSS / 1024, trainingMs },
    births: outcome.births.length,
  };
}

function tightness(
  encode: (text: string) => Float32Array,
  papers: { text: string }[],
  { centre, heads }: Pick<TopicModel, 'centre' | 'heads'>,
): number {
  const sample = centred(
    papers.slice(0, 300).map(({ text }) => encode(text)),
    centre,
  );
  const nearest = Array.from({ length: sample.count }, (_, i) => {
    let most = -1;
    for (let c = 0; c < heads.count; c++) {
      let cosine = 0;
      for (let d = 0; d < heads.width; d++)
        cosine += sample.data[i * heads.width + d] * heads.data[c * heads.width + d];
      most = Math.max(most, cosine);
    }
    return most;
  });
  return nearest.toSorted((a, b) => a - b)[30] ?? describe(sample).threshold;
}

/** Both axes by powers of ten. */
function drawn(costs: Cost[]): string {
  const [width, height, left, bottom] = [640, 320, 64, 44];
  const x = (topics: number) => left + ((Math.log10(topics) - 1.5) / 2.4) * (width - left - 150);
  const series = [
    { name: 'stage, s of CPU', color: '#2f6f9f', of: (cost: Cost) => cost.cpuMs / 1000 },
    { name: 'one paper, ms', color: '#b2552b', of: (cost: Cost) => cost.assignMs },
  ];
  const y = (value: number) => height - bottom - ((Math.log10(value) + 1.5) / 4) * (height - bottom - 20);
  // The first series has its words above its line, the other below, so that they do not meet.
  const lines = series.map(({ name, color, of }, s) => {
    const [near, far] = s === 0 ? [-9, -26] : [18, 34];
    const points = costs.map((cost) => `${x(cost.topics).toFixed(1)},${y(of(cost)).toFixed(1)}`);
    const middle = costs[Math.floor(costs.length / 2)];
    const marks = costs.map(
      (cost) =>
        `<circle cx="${x(cost.topics).toFixed(1)}" cy="${y(of(cost)).toFixed(1)}" r="3.5" fill="${color}"/><text x="${x(cost.topics).toFixed(1)}" y="${(y(of(cost)) + near).toFixed(1)}" text-anchor="middle" fill="${color}">${of(cost) < 10 ? of(cost).toFixed(2) : of(cost).toFixed(0)}</text>`,
    );
    return `<polyline points="${points.join(' ')}" fill="none" stroke="${color}" stroke-width="2"/>${marks.join('')}<text x="${x(middle.topics).toFixed(1)}" y="${(y(of(middle)) + far).toFixed(1)}" text-anchor="middle" fill="${color}">${name}</text>`;
  });
  const ticks = costs.map(
    ({ topics }) => `<text x="${x(topics).toFixed(1)}" y="${height - 22}" text-anchor="middle">${topics}</text>`,
  );
  const rules = [0.1, 1, 10, 100].map(
    (value) =>
      `<line x1="${left}" x2="${width - 130}" y1="${y(value).toFixed(1)}" y2="${y(value).toFixed(1)}" stroke="#8884"/><text x="${left - 8}" y="${(y(value) + 4).toFixed(1)}" text-anchor="end">${value}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="13" fill="#777" role="img"><title>Cost of a weekly stage of ${PAPERS} papers and of one assignment by the number of topics</title>${rules.join('')}${ticks.join('')}<text x="${(left + width - 150) / 2}" y="${height - 4}" text-anchor="middle">topics</text>${lines.join('')}</svg>\n`;
}
