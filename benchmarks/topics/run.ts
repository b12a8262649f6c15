/**
 * Happy and its baselines on real papers: arXiv's categories as classes that arrive in stages, features from the
 * house encoder. `BROADSHEET_CORPUS=… node benchmarks/topics/run.ts [seeds]`; methods are paired within a seed.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { classesAt, drawClassStages, type StagePlan, testOf } from '@broadsheet/datasets/class-stages';
import { type Pool, pooledClasses } from '@broadsheet/datasets/pooled-classes';
import { readEncoder } from '@broadsheet/encoder';
import { loadNativeRuntime } from '@broadsheet/engine/node';
import { createRng, meanInterval } from '@broadsheet/engine/stats';
import {
  ABLATION,
  BASELINES,
  clusterAccuracy,
  kMeans,
  openTrainer,
  plainViews,
  predict,
  type Recipe,
  rows,
  type Shape,
  trainInitial,
  trainStage,
  unitRows,
} from '@broadsheet/methods/happy';
import { loadCorpus } from '../search/corpus.ts';

const PLAN: StagePlan = {
  initialClasses: 11,
  stages: 3,
  newPerStage: 3,
  perInitial: 90,
  perNew: 90,
  perOld: 8,
  perTest: 40,
};
const LEAST = 154; // papers of a category: 90 + 3 · 8 + 40, so that nothing comes twice
const ARXIV = /^[a-z-]+(\.[A-Za-z-]+)?$/; // and not the ACM's classes, which some authors add
const VIEWS = 3; // all of it; title and first half; second half
const RECIPES: Record<string, Recipe | undefined> = {
  Happy: ABLATION.g,
  'Happy, re-clustered': { ...ABLATION.g, heads: 'reclustered' },
  SimGCD: BASELINES.simgcd,
  'init only': undefined,
};
const HEADS_ONLY = 'Happy, heads only';

const missing = loadNativeRuntime();
const executor = missing ? 'reference' : 'native';
const seeds = Array.from({ length: Number(process.argv[2] ?? 10) }, (_, i) => i + 1);
const { pool, categories } = await readPool();
console.log(`${pool.labels.length} papers of ${categories.length} categories: ${categories.join(', ')}`);
const data = seeds.map((seed) => {
  const rng = createRng(seed);
  const order = [...rng.split('order').permutation(categories.length)].slice(0, classesAt(PLAN, PLAN.stages));
  return drawClassStages(
    PLAN,
    pooledClasses(pool, order, PLAN.initialClasses, rng.split('pool')),
    rng.split('samples'),
  );
});
const shape: Shape = {
  lanes: seeds.length,
  width: pool.width,
  hidden: 64,
  projection: 32,
  batch: 32,
  mostClasses: classesAt(PLAN, PLAN.stages),
};
const execution = { executor, threads: 1, stepsPerCall: 1 } as const;
const found = new Map<string, { all: number; old: number; fresh: number }[][]>();

const first = await openTrainer(shape, execution);
const initial = await trainInitial(
  first,
  shape,
  data.map(({ initial: samples }) => ({ pool: samples, labels: samples.labels })),
  PLAN.initialClasses,
  seeds.map((seed) => createRng(seed).split('stage', 0)),
  { epochs: 10, rate: 0.1 },
);
await first.dispose();
report(
  'stage 0',
  initial.map((model, i) => [judge(i, 0, predict(model, testAt(i, 0)).labels)]),
);

for (const [name, recipe] of [...Object.entries(RECIPES), [HEADS_ONLY, ABLATION.g] as const]) {
  const freezeAdapter = name === HEADS_ONLY;
  const trainer = recipe && (await openTrainer(shape, execution, { weights: recipe.weights, freezeAdapter }));
  let models = initial;
  const shares = seeds.map(() => [] as ReturnType<typeof judge>[]);
  for (let stage = 1; stage <= PLAN.stages; stage++) {
    const choice = { fresh: PLAN.newPerStage, heads: recipe?.heads ?? 'clusters', tauH: 0.1, restarts: 3 } as const;
    models = await trainStage(
      trainer,
      shape,
      models,
      data.map(({ stages }) => stages[stage - 1]),
      seeds.map(() => choice),
      seeds.map((seed) => createRng(seed).split('stage', stage)),
      { epochs: 20, rate: 0.01 },
    );
    for (const [i, model] of models.entries()) shares[i].push(judge(i, stage, predict(model, testAt(i, stage)).labels));
  }
  await trainer?.dispose();
  report(name, shares);
}
report(
  'k-means',
  seeds.map((seed, i) =>
    Array.from({ length: PLAN.stages }, (_, t) => {
      const x = testAt(i, t + 1);
      const points = unitRows(rows(x.length / pool.width, pool.width, x));
      return judge(
        i,
        t + 1,
        kMeans(points, classesAt(PLAN, t + 1), createRng(seed).split('k-means', t), { restarts: 5 }).labels,
      );
    }),
  ),
);
for (const [name, less] of [
  ['Happy', 'SimGCD'],
  ['Happy', 'k-means'],
  ['Happy', 'init only'],
  ['Happy, re-clustered', 'SimGCD'],
  ['Happy, re-clustered', 'k-means'],
  [HEADS_ONLY, 'k-means'],
  [HEADS_ONLY, 'SimGCD'],
])
  for (const share of ['all', 'fresh'] as const) {
    const gaps = seeds.map(
      (_, i) => averageOf(found.get(name)?.[i] ?? [], share) - averageOf(found.get(less)?.[i] ?? [], share),
    );
    console.log(`${name} − ${less}, ${share}: ${said(gaps)}`);
  }

function testAt(i: number, stage: number): Float32Array {
  return plainViews(testOf(PLAN, data[i], stage));
}

function judge(i: number, stage: number, labels: Int32Array) {
  const old = classesAt(PLAN, Math.max(0, stage - 1));
  const {
    all,
    old: known,
    fresh,
  } = clusterAccuracy(testOf(PLAN, data[i], stage).labels, labels, (label) => label < old);
  return { all: 100 * all, old: 100 * (known ?? 0), fresh: 100 * (fresh ?? 0) };
}

function report(name: string, shares: ReturnType<typeof judge>[][]): void {
  found.set(name, shares);
  const of = (share: 'all' | 'old' | 'fresh') => said(shares.map((stages) => averageOf(stages, share)));
  console.log(`${name}: All ${of('all')}, Old ${of('old')}, New ${of('fresh')}`);
}

function averageOf(stages: ReturnType<typeof judge>[], share: 'all' | 'old' | 'fresh'): number {
  return stages.reduce((sum, found) => sum + found[share], 0) / stages.length;
}

function said(values: number[]): string {
  if (values.length < 2) return values[0].toFixed(1);
  const { mean, low, high } = meanInterval(values);
  return `${mean.toFixed(1)} [${low.toFixed(1)}, ${high.toFixed(1)}]`;
}

/**
 * Papers with an abstract, by the rarest of their categories: the common ones (cs.CV, cs.AI) say little of a paper, and
 * by first categories only eight have enough papers. The newest LEAST of each category that has as many.
 */
