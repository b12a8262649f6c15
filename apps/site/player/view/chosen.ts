import {
  type Experiment,
  ParameterError,
  type ParameterFault,
  readParameters,
  SIZES,
  type Size,
  seedsOf,
} from '@broadsheet/experiments';
import type { Chosen } from './controls.ts';

/** What an address asks a lab's form to hold: the size's own values for what it does not name or names wrongly. */
export function chosenBy(experiment: Experiment, query: URLSearchParams): Chosen {
  const size: Size = SIZES.find((s) => s === query.get('size') && experiment.sizes[s]) ?? 'live';
  const given = Object.fromEntries(
    experiment.parameters.flatMap(({ key }) => (query.has(key) ? [[key, query.get(key)]] : [])),
  );
  const faults: ParameterFault[] = [];
  const orElse = <T>(work: () => T, otherwise: () => T): T => {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof ParameterError)) throw error;
      faults.push(...error.faults);
      return otherwise();
    }
  };
  const parameters = orElse(
    () => readParameters(experiment, size, given),
    () => {
      const wrong = new Set(faults.map((fault) => fault.key));
      return readParameters(
        experiment,
        size,
        Object.fromEntries(Object.entries(given).filter(([key]) => !wrong.has(key))),
      );
    },
  );
  const own = experiment.sizes[size]?.seeds ?? 10;
  const seeds = orElse(
    () => seedsOf(query.get('seeds') ?? own).length,
    () => own,
  );
  return { size, seeds, parameters, faults };
}
