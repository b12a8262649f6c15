import type { PartOutcome, SeedOutcome, SeedValues } from '../contract.ts';
import type { RunRequest, UnitResult, WorkUnit } from './units.ts';

/** Measures and failures of every seed, out of the units that are finished. */
export function outcomesOf(
  { experiment, parameters, seeds }: RunRequest,
  units: readonly WorkUnit[],
  results: readonly (UnitResult | undefined)[],
): SeedOutcome[] {
  const bySeed = new Map(
    seeds.map((seed) => [seed, { values: new Map<string, SeedValues>(), failures: [] as string[] }]),
  );
  units.forEach((unit, i) => {
    for (const outcome of results[i]?.outcomes ?? []) {
      const kept = bySeed.get(outcome.seed);
      if (!kept)
        throw new RangeError(`${unit.experiment}, ${unit.part}: a value of seed ${outcome.seed}, not asked for.`);
      kept.values.set(unit.part, finiteValues(outcome));
      if (outcome.failure) kept.failures.push(`${unit.part}: ${outcome.failure}`);
    }
  });
  return [...bySeed].map(([seed, { values, failures }]) => ({
    seed,
    measures: experiment.measures(parameters, values),
    failures,
  }));
}

/** A value that is not finite is "not measured"; JSON knows no NaN, and a mean over it would be none. */
function finiteValues(outcome: PartOutcome): SeedValues {
  return Object.fromEntries(
    Object.entries(outcome.values).map(([name, value]) => [name, Number.isFinite(value) ? value : null]),
  );
}
