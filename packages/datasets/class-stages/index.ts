import type { Rng } from '@broadsheet/engine/stats';

/**
 * Stages of continual category discovery (Ma et al. 2024, arXiv 2410.06535, §1.2 of the protocol): a labelled set of
 * initial classes, then unlabelled sets that mix few samples of every old class with many of some new ones, and a
 * balanced test set. Labels are numbers in the order of arrival.
 */
export interface StagePlan {
  readonly initialClasses: number;
  readonly stages: number;
  readonly newPerStage: number;
  /** Samples a class: at stage 0, when new, when old, for testing. */
  readonly perInitial: number;
  readonly perNew: number;
  readonly perOld: number;
  readonly perTest: number;
}

/** Samples of one set: `data` holds `views` vectors of `width` each, the label of each sample beside it. */
export interface Samples {
  readonly data: Float32Array;
  readonly labels: Int32Array;
  readonly count: number;
  readonly width: number;
  readonly views: number;
}

export interface ClassStages {
  readonly initial: Samples;
  /** Their labels are for the judge only. */
  readonly stages: readonly Samples[];
  /** All classes, in their order, `perTest` each: the test set of stage t is its first K_t classes. */
  readonly test: Samples;
}

/** Where samples come from. */
export interface ClassSource {
  readonly width: number;
  readonly views: number;
  /** Writes the views of one sample of a class. */
  draw(label: number, rng: Rng, into: Float32Array): void;
}

export function classesAt(plan: StagePlan, stage: number): number {
  return plan.initialClasses + stage * plan.newPerStage;
}

/** Draws all sets; each from a stream of its own, so that another size of one leaves the others. */
export function drawClassStages(plan: StagePlan, source: ClassSource, rng: Rng): ClassStages {
  const set = (name: string, countOf: (label: number) => number, classes: number) =>
    drawSet(
      source,
      rng.split(name),
      Array.from({ length: classes }, (_, label) => countOf(label)),
    );
  return {
    initial: set('initial', () => plan.perInitial, plan.initialClasses),
    stages: Array.from({ length: plan.stages }, (_, t) =>
      set(
        `stage ${t + 1}`,
        (label) => (label < classesAt(plan, t) ? plan.perOld : plan.perNew),
        classesAt(plan, t + 1),
      ),
    ),
    test: set('test', () => plan.perTest, classesAt(plan, plan.stages)),
  };
}

/** The test samples of the first classes. */
export function testOf(plan: StagePlan, { test }: ClassStages, stage: number): Samples {
  const count = classesAt(plan, stage) * plan.perTest;
  return {
    ...test,
    count,
    data: test.data.subarray(0, count * test.views * test.width),
    labels: test.labels.subarray(0, count),
  };
}

function drawSet({ width, views, draw }: ClassSource, rng: Rng, counts: readonly number[]): Samples {
  const count = counts.reduce((sum, n) => sum + n, 0);
  const labels = Int32Array.from(counts.flatMap((n, label) => Array<number>(n).fill(label)));
  const size = views * width;
  const data = new Float32Array(count * size);
  for (let i = 0; i < count; i++) draw(labels[i], rng, data.subarray(i * size, (i + 1) * size));
  return { data, labels, count, width, views };
}
