/**
 * Happy, its ablation and its baselines on real papers: arXiv's categories as classes that arrive in stages, features
 * from the house encoder, every paper of thirty categories. `BROADSHEET_CORPUS=… node benchmarks/topics/run.ts [SEEDS]`.
 * Methods are paired within a seed; each seed prints its line, so that a stopped run says something.
 */
import { loadNativeRuntime } from '@broadsheet/engine/node';
import { createRng, meanInterval } from '@broadsheet/engine/stats';
import {
  ABLATION,
  BASELINES,
  clusterAccuracy,
  embed,
  kMeans,
  type Model,
  openTrainer,
  plainViews,
  predict,
  type Recipe,
  rows,
  type Shape,
  semiSupervisedLabels,
  trainInitial,
  trainStage,
  unitRows,
  withCentres,
} from '@broadsheet/methods/happy';
import { readCategories } from './categories.ts';
import { type CategoryPlan, type CategoryStages, classesAt, drawCategoryStages } from './category-stages.ts';

const LEAST = 88; // papers of a category
const PLAN: CategoryPlan = {
  initialClasses: 15,
  stages: 5,
  newPerStage: 3,
  perOld: 12,
  mostNew: 1000,
  mostTest: 50,
};
const RESTARTS = 3;
const INITIAL = { epochs: 3, rate: 0.1 };
const LATER = { epochs: 20, rate: 0.01 };

interface Method {
  readonly name: string;
  readonly recipe?: Recipe;
  readonly freezeAdapter?: boolean;
  readonly gcd?: boolean;
}
const METHODS: readonly Method[] = [
  { name: 'Happy (g)', recipe: ABLATION.g },
  { name: 'Happy, re-clustered', recipe: { ...ABLATION.g, heads: 'reclustered' } },
  { name: 'Happy, heads only', recipe: ABLATION.g, freezeAdapter: true },
  { name: 'SimGCD', recipe: BASELINES.simgcd },
  { name: 'SimGCD+', recipe: BASELINES['simgcd+'] },
  { name: 'GCD', recipe: BASELINES.gcd, gcd: true },
  { name: 'init only' },
  ...(['a', 'b', 'c', 'd', 'e', 'f'] as const).map((name) => ({ name, recipe: ABLATION[name] })),
];
const TESTED = 'k-means on what is tested';
const IN_VIEW = 'k-means with all papers in view';

interface Shares {
  readonly all: number;
  readonly old: number;
  readonly fresh: number;
}

const missing = loadNativeRuntime();
const executor = missing ? 'reference' : 'native';
const seeds = Array.from({ length: Number(process.argv[2] ?? 10) }, (_, i) => i + 1);
const { categories, width } = await readCategories(LEAST);
const papers = categories.reduce((sum, { count }) => sum + count, 0);
console.log(
  `${papers} papers of ${categories.length} categories: ${categories.map(({ name, count }) => `${name} ${count}`).join(', ')}`,
);
const shape: Shape = {
  lanes: 1,
  width,
  hidden: 64,
  projection: 32,
  batch: 32,
  mostClasses: classesAt(PLAN, PLAN.stages),
};
const execution = { executor, threads: 1, stepsPerCall: 4 } as const;
const first = await openTrainer(shape, execution);
const trainers = await Promise.all(
  METHODS.map(({ recipe, freezeAdapter }) =>
    recipe ? openTrainer(shape, execution, { weights: recipe.weights, freezeAdapter }) : undefined,
  ),
);
const found = new Map<string, Shares[]>(); // the mean over stages, seed by seed
for (const seed of seeds) await runSeed(seed);
await Promise.all([first, ...trainers].map((trainer) => trainer?.dispose()));
for (const [name, shares] of found)
  console.log(
    `${name}: ${(['all', 'old', 'fresh'] as const).map((share) => said(shares.map((of) => of[share]))).join(' | ')}`,
  );
for (const name of ['Happy (g)', 'Happy, re-clustered', 'Happy, heads only'])
  for (const less of ['SimGCD', 'SimGCD+', 'GCD', 'init only', TESTED, IN_VIEW])
    for (const share of ['all', 'fresh'] as const)
      console.log(`${name} − ${less}, ${share}: ${said(seeds.map((_, i) => of(name, i)[share] - of(less, i)[share]))}`);

