import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { installRuntimes, runtimesState } from '@broadsheet/engine/node';
import {
  type Comparison,
  type Confirmation,
  canonicalJson,
  compareRuns,
  isIntact,
  knownTo,
  listExperiments,
  loadExperiment,
  type RunResult,
  readParameters,
  type Size,
  seedsOf,
} from '@broadsheet/experiments';
import { type RunnerEvent, runExperiment, WHOLE } from '@broadsheet/experiments/runner';
import { sha256 } from '@broadsheet/experiments/sha256';
import { sourcesHash } from '@broadsheet/experiments/sources-hash';
import { nodeExecutor } from './node-executor.ts';
import { openProcessPool } from './process-pool.ts';
import { unitFolder } from './unit-folder.ts';

export interface HereOptions {
  readonly experiment: string;
  readonly size: Size;
  /** The size's own number unless told. */
  readonly seeds?: unknown;
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** Only these parts of it. */
  readonly only?: readonly string[];
  /** Processes, each with one thread; as many as there are cores, at most 4, unless told. */
  readonly workers?: number;
  /** Where finished units are kept; without it nothing is, and a stopped run starts anew. */
  readonly dataDir?: string;
  readonly signal: AbortSignal;
  readonly onEvent?: (event: RunnerEvent) => void;
  /** Told when ONNX Runtime has to be fetched first; without it, it is not fetched, and slower kernels may have to do. */
  readonly onFetch?: () => void;
}

export interface HereResult {
  readonly result: RunResult;
  /** The parts that a whole run has. */
  readonly parts: readonly string[];
  /** Removes the kept units; to be called once the result itself is safe. */
  forget(): Promise<void>;
}

const MOST_WORKERS = 4;

export class UnknownExperimentError extends Error {
  override name = 'UnknownExperimentError';
  constructor(name: string) {
    const known = listExperiments().map((experiment) => experiment.id);
    super(`There is no experiment "${name}"; there are ${known.join(', ')}.`);
  }
}

/**
 * Runs an experiment in processes of this machine and waits for it.
 * @throws {ParameterError} naming every value that cannot be used; the signal's reason, with finished units kept
 */
export async function runHere(options: HereOptions): Promise<HereResult> {
  const { size, signal, onEvent, dataDir, only } = options;
  const experiment = await loadExperiment(options.experiment);
  if (!experiment) throw new UnknownExperimentError(options.experiment);
  const facts = experiment.sizes[size];
  if (!facts)
    throw new Error(`${experiment.id} has no size "${size}"; it has ${Object.keys(experiment.sizes).join(', ')}.`);
  const parameters = readParameters(experiment, size, options.parameters);
  const seeds = seedsOf(options.seeds ?? facts.seeds);
  const parts = experiment.parts?.(parameters) ?? [WHOLE];
  const strange = only?.find((part) => !parts.includes(part));
  if (strange !== undefined)
    throw new RangeError(`${experiment.id} has no part "${strange}" at size ${size}; it has ${parts.join(', ')}.`);
  await fetchRuntimes(options);
  const { executor, description } = await nodeExecutor();
  const workers = options.workers ?? Math.min(MOST_WORKERS, availableParallelism());
  const request = {
    experiment,
    size,
    parameters,
    seeds,
    executor,
    executorDescription: `${description.replace(/, \d+ threads?$/, '')}, ${workers} ${workers === 1 ? 'process' : 'processes'} of 1 thread`,
    threads: 1,
    sourcesHash: sourcesHash(experiment.id),
    only,
  };
  const { executorDescription: _, experiment: __, only: ___, ...asked } = request;
  const key = sha256(canonicalJson({ ...asked, experiment: experiment.id })).slice(0, 16);
  const folder = dataDir && join(dataDir, 'lab', 'units', `${experiment.id}-${size}-${key}`);
  const pool = openProcessPool(workers);
  try {
    const store = folder ? unitFolder(folder) : undefined;
    const result = await runExperiment(request, { pool, signal, onEvent, store });
    return { result, parts, forget: async () => void (folder && (await rm(folder, { recursive: true, force: true }))) };
  } finally {
    pool.close();
  }
}

/**
 * Runs a stored result again, from the start, and says how the two compare.
 * @param recorded as read from outside: it is checked first
 * @param options `only`: these parts of it, compared by what they measure and not by verdicts
 * @throws {RangeError} for a part that the run does not have
 */
export async function replayHere(
  recorded: unknown,
  options: Pick<HereOptions, 'workers' | 'signal' | 'onEvent' | 'only'>,
): Promise<{ comparison: Comparison; result: RunResult; confirmation?: Confirmation }> {
  const record = checkResult(recorded);
  const { experiment, size, parameters, seeds } = record;
  const { result, parts } = await runHere({ ...options, experiment, size, parameters, seeds: seeds.length });
  const known = options.only ? knownTo(result, record, options.only) : record;
  const comparison = compareRuns(known, result);
  if (!isIntact(record)) {
    const where = ['the record is not what its hash says', ...comparison.where];
    return { comparison: { ...comparison, where }, result };
  }
  if (comparison.word !== 'identical') return { comparison, result };
  const measures = known.outcomes.reduce((sum, outcome) => sum + Object.keys(outcome.measures).length, 0);
  const { sourcesHash } = result;
  const facts = { parts: options.only ?? parts, of: parts.length, measures };
  return { comparison, result, confirmation: { format: 1, record: record.hash, sourcesHash, ...facts } };
}

function checkResult(value: unknown): RunResult {
  const found = value as Partial<RunResult> | null;
  const isResult =
    found?.format === 1 &&
    typeof found.experiment === 'string' &&
    Array.isArray(found.seeds) &&
    Array.isArray(found.outcomes) &&
    Array.isArray(found.verdicts);
  if (!isResult)
    throw new Error('This is no result of a run: it lacks format 1, experiment, seeds, outcomes or verdicts.');
  return found as RunResult;
}

/** A machine that never served a page has no ONNX Runtime yet. Without a network the run goes on, slower, and says so. */
async function fetchRuntimes({ onFetch, signal }: HereOptions): Promise<void> {
  if (!onFetch || runtimesState().state !== 'absent') return;
  onFetch();
  await installRuntimes({ signal });
}
