import type { Samples } from '@broadsheet/datasets/class-stages';
import type { Rng } from '@broadsheet/engine/stats';
import { centred, centreOf } from '@broadsheet/methods/topics';
import { type Category, VIEWS } from './categories.ts';

/**
 * Categories that arrive in stages, each with as many papers as it has: a quarter of them, at most `mostTest`, is for
 * testing only; a fifth of an initial category's others, and all of a later one's, may come again as old ones (spec §1.2).
 */
export interface CategoryPlan {
  readonly initialClasses: number;
  readonly stages: number;
  readonly newPerStage: number;
  readonly perOld: number;
  readonly mostNew: number;
  readonly mostTest: number;
}

const LABELLED = 0.8;

export interface CategoryStages {
  readonly initial: Samples;
  /** Their labels are for the judge only. */
  readonly stages: readonly Samples[];
  /** Of the classes that are there at each stage, 0 … stages. */
  readonly tests: readonly Samples[];
}

type Chosen = readonly (readonly [label: number, paper: number])[];

export function drawCategoryStages(
  plan: CategoryPlan,
  categories: readonly Category[],
  width: number,
  rng: Rng,
): CategoryStages {
  const order = [...rng.split('order').permutation(categories.length)].slice(0, classesAt(plan, plan.stages));
  const papers = order.map((category, label) => {
    const all = rng.split('papers', label).permutation(categories[category].count);
    const tested = Math.min(plan.mostTest, Math.floor(all.length / 4));
    const labelled = label < plan.initialClasses ? Math.floor(LABELLED * (all.length - tested)) : 0;
    return {
      test: all.subarray(0, tested),
      labelled: all.subarray(tested, tested + labelled),
      rest: all.subarray(tested + labelled),
    };
  });
  const take = (label: number, from: Int32Array): Chosen => Array.from(from, (paper) => [label, paper] as const);
  const initial = papers.slice(0, plan.initialClasses).flatMap(({ labelled }, label) => take(label, labelled));
  const viewsOf = (label: number, paper: number) =>
    Array.from({ length: VIEWS }, (_, view) => {
      const from = (paper * VIEWS + view) * width;
      return categories[order[label]].data.subarray(from, from + width);
    });
  const mean = centreOf(initial.map(([label, paper]) => viewsOf(label, paper)[0]));
  const samples = (chosen: Chosen): Samples => samplesOf(chosen, viewsOf, mean);
  return {
    initial: samples(initial),
    stages: Array.from({ length: plan.stages }, (_, t) =>
      samples(
        papers.slice(0, classesAt(plan, t + 1)).flatMap(({ rest }, label) => {
          const count = label < classesAt(plan, t) ? plan.perOld : plan.mostNew;
          const drawn = rng.split('stage', t, label).permutation(rest.length).subarray(0, count);
          return take(
            label,
            drawn.map((i) => rest[i]),
          );
        }),
      ),
    ),
    tests: Array.from({ length: plan.stages + 1 }, (_, t) =>
      samples(papers.slice(0, classesAt(plan, t)).flatMap(({ test }, label) => take(label, test))),
    ),
  };
}

export function classesAt({ initialClasses, newPerStage }: CategoryPlan, stage: number): number {
  return initialClasses + stage * newPerStage;
}

/** All views of papers, less the mean of the initial ones, each of length one: as the site does it. */
function samplesOf(chosen: Chosen, viewsOf: (label: number, paper: number) => Float32Array[], mean: Float64Array) {
  const { data, width } = centred(
    chosen.flatMap(([label, paper]) => viewsOf(label, paper)),
    mean,
  );
  const labels = Int32Array.from(chosen, ([label]) => label);
  return { data: Float32Array.from(data), labels, count: chosen.length, width, views: VIEWS };
}