async function runSeed(seed: number): Promise<void> {
  const rng = createRng(seed);
  const data = drawCategoryStages(PLAN, categories, width, rng.split('papers'));
  const begun = process.cpuUsage().user;
  const [initial] = await trainInitial(
    first,
    shape,
    [{ pool: data.initial, labels: data.initial.labels }],
    PLAN.initialClasses,
    [rng.split('stage', 0)],
    INITIAL,
  );
  note('stage 0, with labels', [judge(data, 0, predict(initial, plainViews(data.tests[0])).labels)]);
  for (const [i, method] of METHODS.entries())
    note(method.name, await runMethod(method, trainers[i], initial, data, rng));
  note(
    TESTED,
    stages((t) => clusterTest(data, t, data.tests[t].count, plainViews(data.tests[t]), rng.split('tested', t))),
  );
  note(
    IN_VIEW,
    stages((t) => {
      const seen = [data.tests[t], data.initial, ...data.stages.slice(0, t)].map(plainViews);
      return clusterTest(data, t, data.tests[t].count, joined(seen), rng.split('in view', t));
    }),
  );
  const seconds = (process.cpuUsage().user - begun) / 1e6;
  console.log(
    `seed ${seed}, ${seconds.toFixed(0)} s of processor: ${[...found].map(([name, of]) => `${name} ${shown(of.at(-1))}`).join('; ')}`,
  );
}

async function runMethod(
  { recipe, gcd }: Method,
  trainer: (typeof trainers)[number],
  initial: Model,
  data: CategoryStages,
  rng: ReturnType<typeof createRng>,
): Promise<Shares[]> {
  const shares: Shares[] = [];
  let model = initial;
  for (let t = 1; t <= PLAN.stages; t++) {
    const before = model;
    const choice = { fresh: PLAN.newPerStage, heads: recipe?.heads ?? 'clusters', tauH: 0.1, restarts: RESTARTS };
    const pool = data.stages[t - 1];
    [model] = await trainStage(trainer, shape, [before], [pool], [choice], [rng.split('stage', t)], LATER);
    const test = plainViews(data.tests[t]);
    if (!gcd) {
      shares.push(judge(data, t, predict(model, test).labels));
      continue;
    }
    // What GCD is tested on is clustered with the prototypes of before as its only labels.
    const known = before.prototypes.means;
    const cluster = (x: Float32Array, name: string) =>
      semiSupervisedLabels(embed(model.adapter, x, width), known, classesAt(PLAN, t), rng.split(name, t), RESTARTS);
    const { centres } = cluster(plainViews(pool), 'clusters');
    shares.push(judge(data, t, cluster(test, 'test clusters').labels));
    model = withCentres({ ...model, prototypes: before.prototypes }, centres);
  }
  return shares;
}

function clusterTest(
  data: CategoryStages,
  t: number,
  tested: number,
  x: Float32Array,
  rng: ReturnType<typeof createRng>,
): Shares {
  const points = unitRows(rows(x.length / width, width, x));
  const { labels } = kMeans(points, classesAt(PLAN, t), rng, { restarts: RESTARTS, iterations: 30 });
  return judge(data, t, labels.subarray(0, tested));
}

function judge({ tests }: CategoryStages, t: number, labels: Int32Array): Shares {
  const before = classesAt(PLAN, Math.max(0, t - 1));
  const { all, old, fresh } = clusterAccuracy(tests[t].labels, labels, (label) => label < before);
  return { all: 100 * all, old: 100 * (old ?? 0), fresh: 100 * (fresh ?? 0) };
}

function stages(one: (stage: number) => Shares): Shares[] {
  return Array.from({ length: PLAN.stages }, (_, t) => one(t + 1));
}

function note(name: string, shares: readonly Shares[]): void {
  const mean = (of: keyof Shares) => shares.reduce((sum, share) => sum + share[of], 0) / shares.length;
  const all = found.get(name) ?? [];
  all.push({ all: mean('all'), old: mean('old'), fresh: mean('fresh') });
  found.set(name, all);
}

function of(name: string, i: number): Shares {
  const share = found.get(name)?.[i];
  if (!share) throw new Error(`${name} has no result of seed ${seeds[i]}.`);
  return share;
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function shown(share: Shares | undefined): string {
  return share ? `${share.all.toFixed(1)}/${share.old.toFixed(1)}/${share.fresh.toFixed(1)}` : '–';
}

function said(values: number[]): string {
  if (values.length < 2) return values[0].toFixed(1);
  const { mean, low, high } = meanInterval(values);
  return `${mean.toFixed(1)} [${low.toFixed(1)}, ${high.toFixed(1)}]`;
}
