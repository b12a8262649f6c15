import type { Measures, ParameterValues, SeedValues } from '../contract.ts';

/**
 * Measures of one seed: `ARM.VALUE` are the values themselves, the others what claims are about, paired within the seed.
 * Accuracies are in percent and averaged over stages.
 */
export function measuresOf(_: ParameterValues, values: ReadonlyMap<string, SeedValues>): Measures {
  const of = (arm: string, name: string) => values.get(arm)?.[name] ?? null;
  const gap = (more: string, less: string, name: string) => difference(of(more, name), of(less, name));
  return {
    ...Object.fromEntries(
      [...values].flatMap(([arm, found]) => Object.entries(found).map(([name, value]) => [`${arm}.${name}`, value])),
    ),
    newWithout: of('a', 'fresh'),
    swallowedLeft: ratio(of('b', 'deltaR'), of('a', 'deltaR')),
    newOverUngrouped: gap('g', 'simgcd', 'fresh'),
    allOverKMeans: gap('g', 'kmeans', 'all'),
    allByTraining: gap('g', 'init', 'all'),
    allByReplay: gap('f', 'd', 'all'),
    allByDistillation: gap('g', 'f', 'all'),
    oldByDistillation: gap('g', 'f', 'old'),
    allOverSharp: gap('g', 'g-sharp', 'all'),
    allOverHeavy: gap('g', 'g-heavy', 'all'),
    allByContrast: gap('g', 'g-plain', 'all'),
    varianceByHardness: gap('g-uniform', 'g', 'variance'),
    newLostToEstimate: difference(gap('g', 'g-estimated', 'fresh'), gap('g', 'g-estimated', 'all')),
    allByReclustering: gap('g-reclustered', 'g', 'all'),
  };
}

function difference(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a - b;
}

function ratio(a: number | null, b: number | null): number | null {
  return a === null || b === null || b === 0 ? null : a / b;
}