async function readPool(): Promise<{ pool: Pool; categories: string[] }> {
  const bytes = readFileSync(createRequire(import.meta.url).resolve('@broadsheet/encoder/house-encoder.safetensors'));
  const { encoder } = readEncoder(bytes);
  const papers = (await loadCorpus())
    .map((paper) => ({ ...paper, categories: paper.categories?.filter((name) => ARXIV.test(name)) }))
    .filter(({ abstract, categories }) => abstract && categories?.length);
  const counts = new Map<string, number>();
  for (const { categories = [] } of papers)
    for (const category of categories) counts.set(category, (counts.get(category) ?? 0) + 1);
  const byCategory = Map.groupBy(papers, ({ categories = [] }) =>
    categories.reduce((rarest, category) =>
      (counts.get(category) ?? 0) < (counts.get(rarest) ?? 0) ? category : rarest,
    ),
  );
  const categories = [...byCategory]
    .filter(([, papers]) => papers.length >= LEAST)
    .map(([name]) => name)
    .toSorted();
  const width = encoder.dimensions;
  const labels: number[] = [];
  const data = new Float32Array(categories.length * LEAST * VIEWS * width);
  for (const [label, category] of categories.entries())
    for (const { title, abstract } of byCategory.get(category)?.slice(-LEAST) ?? []) {
      const words = abstract.split(/\s+/);
      const half = Math.ceil(words.length / 2);
      const texts = [
        `${title} ${abstract}`,
        `${title} ${words.slice(0, half).join(' ')}`,
        words.slice(half).join(' ') || title,
      ];
      for (const [view, text] of texts.entries())
        data.set(encoder.encode(text), (labels.length * VIEWS + view) * width);
      labels.push(label);
    }
  return { pool: { data, labels, width, views: VIEWS }, categories };
}
