import { bestAssignment } from './assignment.ts';

export interface Accuracy {
  readonly all: number;
  /** Null where the group has no sample. */
  readonly old: number | null;
  readonly fresh: number | null;
  /** The class that each predicted id was matched with. */
  readonly classOf: Int32Array;
  /** The matched share of each true class; NaN for a class without samples. */
  readonly perClass: Float64Array;
}

/**
 * §4.1: one assignment of predicted ids to classes over everything, then counted by group. Never one per group. Ties
 * (a cluster split evenly) are settled by the assignment's order of rows, lowest first, so that Old and New are determined.
 */
export function clusterAccuracy(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  isOld: (label: number) => boolean,
): Accuracy {
  const n = Math.max(...Array.from(truth), ...Array.from(predicted)) + 1;
  const weight = new Float64Array(n * n); // [predicted, true]
  for (let i = 0; i < truth.length; i++) weight[predicted[i] * n + truth[i]]++;
  const classOf = bestAssignment(weight, n);
  const sizes = new Float64Array(n);
  const hits = new Float64Array(n);
  for (let i = 0; i < truth.length; i++) {
    sizes[truth[i]]++;
    if (classOf[predicted[i]] === truth[i]) hits[truth[i]]++;
  }
  const share = (holds: (label: number) => boolean): number | null => {
    let [hit, size] = [0, 0];
    for (let c = 0; c < n; c++)
      if (holds(c)) {
        hit += hits[c];
        size += sizes[c];
      }
    return size > 0 ? hit / size : null;
  };
  return {
    all: share(() => true) ?? 0,
    old: share(isOld),
    fresh: share((label) => !isOld(label)),
    classOf,
    perClass: hits.map((hit, c) => hit / sizes[c]),
  };
}

/** Share of samples whose own id is predicted: what a reader of stable topics sees. Only meaningful for old ids. */
export function identityAccuracy(truth: ArrayLike<number>, predicted: ArrayLike<number>): number {
  let hits = 0;
  for (let i = 0; i < truth.length; i++) if (truth[i] === predicted[i]) hits++;
  return hits / truth.length;
}

/** §1.3 Δr: share of new-class samples that any old head takes. Where counts were estimated, there may be other heads than classes. */
export function predictionBias(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  oldClasses: number,
  oldHeads = oldClasses,
): number | null {
  let [swallowed, fresh] = [0, 0];
  for (let i = 0; i < truth.length; i++)
    if (truth[i] >= oldClasses) {
      fresh++;
      if (predicted[i] < oldHeads) swallowed++;
    }
  return fresh > 0 ? swallowed / fresh : null;
}

/** §1.3 hardness bias: variance over classes of their accuracy, and the worst class. */
export function hardnessBias(perClass: ArrayLike<number>, classes: number): { variance: number; worst: number } {
  const values = Array.from(perClass).slice(0, classes);
  const mean = values.reduce((sum, value) => sum + value, 0) / classes;
  return {
    variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / classes,
    worst: Math.min(...values),
  };
}

/** §4.2 M_f: the largest fall of the accuracy on the initial classes. @param initial after stage 0, 1 … T */
export function forgetting(initial: readonly number[]): number {
  return Math.max(...initial.slice(1).map((accuracy) => initial[0] - accuracy));
}

/** §4.2 M_d: the mean accuracy on new classes over stages 1 … T. */
export function discovery(fresh: readonly number[]): number {
  return fresh.reduce((sum, value) => sum + value, 0) / fresh.length;
}
