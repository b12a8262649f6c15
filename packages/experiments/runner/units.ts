import type {
  AttachedReport,
  Experiment,
  ParameterValues,
  PartOutcome,
  Point,
  Row,
  RunResult,
  Size,
} from '../contract.ts';
import { canonicalJson } from '../result.ts';
import { sha256 } from '../sha256.ts';

/** What a run is asked for; with the code and the executor it determines the measures. */
export interface RunRequest {
  readonly experiment: Experiment;
  readonly size: Size;
  /** As `readParameters` gives them. */
  readonly parameters: ParameterValues;
  readonly seeds: readonly number[];
  readonly executor: RunResult['executor'];
  readonly executorDescription: string;
  /** Threads of each worker. */
  readonly threads: number;
  readonly sourcesHash: string;
  /** Only these parts; measures that need others are then "not measured". All of them unless told. */
  readonly only?: readonly string[];
}

/** One part for one batch of seeds: the piece of work that a worker takes and the store keeps. Plain JSON. */
export interface WorkUnit {
  readonly experiment: string;
  readonly parameters: ParameterValues;
  readonly part: string;
  readonly seeds: readonly number[];
  readonly executor: RunResult['executor'];
  readonly threads: number;
}

/** What a finished unit leaves: plain JSON, bounded. */
export interface UnitResult {
  readonly outcomes: readonly PartOutcome[];
  readonly points: readonly Point[];
  readonly rows: readonly Row[];
  readonly reports: readonly AttachedReport[];
  readonly durationMs: number;
}

/** Where finished units are kept, so that a killed run goes on where it was. */
export interface UnitStore {
  load(key: string): Promise<UnitResult | undefined>;
  save(key: string, unit: WorkUnit, result: UnitResult): Promise<void>;
}

export const WHOLE = 'all';

/** The units of a run in order: part by part, so that the first part's verdict is there first. */
export function unitsOf(request: RunRequest): WorkUnit[] {
  const { experiment, parameters, seeds, executor, threads, size, only } = request;
  const together = experiment.sizes[size]?.seedsTogether;
  if (!together)
    throw new RangeError(`${experiment.id} has no size "${size}"; it has ${Object.keys(experiment.sizes).join(', ')}.`);
  const parts = (experiment.parts?.(parameters) ?? [WHOLE]).filter((part) => !only || only.includes(part));
  return parts.flatMap((part) =>
    Array.from({ length: Math.ceil(seeds.length / together) }, (_, batch) => ({
      experiment: experiment.id,
      parameters,
      part,
      seeds: seeds.slice(batch * together, (batch + 1) * together),
      executor,
      threads,
    })),
  );
}

/** The name of a unit in the store: other sources, parameters, seeds or executor make another name. */
export function unitKey(unit: WorkUnit, sourcesHash: string): string {
  const { threads: _, ...facts } = unit;
  return sha256(canonicalJson({ ...facts, sourcesHash })).slice(0, 32);
}
